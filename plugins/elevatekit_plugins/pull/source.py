"""The input: files with a declaration a line, files with an id a line, and ids as arguments.

Files are streamed. A line that cannot be used is an item too, so that its number is reported and
the others are done.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any, cast

import msgspec
from msgspec import Struct

from elevatekit_plugins.api import Parameter, Pull
from elevatekit_plugins.calls.arguments import check_argument
from elevatekit_plugins.errors import ArgumentError, ConfigError
from elevatekit_plugins.pull.turns import chat_body

_BOM = b"\xef\xbb\xbf"


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
    """An interaction that exists already, by the server's id."""

    id: str


class BadLine(Struct, frozen=True, kw_only=True):
    """A line that cannot be used."""

    source: str
    line: int
    key: str | None = None
    message: str


Item = Declaration | Named | BadLine


def check_file(path: Path) -> int:
    """The number of lines with anything in them.

    Raises:
        ConfigError: it is no file that can be read, or there is nothing in it.
    """
    with _open(path) as file:
        count = sum(1 for line in file if line.removeprefix(_BOM).strip())
    if count == 0:
        raise ConfigError(f"{path} is empty; it must hold one item a line")
    return count


def read_declarations(path: Path, rule: Pull) -> Iterator[Declaration | BadLine]:
    """The lines of a JSONL file, each as what it declares."""
    source = str(path)
    with _open(path) as file, closing(_Seen()) as seen:
        for number, text in _lines(file):
            line: dict[str, Any] | None = None
            try:
                line = _object(text)
                declaration = _declaration(rule, line, path, number)
            except ValueError as error:
                key = None if line is None else _key(rule, line)
                yield BadLine(source=source, line=number, key=key, message=str(error))
                continue
            first = seen.first(declaration.key, number)
            if first == number:
                yield declaration
            else:
                yield BadLine(
                    source=source,
                    line=number,
                    message=f"id {declaration.key!r} was declared by line {first} already",
                )


def read_ids(path: Path | None, parameter: Parameter) -> Iterator[Named | BadLine]:
    """The ids of a file, or of standard input where `path` is None."""
    source = "standard input" if path is None else str(path)
    with sys.stdin.buffer if path is None else _open(path) as file, closing(_Seen()) as seen:
        for number, text in _lines(file):
            try:
                id = check_argument(parameter, text.decode("utf-8", "replace").strip()).lower()
            except ArgumentError as error:
                yield BadLine(source=source, line=number, message=str(error))
                continue
            if seen.first(id, number) == number:
                yield Named(id=id)


def named(ids: Iterable[str], parameter: Parameter) -> list[Named]:
    """The ids of the command line, each once.

    Raises:
        ArgumentError: one is no GUID; it is named.
    """
    return [Named(id=id) for id in dict.fromkeys(check_argument(parameter, i).lower() for i in ids)]


def missing_file(declaration: Declaration) -> BadLine | None:
    """What is wrong with a line whose file is not there: nothing may be declared for it."""
    file = declaration.file
    if file is None or file.is_file():
        return None
    return BadLine(
        source=declaration.source,
        line=declaration.line,
        key=declaration.key,
        message=f"the file to upload, {file}, does not exist",
    )


def _open(path: Path) -> IO[bytes]:
    if path.is_dir():
        raise ConfigError(f"{path} is a folder, not a file with one item a line")
    try:
        return path.open("rb")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(file, start=1):
        text = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if text:
            yield number, text


def _object(text: bytes) -> dict[str, Any]:
    try:
        line = msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from None
    if not isinstance(line, dict):
        raise ValueError(f"is a JSON {type(line).__name__}, not an object")
    return cast("dict[str, Any]", line)


def _declaration(rule: Pull, line: dict[str, Any], path: Path, number: int) -> Declaration:
    key = _key(rule, line)
    if key is None:
        raise ValueError(
            f"has no `id` (text) and no `{rule.key}`: a second run could not recognise it"
        )
    if rule.type in line and "turns" not in line:
        body = {name: value for name, value in line.items() if name not in ("id", "file")}
    elif "turns" in line:
        body = chat_body(rule, line)
    else:
        raise ValueError(f"has neither `{rule.type}` (a declare body) nor `turns` (a chat)")
    body.setdefault(rule.key, key)
    type = body[rule.type]
    if not isinstance(type, str):
        raise ValueError(f"`{rule.type}` must be a text")
    file = line.get("file")
    if type not in rule.upload.types or body.get(rule.upload.unless):
        file = None
    elif not isinstance(file, str) or not file:
        raise ValueError(f"type {type} needs a `file` to upload or a `{rule.upload.unless}`")
    return Declaration(
        source=str(path),
        line=number,
        key=key,
        body=body,
        type=type,
        file=None if file is None else path.parent / file,
    )


def _key(rule: Pull, line: dict[str, Any]) -> str | None:
    for name in ("id", rule.key):
        match line.get(name):
            case str(text) if text.strip():
                return text
            case bool():
                continue
            case int(number):
                return str(number)
            case _:
                continue
    return None


class _Seen:
    """The keys of a file with their lines, on disk: memory stays flat for any file."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER)")

    def first(self, key: str, line: int) -> int:
        """The line that had this key first."""
        self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        row = self._connection.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        first: int = row[0]
        return first

    def close(self) -> None:
        self._connection.close()
