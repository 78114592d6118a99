"""A pull that is killed at a chosen statement of its journal. Run as a script by the tests.

    python killed_pull.py STATEMENT JOURNAL ARGUMENT...

The process sends itself SIGKILL when SQLite begins the statement with that number, counted over
everything that is written: so it can die inside of a transaction, between a commit and the
request that follows, and between an answer and its commit. It prints the number of statements
where it lives to the end.
"""

from __future__ import annotations

import itertools
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import Any

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.journal import database


def run(last: int, arguments: list[str]) -> int:
    """Run a command, and die at the statement with the number `last`."""
    numbers = itertools.count(1)
    reached = 0
    connect = database.connect

    def die(statement: str) -> None:
        nonlocal reached
        reached = next(numbers)
        if reached == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(path: Path, **options: Any) -> sqlite3.Connection:
        connection = connect(path, **options)
        connection.set_trace_callback(die)
        return connection

    database.connect = traced
    code = main(API, arguments)
    print(reached)
    return code


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), sys.argv[2:]))
