"""What values looked like, without what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from elevatekit_plugins.probe.schemas import Leaf
from elevatekit_plugins.probe.vocabulary import Vocabulary
from elevatekit_plugins.report import Kind, Shape

_KINDS: Final[dict[type, Kind]] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
MOST: Final = 50
"""Names of an object; with more of them it is a map, whose keys are values."""
DEEPEST: Final = 16
"""Levels of a shape. What a person would write a schema for has fewer."""


def kind_of(value: object) -> Kind:
    """The JSON type of a value."""
    return _KINDS[type(value)]


def fits(value: object, leaf: Leaf, vocabulary: Vocabulary) -> bool:
    """Whether a schema allows a value of this type; of an enum, one that can be listed there."""
    allowed, kind = leaf.kinds, kind_of(value)
    if isinstance(value, str) and leaf.values:
        return value in leaf.values or vocabulary.tells(value)
    if None in leaf.node.get("enum", ()) and value is None:
        return True
    if not allowed or kind in allowed:
        return True
    if kind == "integer":
        return "number" in allowed
    return isinstance(value, float) and value.is_integer() and "integer" in allowed


def has_format(value: str, format: str) -> bool:
    """Whether a text has a format; formats that are not known are not looked at."""
    try:
        match format:
            case "uuid":
                UUID(value)
            case "date-time":
                return "T" in value.upper() and bool(datetime.fromisoformat(value))
            case _:
                pass
    except ValueError:
        return False
    return True


def shape_of(values: Sequence[object], vocabulary: Vocabulary, depth: int = 0) -> Shape:
    """The shape of several values taken together, down to `DEEPEST` levels."""
    kinds: set[Kind] = {kind_of(value) for value in values}
    if "number" in kinds:
        kinds.discard("integer")
    objects = [cast("Mapping[str, Any]", value) for value in values if isinstance(value, dict)]
    lists = [cast("list[object]", value) for value in values if isinstance(value, list)]
    texts = [value for value in values if isinstance(value, str)]
    items = [item for value in lists for item in value]
    return Shape(
        kinds=tuple(sorted(kinds)),
        format=_format(texts),
        properties=_properties(objects, vocabulary, depth + 1) if depth < DEEPEST else {},
        items=shape_of(items, vocabulary, depth + 1) if items and depth < DEEPEST else None,
    )


def _format(texts: Sequence[str]) -> str | None:
    for format in ("uuid", "date-time"):
        if texts and all(has_format(text, format) for text in texts):
            return format
    return None


def _properties(
    objects: Sequence[Mapping[str, Any]], vocabulary: Vocabulary, depth: int
) -> dict[str, Shape]:
    names = dict.fromkeys(name for value in objects for name in value)
    if len(names) > MOST or not all(map(vocabulary.tells, names)):
        return {}
    return {
        name: shape_of([o[name] for o in objects if name in o], vocabulary, depth) for name in names
    }


def told(shape: Shape) -> str:
    """A shape in words: `array of object (name, value)`."""
    return " or ".join(_told(kind, shape) for kind in shape.kinds) or "anything"


def _told(kind: Kind, shape: Shape) -> str:
    if kind == "array":
        return "empty array" if shape.items is None else f"array of {told(shape.items)}"
    if kind == "object":
        return f"object ({', '.join(shape.properties)})" if shape.properties else "object"
    return f"string ({shape.format})" if kind == "string" and shape.format else kind
