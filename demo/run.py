"""The whole job on the simulator: declare, wait, pull, ask, export. `make demo` runs it.

It uses the command line as a person would, and shows each command. Everything it leaves is in
`demo-output/`; the simulator is stopped at the end, whatever happens.
"""

from __future__ import annotations

import csv
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = Path("demo-output")
INPUT = Path("demo") / "conversations" / "conversations.jsonl"
QUESTION = "What is the order or account number?"
TOKEN = "11111111-1111-4111-8111-111111111111"  # noqa: S105 (any GUID; the simulator knows no secret)
COMMAND = Path(sys.executable).with_name("elevatekit")


def main() -> None:
    """Run the job and say what it left."""
    os.chdir(ROOT)
    started = time.monotonic()
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir()
    with simulator() as base_url:
        environment = {"ELEVATEKIT_BASE_URL": base_url, "ELEVATEKIT_TOKEN": TOKEN}
        pulled = elevatekit(
            *("pull", "--declare", str(INPUT), "--ask", QUESTION),
            *("--poll", "0.2", "--into", str(OUTPUT / "run.db")),
            **environment,
        )
        if pulled != 3:
            # One recording is silent on purpose: done with rejects is what has to come out.
            sys.exit(f"the pull ended with {pulled}; 3 (done with rejects) was expected")
        exported = elevatekit(
            *("export", str(OUTPUT / "run.db")),
            *("--to", f"csv:{OUTPUT / 'csv'}/", "--to", f"jsonl:{OUTPUT / 'interactions.jsonl'}"),
            *("--to", f"slack:{OUTPUT / 'slack.json'}"),
            **environment,
        )
        if exported != 0:
            sys.exit(f"the export ended with {exported}")
    report(time.monotonic() - started)


@contextmanager
def simulator() -> Iterator[str]:
    """The simulator on a free port. A hundred simulated seconds pass in one of ours."""
    arguments = [str(COMMAND), "simulate", "--port", "0", "--seed", "1", "--clock-rate", "100"]
    show(arguments)
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip()
            if not base_url:
                sys.exit("the simulator did not start")
            yield base_url
        finally:
            process.terminate()


def elevatekit(*arguments: str, **environment: str) -> int:
    """Run a command as a person would, and return its exit code."""
    show(["elevatekit", *arguments])
    return subprocess.run([str(COMMAND), *arguments], env=os.environ | environment).returncode


def show(arguments: list[str]) -> None:
    """Print a command line."""
    arguments = ["elevatekit" if a == str(COMMAND) else a for a in arguments]
    print(f"\n$ {shlex.join(arguments)}", file=sys.stderr, flush=True)


def report(seconds: float) -> None:
    """Say what there is to see, and what to try next."""
    with (OUTPUT / "csv" / "interactions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = [c for c in ("key", "type", "state", "gen_ai_cx_summary") if c in rows[0]]
    print(f"\n{len(rows)} interactions in {seconds:.1f} s. The table, cut to fit:\n")
    for row in [dict(zip(shown, (c.upper() for c in shown), strict=True)), *rows]:
        cells = [row[column].replace("\n", " ") for column in shown]
        print("  " + "  ".join(f"{cell[:w]:<{w}}" for cell, w in zip(cells, WIDTHS, strict=False)))
    print("\nLeft in demo-output/:")
    for path in sorted(OUTPUT.rglob("*")):
        if path.is_file():
            print(f"  {path.relative_to(OUTPUT)!s:<52} {path.stat().st_size:>8,} bytes")
    print("\nTry next:")
    command = os.path.relpath(COMMAND)
    print(f"  {command} export demo-output/run.db --to jsonl:- | head -1")
    print(f"  {command} plugins list")
    print(f"  {command} simulate --port 8080    # an API to try the examples of the README on")


WIDTHS = (28, 10, 16, 60)

if __name__ == "__main__":
    main()
