"""The `Api` table as source: a constant for each operation, and for parts that repeat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from msgspec import Struct, structs

from elevatekit_codegen.literals import literal
from elevatekit_codegen.methods import result
from elevatekit_codegen.model import Row
from elevatekit_codegen.names import column, constant
from elevatekit_codegen.reading import Spec
from elevatekit_plugins.api import Api, Operation

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
        for name in value.__struct_fields__:
            yield from words(getattr(value, name))
    elif isinstance(value, tuple):
        for item in cast("tuple[object, ...]", value):
            yield from words(item)


def shared(table: Api) -> tuple[Row, ...]:
    """Constants for long parts that several operations have in common, and for columns of lists."""
    count: dict[str, int] = {}
    names: dict[str, tuple[str, ...]] = {}
    for row in table.operations:
        for part, *called in _parts(row):
            source = literal(part)
            # Columns always, so that each table fits into a line.
            always = isinstance(part, tuple)
            count[source] = count.get(source, 0) + (2 if always else len(source) >= _SHARED_FROM)
            names.setdefault(source, tuple(called))
    kept = {source: names[source] for source, times in count.items() if times > 1}
    short = [called[0] for called in kept.values()]
    # A short name that two parts would have is neither's.
    return tuple(
        Row(called[0] if short.count(called[0]) == 1 else called[-1], "", source)
        for source, called in kept.items()
    )


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


def _parts(row: Operation[Any]) -> Iterator[tuple[object, *tuple[str, ...]]]:
    """What may be shared, and its names: a short one, and one that no other operation gives."""
    own = f"_{constant(row.id)}"
    yield row.errors, f"{own}_ERRORS"
    yield row.others, f"{own}_OTHERS"
    yield row.retry, f"{own}_RETRY"
    yield row.body, f"{own}_BODY"
    for parameter in row.parameters:
        name = f"_{parameter.python.upper().rstrip('_')}"
        yield parameter, name, f"{own}{name}"
    for table in row.tables:
        if table.name:
            last = table.path[-1] if table.columns[0].path and table.path else "value"
            yield table.columns, f"_{column(last).upper()}", f"_{table.name.upper()}"
