"""The `Api` table as source: a constant for each operation, and for parts that repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from msgspec import Struct, structs

from elevatekit_codegen.literals import literal
from elevatekit_codegen.methods import result
from elevatekit_codegen.model import Row
from elevatekit_codegen.names import constant
from elevatekit_codegen.reading import Spec
from elevatekit_plugins.api import Api, Operation, Table

_SHARED_FROM: Final = 40
"""Characters of source from which a part that repeats is written once."""


def api(spec: Spec, package: str) -> Api:
    """The table itself."""
    info = spec.document.root.child("info")
    return Api(
        name=package,
        title=info.line("title"),
        version=info.text("version"),
        package=package,
        base_url=spec.base_url,
        key=spec.key,
        error_message=spec.error_message,
        operations=tuple(
            structs.replace(operation.row, tables=spec.tables[operation.row.id])
            for operation in spec.operations
        ),
        pull=spec.pull,
    )


def words(value: object) -> Iterator[str]:
    """The classes of all structs in a table."""
    if isinstance(value, Struct):
        yield type(value).__name__
        for field in structs.fields(value):
            yield from words(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from words(item)


def shared(table: Api) -> tuple[Row, ...]:
    """Constants for long parts that several operations have in common, and for columns."""
    count: dict[str, int] = {}
    name: dict[str, str] = {}
    for row in table.operations:
        for called, part in _parts(row):
            source = literal(part)
            # Columns always, so that each of them fits into one line.
            count[source] = count.get(source, 0) + 1 + isinstance(part, tuple)
            name.setdefault(source, called)
    found: dict[str, Row] = {}
    for source, times in count.items():
        if times > 1 and len(source) >= _SHARED_FROM:
            called = name[source]
            while called in found:
                called += "_"
            found[called] = Row(called, "", source)
    return tuple(found.values())


def rows(table: Api, parts: tuple[Row, ...]) -> tuple[Row, ...]:
    """A constant for each operation."""
    known = {part.source: part.constant for part in parts}
    return tuple(
        Row(constant(row.id), f"Operation[{result(row)}]", literal(row, known))
        for row in table.operations
    )


def source(table: Api, *known: tuple[Row, ...]) -> str:
    """The source of the table, made of constants that are known already."""
    return literal(table, {row.source: row.constant for part in known for row in part})


def _parts(row: Operation[Any]) -> Iterator[tuple[str, object]]:
    yield f"_{constant(row.id)}_ERRORS", row.errors
    yield f"_{constant(row.id)}_RETRY", row.retry
    for parameter in row.parameters:
        yield f"_{parameter.python.upper().rstrip('_')}", parameter
    for table in row.tables:
        if table.name:
            yield _columns_name(table), table.columns


def _columns_name(table: Table) -> str:
    return f"_{table.name.upper()}_COLUMNS" if table.columns[0].path else "_VALUE"
