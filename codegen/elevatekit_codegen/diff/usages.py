"""What the commands of a spec take, as `elevatekit_plugins.cli.operations` makes them of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from elevatekit_codegen.diff.sides import Side
from elevatekit_codegen.operations import ReadOperation
from elevatekit_plugins.api import Operation, Parameter


@dataclass(frozen=True, slots=True)
class Given:
    """What is given to a command, by place or by name."""

    type: str
    required: bool
    values: tuple[str, ...] = ()
    """All that it takes. Empty: everything of its type."""
    many: bool = False
    """Whether it may be given several times."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The command of an operation, or the one that waits."""

    operation: ReadOperation
    arguments: Mapping[str, Given]
    """In their order."""
    options: Mapping[str, Given]


def usages(side: Side) -> dict[str, Usage]:
    """Each command by its words, for example `gen-ai cx topics`."""
    found: dict[str, Usage] = {}
    for operation in side.spec.operations:
        row = operation.row
        words, *wait = all_words(row)
        found[words] = Usage(operation, dict(_arguments(row)), dict(_options(row)))
        if wait and row.waiter is not None:
            kinds = Given("string", required=False, values=tuple(row.waiter.intervals))
            options = {**_by_name(row), "--poll": Given("number", required=False), "--kind": kinds}
            found[wait[0]] = Usage(operation, _by_place(row), options)
    return found


def all_words(row: Operation[Any]) -> tuple[str, ...]:
    """The words of an operation's command, and of the one that waits."""
    words = " ".join(row.words)
    if row.waiter is None:
        return (words,)
    return words, " ".join([*row.words[:-1], row.waiter.method.replace("_", "-")])


def _by_place(row: Operation[Any]) -> dict[str, Given]:
    return {p.python: _given(p) for p in row.parameters if p.location == "path"}


def _by_name(row: Operation[Any]) -> dict[str, Given]:
    return {p.option: _given(p) for p in row.parameters if p.location != "path"}


def _given(parameter: Parameter) -> Given:
    many = parameter.many is not None
    return Given(parameter.type, parameter.required, parameter.enum, many)


def _arguments(row: Operation[Any]) -> Iterator[tuple[str, Given]]:
    yield from _by_place(row).items()
    if row.body is not None and row.body.takes_file:
        yield "file", Given("file", row.body.required)


def _options(row: Operation[Any]) -> Iterator[tuple[str, Given]]:
    yield from _by_name(row).items()
    body = row.body
    if body is None:
        return
    yield from ((field.option, _given(field)) for field in body.fields)
    if not body.fields and not body.takes_file and body.kind == "json":
        yield "--body", Given("file", body.required)
