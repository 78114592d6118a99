"""Shapes as annotations of Python, as msgspec wants them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from elevatekit_codegen.literals import literal
from elevatekit_codegen.shapes import (
    Anything,
    Choice,
    ListOf,
    MapOf,
    Named,
    Nullable,
    OneOf,
    Scalar,
    Shape,
)
from elevatekit_plugins.api import ScalarType

SCALARS: Final[Mapping[ScalarType, str]] = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
}
"""The type in Python of each scalar type of JSON Schema."""


def annotation(shape: Shape, *, received: bool) -> str:
    """The annotation of a shape in the models module.

    Args:
        received: whether an answer may hold it. Then an enum is open and nothing is limited, so
            that a new value is no error; limits are for what is sent.
    """
    # Alternatives keep their order, each is named once.
    return " | ".join(dict.fromkeys(_alternatives(shape, received)))


def _alternatives(shape: Shape, received: bool) -> list[str]:
    match shape:
        case Scalar():
            return [_limited(SCALARS[shape.type], shape.limits, received)]
        case Choice(values=values):
            choice = f"typing.Literal[{', '.join(ascii(v) for v in values)}]"
            return [choice, "str"] if received else [choice]
        case ListOf():
            items = f"list[{annotation(shape.items, received=received)}]"
            return [_limited(items, shape.limits, received)]
        case MapOf(values=values):
            return [f"dict[str, {annotation(values, received=received)}]"]
        case Anything():
            return ["typing.Any"]
        case Nullable(inner=inner):
            return [*_alternatives(inner, received), "None"]
        case OneOf(members=members):
            return [a for member in members for a in _alternatives(member, received)]
        case Named(name=name):
            return [name]


def _limited(python: str, limits: tuple[tuple[str, object], ...], received: bool) -> str:
    if received or not limits:
        return python
    meta = ", ".join(f"{word}={literal(value)}" for word, value in limits)
    return f"typing.Annotated[{python}, msgspec.Meta({meta})]"
