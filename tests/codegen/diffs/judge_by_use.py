"""The commands of both, as click has them, and the columns that exports of both write."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import click

from elevatekit_codegen import rows
from elevatekit_plugins.cli.operations import operation_groups

from .copies import Copy


def by_commands(old: Copy, new: Copy) -> Iterator[str]:
    befores, afters = (dict(_commands(side)) for side in (old, new))
    for words, command in befores.items():
        after = afters.get(words)
        if after is None or any(_command_differs(command, after)):
            yield words


def _commands(side: Copy) -> Iterator[tuple[str, click.Command]]:
    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from walk(inner, (*words, name))
        else:
            yield " ".join(words), command

    # Groups are filled as they are made: all of them first.
    for group in list(operation_groups(rows.api(side.spec, "elevatekit"), click.Group)):
        assert group.name is not None
        yield from walk(group, (group.name,))


def _command_differs(old: click.Command, new: click.Command) -> Iterator[bool]:
    places = [[p for p in c.params if isinstance(p, click.Argument)] for c in (old, new)]
    yield len(places[0]) != len(places[1])
    names = [[p.name for p in command] for command in places]
    yield names[0] != names[1] and {*names[0]} == {*names[1]}
    for before, after in zip(*places, strict=False):
        yield from _takes_less(before, after)
    options = [{p.opts[0]: p for p in c.params if isinstance(p, click.Option)} for c in (old, new)]
    for name, option in options[0].items():
        yield name not in options[1]
        if name in options[1]:
            yield from _takes_less(option, options[1][name])
    yield any(o.required for name, o in options[1].items() if name not in options[0])


def _takes_less(old: click.Parameter, new: click.Parameter) -> Iterator[bool]:
    yield new.required > old.required
    yield old.multiple > new.multiple
    if isinstance(old.type, click.Choice) and isinstance(new.type, click.Choice):
        yield not {*old.type.choices} <= {*new.type.choices}
    kinds = old.type.name, new.type.name
    wider = {("integer", "float"), *((kind, "text") for kind in (*_WORDS, "choice"))}
    yield kinds[0] != kinds[1] and kinds not in wider


_WORDS = ("integer", "float", "boolean")
"""Types whose values are words that are a text, too."""


def by_columns(old: Copy, new: Copy) -> Iterator[str]:
    """The tables and columns that are gone, hold something else, or have lost their role."""
    befores, afters = (dict(_columns(side)) for side in (old, new))
    for symbol, (kind, role) in befores.items():
        if symbol not in afters:
            yield symbol
            continue
        kind_now, role_now = afters[symbol]
        if kind != kind_now and (kind, kind_now) != ("number", "integer"):
            yield symbol
        if role not in (None, role_now):
            yield symbol


def _columns(side: Copy) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    for table in itertools.chain.from_iterable(side.spec.tables.values()):
        if table.name:
            yield table.name, (None, table.role)
        for column in table.columns:
            yield f"{table.name or 'interactions'}.{column.name}", (column.type, column.role)
