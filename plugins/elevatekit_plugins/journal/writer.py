"""The one thread that writes: many small writes become few transactions.

Whoever writes hands over a function of the tables. `put` returns at once, so that a worker never
waits for the disk while it could be asking; `run` returns when the write is durable.
"""

from __future__ import annotations

import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from msgspec import Struct

from elevatekit_plugins.errors import ClosedError, ElevateKitError
from elevatekit_plugins.journal.tables import Tables

T = TypeVar("T")

BATCH: Final = 256
"""Writes in one transaction, at most."""
BOUND: Final = 64
"""Writes that may wait before `put` blocks: payloads in memory are bounded by this."""
LINGER: Final = 0.05
"""Seconds that a write may wait for others to share its transaction."""


class _Write(Struct, frozen=True):
    apply: Callable[[Tables], Any]
    done: Future[Any] | None = None


class Writer:
    """Writes what it is handed, in that order, one transaction a batch."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._tables = Tables(connection)
        self._queue: queue.Queue[_Write | None] = queue.Queue(BOUND)
        self._error: ElevateKitError | None = None
        self._thread = threading.Thread(target=self._loop, name="journal", daemon=True)
        self._thread.start()

    def put(self, write: Callable[[Tables], Any]) -> None:
        """Write soon.

        Raises:
            ElevateKitError: an earlier write failed; nothing more is written.
        """
        self._check()
        self._queue.put(_Write(write))

    def run(self, write: Callable[[Tables], T]) -> T:
        """Write now: what `write` did, and all that was put before, is durable on return.

        Raises:
            ElevateKitError: it could not be written.
        """
        self._check()
        done: Future[T] = Future()
        self._queue.put(_Write(write, done))
        return done.result()

    def close(self) -> None:
        """Write what is left, and end.

        Raises:
            ElevateKitError: something could not be written.
        """
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        self._check()
        self._error = ClosedError("the journal is closed")

    def _check(self) -> None:
        if self._error is not None:
            raise self._error

    def _loop(self) -> None:
        ending = False
        while not ending:
            batch, ending = self._next_batch()
            if self._error is None:
                self._commit(batch)
            if self._error is not None:
                for write in batch:
                    if write.done is not None:
                        write.done.set_exception(self._error)

    def _next_batch(self) -> tuple[list[_Write], bool]:
        batch: list[_Write] = []
        write = self._queue.get()
        deadline, awaited = time.monotonic() + LINGER, False
        while write is not None:
            batch.append(write)
            awaited = awaited or write.done is not None
            if len(batch) == BATCH:
                return batch, False
            left = 0.0 if awaited else max(0.0, deadline - time.monotonic())
            try:
                write = self._queue.get(timeout=left)
            except queue.Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Write]) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            results = [write.apply(self._tables) for write in batch]
            self._connection.execute("COMMIT")
        except Exception as error:  # whatever it is: a thread that died would be waited for
            self._error = _failure(error)
            with contextlib.suppress(sqlite3.Error):  # the disk is full or gone
                self._connection.rollback()
            return
        for write, result in zip(batch, results, strict=True):
            if write.done is not None:
                write.done.set_result(result)


def _failure(error: Exception) -> ElevateKitError:
    if isinstance(error, sqlite3.Error):
        what, remedy = (
            f"{error}",
            "free some space or repair the disk, then run the same command again",
        )
    else:
        what, remedy = (
            f"{type(error).__name__}: {error}",
            "this is a defect of elevatekit; please report it",
        )
    failure = ElevateKitError(
        f"the journal cannot be written: {what}; committed data is safe: {remedy}"
    )
    failure.__cause__ = error
    return failure
