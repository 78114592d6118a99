"""The journal as its users see it: opened by one writer, or read as it is at one moment."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType

from elevatekit_plugins.journal import database
from elevatekit_plugins.journal.cursors import Cursors
from elevatekit_plugins.journal.ledger import JournalLedger
from elevatekit_plugins.journal.lock import FileLock
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.journal.writer import Writer


class Journal:
    """A journal that this process writes to; a context manager.

    `tables` reads what is committed, in the thread that opened the journal. All writes go
    through `writer`, from any thread.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the journal at `path`, and make it where there is none.

        Raises:
            ConfigError: it is no journal, it cannot be used, or a live process writes to it.
        """
        self.path = Path(path)
        database.check(self.path, create=True)
        self._lock = FileLock(self.path)
        self._lock.acquire()
        try:
            self._written = database.connect(self.path, create=True)
            self._read = database.connect(self.path, create=False)
        except BaseException:
            self._lock.release()
            raise
        self.tables = Tables(self._read)
        self.writer = Writer(self._written)
        self.ledger = JournalLedger(self.writer)

    def close(self) -> None:
        """Write what is left, and let go of the file.

        Raises:
            ElevateKitError: something could not be written.
        """
        try:
            self.writer.close()
        finally:
            self._read.close()
            self._written.close()
            self._lock.release()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@contextmanager
def snapshot(path: str | os.PathLike[str]) -> Generator[Tables]:
    """The journal at `path` as it is now, whatever is written to it meanwhile. Reads only.

    Raises:
        ConfigError: there is no journal, or it cannot be read.
    """
    with closing(database.connect(Path(path), create=False)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM interactions")  # the first read fixes the moment
        yield Tables(connection)


@contextmanager
def cursors_of(path: str | os.PathLike[str]) -> Generator[Cursors]:
    """The cursors of the journal at `path`, for the one process that may move them.

    Raises:
        ConfigError: there is no journal, or a live process writes to it.
    """
    with (
        FileLock(Path(path)),
        closing(database.connect(Path(path), create=False)) as connection,
    ):
        yield Cursors(connection)
