"""Measure: `python .ci/bench.py [NAME…]` runs the scripts of `tests/bench`, all or the named.

Each prints its figures beside what they are to be. Nothing fails because a machine is slow: a
figure is for people to read, and no gate of `.ci/run`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "tests" / "bench"


def main(names: list[str]) -> int:
    """Run them one after another; the exit code is 1 where one could not measure."""
    scripts = {path.stem: path for path in sorted(STORE.glob("*.py"))}
    unknown = set(names) - set(scripts)
    if unknown:
        sys.exit(f"no {', '.join(sorted(unknown))} in {STORE.relative_to(ROOT)}")
    failed = 0
    for name in names or scripts:
        print(f"# {name}", flush=True)
        failed += subprocess.run([sys.executable, str(scripts[name])], cwd=ROOT).returncode != 0
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
