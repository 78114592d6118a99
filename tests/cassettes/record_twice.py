"""Record all cassettes twice, and show that they are the same bytes, as those committed are.

`make cassettes-twice`. Ends with 1 where they differ, and names the files.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE / "test_replay.py"


def record(folder: Path) -> None:
    """Record into an empty folder."""
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "--record-mode=rewrite", str(TESTS)],
        env={**os.environ, "ELEVATEKIT_TEST_CASSETTES": str(folder)},
        check=True,
    )


def contents(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def tree_hash(files: dict[str, str]) -> str:
    """One SHA-256 over all names and contents."""
    return hashlib.sha256(
        "".join(f"{h}  {name}\n" for name, h in files.items()).encode()
    ).hexdigest()


def main() -> int:
    """Record, compare, and tell."""
    trees = {"committed": contents(HERE / "recorded")}
    for run in ("first", "second"):
        with tempfile.TemporaryDirectory() as folder:
            record(Path(folder))
            trees[run] = contents(Path(folder))
    for name, files in trees.items():
        print(f"{tree_hash(files)}  {name}: {len(files)} cassettes")
    names = sorted({name for files in trees.values() for name in files})
    differing = [name for name in names if len({files.get(name) for files in trees.values()}) > 1]
    for name in differing:
        print(f"not the same each time: {name} (record with `make cassettes`)", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
