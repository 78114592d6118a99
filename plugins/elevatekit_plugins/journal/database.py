"""Opening the file: what is a journal, what is not, and the pragmas that make it durable."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

from elevatekit_plugins.errors import ConfigError

APPLICATION_ID = 0x454B4A4C
"""`EKJL` in the header of the file, so that no other SQLite database is taken for a journal."""
VERSION = 2
"""The version of the schema, in `user_version`: one more whenever `schema.sql` changes."""

_MAGIC = b"SQLite format 3\0"
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """A connection to the journal at `path`, in autocommit mode, for use by any one thread.

    A new journal can be read by its owner only: it holds what customers said.

    Raises:
        ConfigError: there is none and `create` is False, it is no journal, or it cannot be used.
    """
    check(path, create=create)
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            path, timeout=30.0, isolation_level=None, check_same_thread=False
        )
    except (OSError, sqlite3.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ConfigError(f"journal {path} cannot be opened: {reason}") from None
    try:
        _prepare(connection, path, create=create)
    except sqlite3.Error as error:
        connection.close()
        raise _failure(path, error) from None
    except ConfigError:
        connection.close()
        raise
    return connection


def check(path: Path, *, create: bool) -> None:
    """Look at what is at `path`, and change nothing.

    Raises:
        ConfigError: it cannot be a journal.
    """
    try:
        if path.is_dir():
            raise ConfigError(
                f"journal {path} is a directory; name a file in it, such as {path}/run.db"
            )
        if not path.exists():
            if not create:
                raise ConfigError(
                    f"journal {path} does not exist; create it with `pull --into {path}`"
                )
            if not path.parent.is_dir():
                raise ConfigError(
                    f"journal {path}: the directory {path.parent} does not exist; create it"
                )
            return
        if not path.is_file():  # to open a pipe would be to wait for its other end
            raise ConfigError(f"{path} is a device or a pipe, not a journal; name a file")
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise ConfigError(
            f"journal {path} cannot be read: {error.strerror}; name another file"
        ) from None
    # An empty file is a journal whose process died while making it.
    if head not in (b"", _MAGIC):
        raise ConfigError(f"{path} is not a journal; name another file, or move it away")


@contextmanager
def reading(path: Path) -> Generator[None]:
    """While the journal at `path` is read: an error of SQLite becomes one that names the file.

    Raises:
        ConfigError: it is damaged, or cannot be read.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, error) from None


def _failure(path: Path, error: sqlite3.Error) -> ConfigError:
    # Text that is no UTF-8 has no code. SQLITE_ERROR: a table or a column is not there.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in _DAMAGE:
        return ConfigError(f"journal {path} is damaged: {error}; pull again into a new one")
    return ConfigError(f"journal {path} cannot be used: {error}")


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    application, version = (
        _pragma(connection, "application_id"),
        _pragma(connection, "user_version"),
    )
    if application == 0 and _count_tables(connection) == 0:
        if not create:
            raise ConfigError(f"journal {path} is empty; fill it with `pull --into {path}`")
        connection.execute("PRAGMA journal_mode = WAL")
        _create(connection)
    elif application != APPLICATION_ID:
        raise ConfigError(
            f"{path} is an SQLite database, but not a journal; name another file, or move it away"
        )
    elif version != VERSION:
        raise ConfigError(
            f"journal {path} has version {version}, but this release reads version {VERSION};"
            " use the release that wrote it"
        )
    # FULL: what was committed before a request was sent survives a power cut too.
    connection.execute("PRAGMA synchronous = FULL")


def _create(connection: sqlite3.Connection) -> None:
    schema = resources.files("elevatekit_plugins.journal").joinpath("schema.sql").read_text("utf-8")
    # One transaction: a process that dies in it leaves an empty database.
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{schema}\n"
        f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {VERSION};\nCOMMIT;"
    )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    value: int = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _count_tables(connection: sqlite3.Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    return count
