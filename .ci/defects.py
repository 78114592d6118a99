"""Plant each stored defect, and watch its gate fail: `python .ci/defects.py [NAME…]`.

A gate that was never red proves nothing. A defect is a file in `tests/defects/`: what is planted
where, the command that must catch it, and words that its output must hold. Each is planted into
a copy of the tree, so the tree itself is never touched. A gate that is red without the defect,
stays green with it, or fails for another reason, fails this run.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "tests" / "defects"


@dataclass(frozen=True)
class Defect:
    """One defect and the gate that must catch it."""

    name: str
    why: str
    file: str
    """The file to change, below the root. A new one where `old` is empty."""
    old: str
    new: str
    gate: str
    """A command; `python` in front stands for the one that runs this."""
    says: str
    """What the failing gate must print."""


def main(names: list[str]) -> int:
    """Run the named defects, or all; the exit code is the number that was not caught."""
    defects = [_read(path) for path in sorted(STORE.glob("*.toml"))]
    unknown = set(names) - {defect.name for defect in defects}
    if unknown:
        sys.exit(f"no defect {', '.join(sorted(unknown))} in {STORE.relative_to(ROOT)}")
    chosen = [defect for defect in defects if not names or defect.name in names]
    missed = 0
    with tempfile.TemporaryDirectory(prefix="elevatekit-defects-") as folder:
        tree = Path(folder) / "tree"
        _copy(tree)
        for gate in sorted({defect.gate for defect in chosen}):
            done = _run(gate, tree)
            if done.returncode:
                sys.exit(f"red without any defect: {gate}\n{done.stdout}")
        for defect in chosen:
            verdict = _plant(defect, tree)
            missed += verdict != "caught"
            print(f"{verdict:<8} {defect.name}: {defect.why}", flush=True)
    print(f"{len(chosen) - missed} passed, {missed} failed")
    return min(missed, 1)


def _read(path: Path) -> Defect:
    values = tomllib.loads(path.read_text("utf-8"))
    return Defect(name=path.stem, **values)


def _copy(tree: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


def _plant(defect: Defect, tree: Path) -> str:
    path = tree / defect.file
    before = path.read_text("utf-8") if defect.old else None
    if before is not None and before.count(defect.old) != 1:
        return "STALE"
    path.write_text(defect.new if before is None else before.replace(defect.old, defect.new))
    try:
        done = _run(defect.gate, tree)
    finally:
        path.unlink() if before is None else path.write_text(before)
    if done.returncode == 0:
        return "MISSED"
    if defect.says not in done.stdout:
        print(done.stdout)
        return "OTHER"
    return "caught"


def _run(gate: str, tree: Path) -> subprocess.CompletedProcess[str]:
    arguments = shlex.split(gate)
    if arguments[0] == "python":
        arguments[0] = sys.executable
    rooms = [str(tree / room) for room in ("generated", "plugins", "codegen")]
    # In front of the editable install, so that the copy is what runs.
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(rooms),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        arguments,
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
