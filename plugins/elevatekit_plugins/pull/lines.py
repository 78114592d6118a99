"""Lines of input: what each can turn out to be, and the files that they come from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from msgspec import Struct

from elevatekit_plugins.errors import ConfigError

_BOM: Final = b"\xef\xbb\xbf"


class Declaration(Struct, frozen=True, kw_only=True):
    """A line that declares an interaction."""

    source: str
    line: int
    key: str
    body: dict[str, Any]
    """The body of the declare operation."""
    type: str
    file: Path | None
    """What is to be uploaded, where the rule of the API asks for an upload."""


class Named(Struct, frozen=True, kw_only=True):
    """An interaction that exists already, by the server's id in lower case."""

    id: str


class Repeated(Struct, frozen=True):
    """An id that was named before. It is no mistake, and nothing is to be done."""


class BadLine(Struct, frozen=True, kw_only=True):
    """A line that cannot be used."""

    source: str
    """The file, as it was named; `-` for standard input."""
    line: int
    key: str | None = None
    message: str


def open_lines(path: Path) -> IO[bytes]:
    """The file, for reading.

    Raises:
        ConfigError: it is no file that can be read.
    """
    if path.is_dir():
        raise ConfigError(f"{path} is a folder, not a file with one item a line")
    try:
        return path.open("rb")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that have anything in them, with their numbers, without the white space around."""
    for number, line in enumerate(file, start=1):
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if text:
            yield number, text


def count_lines(path: Path) -> int:
    """The number of lines that have anything in them.

    Raises:
        ConfigError: it is no file that can be read, or it is empty.
    """
    with open_lines(path) as file:
        count = sum(1 for _ in numbered(file))
    if count == 0:
        raise ConfigError(f"{path} is empty; it must hold one item a line")
    return count


class Seen:
    """The keys of an input with their lines, on disk: memory stays flat for any input."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER)")

    def add(self, key: str, line: int = 0) -> bool:
        """Whether the key is new."""
        done = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        return done.rowcount == 1

    def line_of(self, key: str) -> int:
        """The line that had this key first."""
        row = self._connection.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        line: int = row[0]
        return line

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
