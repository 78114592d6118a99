"""The input of a pull: ids as arguments and in files, and files with a declaration a line.

Files are streamed. A line that cannot be used is an item too, so that its number is reported and
the others are done.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

from msgspec import Struct

from elevatekit_plugins.api import Parameter, Pull
from elevatekit_plugins.calls.arguments import check_argument
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.pull.declarations import read_declarations
from elevatekit_plugins.pull.lines import (
    BadLine,
    Declaration,
    Named,
    Repeated,
    Seen,
    count_lines,
    numbered,
    open_lines,
)

Item = Declaration | Named | Repeated | BadLine


class Input(Struct, frozen=True):
    """What is to be pulled, and how much it is."""

    items: Iterable[Item]
    total: int | None
    """None where it cannot be counted beforehand."""
    files: tuple[str, ...] = ()
    """The names of the files in it."""


def read_input(
    rule: Pull,
    identifier: Parameter,
    *,
    ids: Iterable[str] = (),
    ids_file: str | None = None,
    declare: str | None = None,
) -> Input:
    """Everything that was named, looked at before anything is opened or sent.

    Args:
        ids_file: a file with an id a line; `-` is standard input.
        declare: a JSONL file with a declaration a line.

    Raises:
        ArgumentError: an id is no GUID; it is named.
        ConfigError: a file cannot be read, or there is nothing in it.
    """
    given = [check_argument(identifier, id).lower() for id in ids]
    path = None if ids_file in (None, "-") else Path(ids_file)
    parts: list[Iterable[Item]] = [_named(given, ids_file, identifier)]
    counts: list[int | None] = [len(given)]
    if ids_file is not None:
        counts.append(None if path is None else count_lines(path))
    if declare is not None:
        counts.append(count_lines(Path(declare)))
        parts.append(read_declarations(Path(declare), rule))
    known = [count for count in counts if count is not None]
    total = sum(known) if len(known) == len(counts) else None
    files = tuple(file for file in (ids_file, declare) if file is not None)
    return Input(chain.from_iterable(parts), total, files)


def _named(given: list[str], file: str | None, identifier: Parameter) -> Iterator[Item]:
    """The ids of the command line, then those of a file; each once."""
    with closing(Seen()) as seen:
        for id in given:
            yield Named(id=id) if seen.add(id) else Repeated()
        if file is None:
            return
        with sys.stdin.buffer if file == "-" else open_lines(Path(file)) as lines:
            for number, text in numbered(lines):
                try:
                    word = text.decode("utf-8", "replace")
                    id = check_argument(identifier, word).lower()
                except ArgumentError as error:
                    yield BadLine(source=file, line=number, message=str(error))
                    continue
                yield Named(id=id) if seen.add(id) else Repeated()
