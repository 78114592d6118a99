"""Plant each stored defect, and watch its gate fail: `python .ci/defects.py [NAME…]`.

A gate that was never red proves nothing. A defect is a file in `tests/defects/`: what is planted
where, the command that must catch it, and words that its output must hold. Each is planted into
a copy of the tree, so the tree itself is never touched. A gate that is red without the defect,
stays green with it, or fails for another reason, fails this run.

Each core has a copy of its own. A gate is tried without any defect once for all that it must catch;
where it is pytest, it runs in one process and in the order of the file.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
STORE = ROOT / "tests" / "defects"
PYTEST = ["-m", "pytest"]
ALONE = ["-n", "0", "-p", "no:randomly"]
PATIENCE = 300.0
"""Seconds for a gate. One that takes longer hangs, and tells nobody what is wrong."""


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
    """Run the named defects, or all; the exit code is 1 where one was not caught."""
    defects = [_read(path) for path in sorted(STORE.glob("*.toml"))]
    unknown = set(names) - {defect.name for defect in defects}
    if unknown:
        sys.exit(f"no defect {', '.join(sorted(unknown))} in {STORE.relative_to(ROOT)}")
    chosen = [defect for defect in defects if not names or defect.name in names]
    by_gate = defaultdict[str, list[Defect]](list)
    for defect in chosen:
        by_gate[defect.gate].append(defect)
    workers, free, caught = os.cpu_count() or 1, SimpleQueue[Path](), 0
    with tempfile.TemporaryDirectory(prefix="elevatekit-defects-") as folder:
        for number in range(workers):
            tree = Path(folder) / f"tree{number}"
            _copy(tree)
            free.put(tree)

        def verdicts(planted: list[Defect]) -> int:
            tree = free.get()
            try:
                return sum(_verdicts(planted, tree))
            finally:
                free.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            caught = sum(pool.map(verdicts, by_gate.values()))
    print(f"{caught} passed, {len(chosen) - caught} failed")
    return 0 if caught == len(chosen) else 1


def _verdicts(planted: list[Defect], tree: Path) -> Iterator[bool]:
    """Print how a gate does with each defect; whether it catches them."""
    clean = _run(planted[0].gate, tree)
    if clean.returncode:
        print(f"red without any defect: {planted[0].gate}\n{clean.stdout}", flush=True)
    for defect in planted:
        began = time.monotonic()
        verdict = "RED" if clean.returncode else _plant(defect, tree)
        took = time.monotonic() - began
        print(f"{verdict:<8} {took:5.1f} s  {defect.name}: {defect.why}", flush=True)
        yield verdict == "caught"


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
    if arguments[1:3] == PYTEST:
        arguments[3:3] = ALONE
    rooms = [str(tree / room) for room in ("generated", "plugins", "codegen")]
    # In front of the editable install, so that the copy is what runs.
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(rooms),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        return subprocess.run(
            arguments,
            cwd=tree,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        said = f"{gate} did not end within {PATIENCE:.0f} s"
        return subprocess.CompletedProcess(arguments, 124, said)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
