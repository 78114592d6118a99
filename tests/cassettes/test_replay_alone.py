"""`make replays` proves what it says, or says that it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).with_name("replay_alone.py")


def test_where_there_is_no_namespace_nothing_is_claimed(tmp_path: Path) -> None:
    unshare = tmp_path / "unshare"
    unshare.write_text("#!/bin/sh\necho unshare failed: Operation not permitted >&2\nexit 1\n")
    unshare.chmod(0o755)

    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}/bin"},
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "no network namespace here: unshare failed: Operation not permitted" in done.stderr
    assert "proves less" in done.stderr
