"""What changed in exports: tables, their columns, and what exporters find by role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from elevatekit_codegen.diff.changes import Change, Impact, code, listed
from elevatekit_codegen.diff.sides import Side, Sides
from elevatekit_codegen.operations import ReadOperation
from elevatekit_plugins.api import Column, Table

_ROW: Final = "interactions"
"""The table with a row for each interaction. Every operation may add columns to it."""


def columns(sides: Sides) -> Iterator[Change]:
    """Each change of a table or a column."""
    matched = {new.row.id: old for old, new in sides.matched}
    kept = {old.row.id for old in matched.values()}
    for id, old in sides.old.operations.items():
        if id not in kept:
            for table in sides.old.spec.tables[id]:
                yield from _whole(table, old, Impact.BREAKING)
    for id, new in sides.new.operations.items():
        tables = sides.new.spec.tables[id]
        if id not in matched:
            for table in tables:
                yield from _whole(table, new, Impact.ADDITIVE)
        else:
            yield from _tables(_of(sides.old, matched[id]), tables, new)


def _of(side: Side, operation: ReadOperation) -> tuple[Table, ...]:
    return side.spec.tables[operation.row.id]


def _whole(table: Table, operation: ReadOperation, impact: Impact) -> Iterator[Change]:
    new = impact is Impact.ADDITIVE
    if table.name:
        names = listed(column.name for column in table.columns)
        what = f"is a new table, of {names}" if new else "is gone"
        yield _change(impact, table.name, what, operation)
        return
    for column in table.columns:
        what = "is a new column" if new else "is gone"
        yield _change(impact, f"{_ROW}.{column.name}", what, operation)


def _tables(
    old: tuple[Table, ...], new: tuple[Table, ...], operation: ReadOperation
) -> Iterator[Change]:
    # A renamed operation renames its tables; what they hold is at the same place as before.
    befores = {table.path if table.name else None: table for table in old}
    afters = {table.path if table.name else None: table for table in new}
    for path, table in befores.items():
        if path not in afters:
            yield from _whole(table, operation, Impact.BREAKING)
            continue
        after = afters[path]
        if table.name != after.name:
            what = f"is called {code(after.name)} now"
            yield _change(Impact.BREAKING, table.name, what, operation)
        if table.role != after.role:
            yield _role(after.name, table.role, after.role, operation)
        yield from _columns(after.name or _ROW, table.columns, after.columns, operation)
    for path, table in afters.items():
        if path not in befores:
            yield from _whole(table, operation, Impact.ADDITIVE)


def _columns(
    table: str, old: tuple[Column, ...], new: tuple[Column, ...], operation: ReadOperation
) -> Iterator[Change]:
    befores, afters = ({c.name: c for c in columns} for columns in (old, new))
    places = {column.path: column for column in new if column.name not in befores}
    moved = {
        name: places[column.path].name
        for name, column in befores.items()
        if name not in afters and column.path in places
    }
    for name, column in befores.items():
        symbol, there = f"{table}.{name}", moved.get(name, name)
        if there not in afters:
            yield _change(Impact.BREAKING, symbol, "is gone", operation)
            continue
        if there != name:
            what = f"is called {code(there)} now"
            yield _change(Impact.BREAKING, symbol, what, operation)
        yield from _column(f"{table}.{there}", column, afters[there], operation)
    for name in afters:
        if name not in befores and name not in moved.values():
            yield _change(Impact.ADDITIVE, f"{table}.{name}", "is a new column", operation)


def _column(symbol: str, old: Column, new: Column, operation: ReadOperation) -> Iterator[Change]:
    if old.type != new.type:
        # Each integer is a number.
        impact = (
            Impact.ADDITIVE if (old.type, new.type) == ("number", "integer") else Impact.BREAKING
        )
        what = f"holds {code(new.type)} now, was {code(old.type)}"
        yield _change(impact, symbol, what, operation)
    if old.role != new.role:
        yield _role(symbol, old.role, new.role, operation)


def _role(symbol: str, old: str | None, new: str | None, operation: ReadOperation) -> Change:
    """Exporters that look for a role find nothing where it is gone."""
    if old is None:
        return _change(Impact.ADDITIVE, symbol, f"has the role {code(new)} now", operation)
    became = f"has the role {code(new)} now" if new else "has no role any more"
    what = f"{became}, was {code(old)}: exporters that look for that find nothing here"
    return _change(Impact.BREAKING, symbol, what, operation)


def _change(impact: Impact, symbol: str, what: str, operation: ReadOperation) -> Change:
    return Change(impact, "export", symbol, what, operation.pointer, (operation.row.id,))
