"""What changed on the command line: commands, their arguments and their options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from elevatekit_codegen.diff.changes import Change, Impact, code, listed
from elevatekit_codegen.diff.sides import Side, Sides
from elevatekit_codegen.operations import ReadOperation
from elevatekit_plugins.api import Operation, Parameter

_TAKES_MORE: Final = {
    ("boolean", "string"),
    ("integer", "number"),
    ("integer", "string"),
    ("number", "string"),
}
"""Types of an option, before and after, where what was right stays right."""


@dataclass(frozen=True, slots=True)
class _Option:
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class _Command:
    """The command of an operation, as `elevatekit_plugins.cli.operations` makes it."""

    operation: ReadOperation
    arguments: tuple[str, ...]
    """What is given by place."""
    options: Mapping[str, _Option]
    kinds: tuple[str, ...] = ()
    """The values of `--kind`, where it waits."""


def commands(sides: Sides) -> Iterator[Change]:
    """Each change of a command."""
    olds, news = _commands(sides.old), _commands(sides.new)
    moved = {
        before: after
        for old, new in sides.matched
        for before, after in zip(_all_words(old.row), _all_words(new.row), strict=False)
    }
    for words, old in olds.items():
        there = moved.get(words, words)
        if there not in news:
            yield _change(Impact.BREAKING, sides, words, "is gone", old)
            continue
        if there != words:
            now = code(f"{sides.new.package.name} {there}")
            yield _change(Impact.BREAKING, sides, words, f"is {now} now", news[there])
        yield from _changed(sides, there, old, news[there])
    for words, new in news.items():
        if words not in olds and words not in moved.values():
            yield _change(Impact.ADDITIVE, sides, words, "is a new command", new)


def _changed(sides: Sides, words: str, old: _Command, new: _Command) -> Iterator[Change]:
    # What is given by place may change its name.
    gone = [name for name in old.arguments if name not in new.arguments]
    if len(old.arguments) != len(new.arguments) or (not gone and old.arguments != new.arguments):
        takes = listed(name.upper() for name in new.arguments) or "nothing"
        what = (
            f"takes {takes} by place, took {listed(n.upper() for n in old.arguments) or 'nothing'}"
        )
        yield _change(Impact.BREAKING, sides, words, what, new)
    for name, option in old.options.items():
        if name not in new.options:
            yield _change(Impact.BREAKING, sides, f"{words} {name}", "is gone", new)
        else:
            yield from _option(sides, f"{words} {name}", option, new.options[name], new)
    for name, option in new.options.items():
        if name not in old.options:
            impact = Impact.BREAKING if option.required else Impact.ADDITIVE
            what = f"is a new option{', and must be given' if option.required else ''}"
            yield _change(impact, sides, f"{words} {name}", what, new)
    for kind in old.kinds:
        if kind not in new.kinds and new.kinds:
            what = f"takes {code(kind)} no more"
            yield _change(Impact.BREAKING, sides, f"{words} --kind", what, new)
    for kind in new.kinds:
        if kind not in old.kinds and old.kinds:
            yield _change(Impact.ADDITIVE, sides, f"{words} --kind", f"takes {code(kind)}", new)


def _option(
    sides: Sides, symbol: str, old: _Option, new: _Option, command: _Command
) -> Iterator[Change]:
    if old.required != new.required:
        impact = Impact.BREAKING if new.required else Impact.ADDITIVE
        what = "must be given now" if new.required else "may be left out now"
        yield _change(impact, sides, symbol, what, command)
    if old.type != new.type:
        more = (old.type, new.type) in _TAKES_MORE
        what = f"takes {code(new.type)} now, was {code(old.type)}"
        yield _change(Impact.ADDITIVE if more else Impact.BREAKING, sides, symbol, what, command)


def _change(impact: Impact, sides: Sides, words: str, what: str, command: _Command) -> Change:
    operation = command.operation
    symbol = f"{sides.new.package.name} {words}"
    return Change(impact, "cli", symbol, what, operation.pointer, (operation.row.id,))


def _commands(side: Side) -> dict[str, _Command]:
    found: dict[str, _Command] = {}
    for operation in side.spec.operations:
        row = operation.row
        words, *wait = _all_words(row)
        found[words] = _Command(operation, _arguments(row), dict(_options(row)))
        if wait and row.waiter is not None:
            options = {**dict(map(_named, _optional(row))), **_POLLING}
            found[wait[0]] = _Command(
                operation, _in_path(row), options, tuple(row.waiter.intervals)
            )
    return found


_POLLING: Final = {"--poll": _Option("number", False), "--kind": _Option("string", False)}


def _all_words(row: Operation[Any]) -> tuple[str, ...]:
    """The words of an operation's command, and of the one that waits."""
    words = " ".join(row.words)
    if row.waiter is None:
        return (words,)
    return words, " ".join([*row.words[:-1], row.waiter.method.replace("_", "-")])


def _in_path(row: Operation[Any]) -> tuple[str, ...]:
    return tuple(p.python for p in row.parameters if p.location == "path")


def _arguments(row: Operation[Any]) -> tuple[str, ...]:
    uploads = row.body is not None and row.body.part is not None
    return (*_in_path(row), "file") if uploads else _in_path(row)


def _optional(row: Operation[Any]) -> tuple[Parameter, ...]:
    return tuple(p for p in row.parameters if p.location != "path")


def _named(parameter: Parameter) -> tuple[str, _Option]:
    return parameter.option, _Option(parameter.type, parameter.required)


def _options(row: Operation[Any]) -> Iterator[tuple[str, _Option]]:
    yield from map(_named, _optional(row))
    body = row.body
    if body is None:
        return
    yield from map(_named, body.fields)
    if not body.fields and body.part is None:
        yield "--body", _Option("file", body.required)
