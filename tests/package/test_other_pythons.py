"""Every Python that we support gives the same bytes. Those that this machine lacks are skipped."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def interpreter(minor: int) -> str | None:
    """A Python 3 of this minor version: among those that pyenv keeps, or on PATH."""
    name = f"python3.{minor}"
    kept = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}"))
    # A shim of pyenv's stands on PATH for versions that it would not run.
    return str(kept[-1]) if kept else shutil.which(name)


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_what_is_committed_is_what_it_gives(tmp_path: Path, wheel: Path, minor: int) -> None:
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"there is no Python 3.{minor} on this machine")
    subprocess.run([python, "-m", "venv", tmp_path / "env"], check=True, timeout=120)
    pip = [tmp_path / "env" / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{wheel}[codegen]"], check=True, timeout=600)

    done = subprocess.run(
        [tmp_path / "env" / "bin" / "elevatekit-codegen", "check"],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
