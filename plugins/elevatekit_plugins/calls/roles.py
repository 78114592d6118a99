"""Reading payloads by role: where the spec says that a thing stands, whatever it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from elevatekit_plugins.api import Operation, Table


def walk(value: object, path: Sequence[str]) -> Any:
    """What stands at a path of properties, or None."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, object]", value).get(name)
    return value


def row_value(operation: Operation[Any], payload: object, role: str) -> Any:
    """The value with this role in a payload that is one object, or None."""
    for table in operation.tables:
        if not table.name:
            for column in table.columns:
                if column.role == role:
                    return walk(walk(payload, table.path), column.path)
    return None


def items(table: Table, payload: object) -> Iterator[object]:
    """The items of a list table in a payload. Anything but a list has none."""
    found = walk(payload, table.path)
    if isinstance(found, list):
        yield from cast("list[object]", found)
