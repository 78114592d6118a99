"""The input of a pull: ids as arguments and in files, and files with a declaration a line.

Files are streamed. A line that cannot be used is an item too, so that its number is reported and
the others are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain

from msgspec import Struct

from elevatekit_plugins.api import Parameter, Pull
from elevatekit_plugins.calls.values import check_argument
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.pull.declarations import read_declarations
from elevatekit_plugins.pull.lines import (
    BadLine,
    Declaration,
    Lines,
    Named,
    Repeated,
    Seen,
    numbered,
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
        declare: a JSONL file with a declaration a line; `-` is standard input.

    Raises:
        ArgumentError: an id is no GUID; it is named.
        ConfigError: a file cannot be read, or there is nothing in it.
    """
    given = [check_argument(identifier, id).lower() for id in ids]
    named = None if ids_file is None else Lines(ids_file)
    declared = None if declare is None else Lines(declare)
    parts: list[Iterable[Item]] = [_named(given, named, identifier)]
    if declared is not None:
        parts.append(read_declarations(declared, rule))
    sources = [lines for lines in (named, declared) if lines is not None]
    counts = [len(given), *(lines.total for lines in sources)]
    return Input(
        chain.from_iterable(parts),
        None if None in counts else sum(count or 0 for count in counts),
        tuple(lines.name for lines in sources),
    )


def _named(given: list[str], lines: Lines | None, identifier: Parameter) -> Iterator[Item]:
    """The ids of the command line, then those of a file; each once."""
    with closing(Seen()) as seen:
        for id in given:
            yield Named(id=id) if seen.add(id) else Repeated()
        if lines is None:
            return
        with lines.open() as file:
            for number, text in numbered(file):
                try:
                    word = text.decode("utf-8", "replace")
                    id = check_argument(identifier, word).lower()
                except ArgumentError as error:
                    yield BadLine(source=lines.name, line=number, message=str(error))
                    continue
                yield Named(id=id) if seen.add(id) else Repeated()
