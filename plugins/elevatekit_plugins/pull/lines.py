"""Lines of input: what each can turn out to be, and the files that they come from."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, Final, cast

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


class Lines:
    """A source of lines, looked at before anything else is done: a file, a pipe, or stdin.

    Raises:
        ConfigError: it cannot be read, or there is nothing in it.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        """As it was named; `-` for standard input."""
        self.path = Path(name)
        self.total: int | None = None
        """How many lines have anything in them. None for what can be read only once."""
        self._stream: BufferedReader | None = None
        if name != "-" and self.path.is_file():
            with self.open() as file:
                self.total = sum(1 for _ in numbered(file))
        else:
            self._stream = self._once()
            if not self._stream.peek(1):
                self._stream.close()
                self.total = 0
        if self.total == 0:
            what = "standard input" if name == "-" else name
            raise ConfigError(f"{what} is empty; it must have one item per line")

    def open(self) -> BufferedReader:
        """The lines from the first one on."""
        if self._stream is not None:
            return self._stream
        try:
            return self.path.open("rb")
        except OSError as error:
            raise ConfigError(f"{self.name} cannot be read: {error.strerror}") from None

    def _once(self) -> BufferedReader:
        if self.name == "-":
            if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
                raise ConfigError("standard input is closed")
            return BufferedReader(cast("RawIOBase", sys.stdin.buffer))
        if self.path.is_dir():
            raise ConfigError(f"{self.name} is a directory, not a file with one item per line")
        return self.open()


def numbered(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """The lines that have anything in them, with their numbers, without the white space around."""
    for number, line in enumerate(file, start=1):
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if text:
            yield number, text


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
