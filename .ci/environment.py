"""Make `.venv` hold what a lock lists: `python3 .ci/environment.py demo|test|lint`.

The environment is made from hashed locks and renewed when the content of pyproject.toml or of
the lock changes. A lock that is already in place costs nothing.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"


def main(lock: str) -> None:
    """Install `locks/<lock>.txt` and, editable, the project itself."""
    if sys.version_info < (3, 11):
        sys.exit(f"elevatekit needs Python 3.11 or later, this is {sys.version.split()[0]}")
    requirements = ROOT / "locks" / f"{lock}.txt"
    content = (ROOT / "pyproject.toml").read_bytes() + requirements.read_bytes()
    stamp = VENV / f".{lock}-{hashlib.sha256(content).hexdigest()[:16]}"
    if stamp.exists():
        return
    print(f"installing {requirements.relative_to(ROOT)} into .venv", file=sys.stderr)
    if not (VENV / "pyvenv.cfg").exists():
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(requirements)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], check=True)
    for old in VENV.glob(f".{lock}-*"):
        old.unlink()
    stamp.touch()


if __name__ == "__main__":
    main(sys.argv[1])
