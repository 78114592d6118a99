"""The journal as its users see it: opened by one writer, or read as it is at one moment."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from elevatekit_plugins.journal import database
from elevatekit_plugins.journal.cursors import Deliveries
from elevatekit_plugins.journal.ledger import JournalLedger
from elevatekit_plugins.journal.lock import FileLock
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.journal.writer import Writer


class Journal:
    """A journal that this process writes to, while it is entered.

    `tables` reads what is committed, in the thread that entered. All writes go through `writer`,
    from any thread.
    """

    tables: Tables
    writer: Writer

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Look at what is at `path`, and change nothing.

        Raises:
            ConfigError: it is no journal, and none can be made there.
        """
        self.path = Path(path)
        self._exit = ExitStack()
        self.ledger = JournalLedger(lambda: self.writer)
        """The ledger of budgets in this journal; it can be used while the journal is entered."""
        database.check(self.path, create=True)

    def __enter__(self) -> Self:
        """Open the journal, and make it where there is none.

        Raises:
            ConfigError: it cannot be used, or a live process writes to it.
        """
        with ExitStack() as stack:
            stack.enter_context(database.reading(self.path))
            stack.enter_context(FileLock(self.path))
            written = stack.enter_context(closing(database.connect(self.path, create=True)))
            read = stack.enter_context(closing(database.connect(self.path, create=False)))
            self.tables = Tables(read)
            self.writer = stack.enter_context(closing(Writer(written)))
            self._exit = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write what is left, and let go of the file.

        Raises:
            ElevateKitError: something could not be written, or the journal is damaged.
        """
        self._exit.__exit__(kind, error, traceback)


def files_of(path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """The files of the journal at `path`, whether they are there now or not.

    SQLite makes its own beside the file that a link leads to; the lock stands beside the link.
    """
    names = dict.fromkeys((os.fspath(path), os.path.realpath(path)))
    return tuple(Path(name + end) for name in names for end in ("", "-wal", "-shm", ".lock"))


@contextmanager
def snapshot(path: str | os.PathLike[str]) -> Generator[Tables]:
    """The journal at `path` as it is now, whatever is written to it meanwhile. Reads only.

    Raises:
        ConfigError: there is no journal, or it cannot be read.
    """
    with (
        database.reading(Path(path)),
        closing(database.connect(Path(path), create=False)) as connection,
    ):
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM interactions")  # the first read fixes the moment
        yield Tables(connection)


@contextmanager
def deliveries_of(path: str | os.PathLike[str]) -> Generator[Deliveries]:
    """The cursors and memos of the journal at `path`, for the one process that may change them.

    Raises:
        ConfigError: there is no journal, or a live process writes to it.
    """
    with (
        database.reading(Path(path)),
        FileLock(Path(path)),
        closing(database.connect(Path(path), create=False)) as connection,
    ):
        yield Deliveries(connection)
