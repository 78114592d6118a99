"""The soak in small: what a leak for each call would show at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SOAK = Path(__file__).with_name("soak.py")


def test_a_few_hundred_calls_leave_no_connection_and_no_thread_behind() -> None:
    done = subprocess.run(
        [sys.executable, str(SOAK), "600"], capture_output=True, text=True, timeout=120
    )

    assert done.returncode == 0, done.stdout + done.stderr
