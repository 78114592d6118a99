"""Runs a program for what it prints: bounded in time, and in what is kept of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from threading import Thread
from typing import IO, Final

from msgspec import Struct

LIMIT: Final = 64 * 1024
"""Bytes: what a program may print on stdout, and how much of the end of its stderr is kept."""
_GRACE: Final = 0.5
"""Seconds for what has been printed to arrive, once the program has ended. One that it has left
behind may hold its stdout open for much longer."""


class Ended(Struct, frozen=True, kw_only=True):
    """How it ended."""

    code: int | None
    """Its exit code; None: it was killed, as its time was over or it printed too much."""
    out: bytes
    """More than `LIMIT` bytes: it printed too much."""
    err: bytes


def run(argv: Sequence[str], seconds: float) -> Ended:
    """Run a program with no shell and no input, and wait for it, not for what it leaves behind.

    Raises:
        OSError, ValueError: it cannot be run.
    """
    process = subprocess.Popen(  # noqa: S603 - the user's own program, and no shell
        argv,
        bufsize=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    out = _Reader(process.stdout, process.kill)
    err = _Reader(process.stderr)
    try:
        code: int | None = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = None
    finally:
        process.kill()
        process.wait()
    for reader in (out, err):
        reader.join(_GRACE)
    full = len(out.kept) > LIMIT
    return Ended(code=None if full else code, out=bytes(out.kept), err=bytes(err.kept))


class _Reader(Thread):
    """Reads a pipe to its end, without waiting for anybody to ask.

    Args:
        full: what is done where more comes than is kept; else the last that came is kept.
    """

    def __init__(self, pipe: IO[bytes], full: Callable[[], None] | None = None) -> None:
        super().__init__(name="elevatekit-command", daemon=True)
        self.kept = bytearray()
        self._pipe, self._full = pipe, full
        self.start()

    def run(self) -> None:
        with self._pipe:
            while chunk := self._pipe.read(LIMIT):
                self.kept += chunk
                if len(self.kept) <= LIMIT:
                    continue
                if self._full is not None:
                    self._full()
                    return
                del self.kept[:-LIMIT]
