"""The form in which two readings of a document are compared: places, and what stands at each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from elevatekit_codegen.shapes import (
    Alias,
    Anything,
    Choice,
    Definitions,
    ListOf,
    MapOf,
    Named,
    Nullable,
    OneOf,
    Scalar,
    Shape,
)
from elevatekit_codegen.source import join

Place = tuple[str, str]
"""A JSON pointer, and what is meant there: `property 'id'`, `response 200`."""

Reading = Mapping[Place, str]
"""The signature of every parameter, body, answer and property."""

_FORMATS: Final = ("date", "date-time", "uuid", "binary")
"""The formats of a string that openapi-python-client tells apart."""


def operation_place(operation: str) -> Place:
    """The operation at a pointer."""
    return operation, "method"


def parameter_place(operation: str, location: str, name: str) -> Place:
    """A parameter of the operation at a pointer."""
    return operation, f"{location} parameter {name!r}"


def body_place(operation: str, content_type: str) -> Place:
    """The request body of the operation at a pointer."""
    return join(operation, "requestBody"), f"body {content_type}"


def answer_place(operation: str, status: str) -> Place:
    """An answer of the operation at a pointer."""
    return join(join(operation, "responses"), status), f"response {status}"


def property_place(schema: str, name: str) -> Place:
    """A property of the object at a pointer."""
    return join(join(schema, "properties"), name), f"property {name!r}"


def of_shape(shape: Shape, definitions: Definitions) -> str:
    """A shape in a form that can be compared with what the other reader saw."""
    match shape:
        case Scalar():
            known = shape.format if shape.format in _FORMATS else None
            return f"{shape.type}({known})" if known else shape.type
        case Choice():
            return choice(shape.values)
        case ListOf():
            return f"list[{of_shape(shape.items, definitions)}]"
        case MapOf():
            return f"map[{of_shape(shape.values, definitions)}]"
        case Anything():
            return "anything"
        case Nullable():
            return union([of_shape(shape.inner, definitions), "null"])
        case OneOf():
            return union([of_shape(m, definitions) for m in shape.members])
        case Named():
            target = definitions[shape.name]
            if isinstance(target, Alias):
                return of_shape(target.shape, definitions)
            return f"object {target.pointer}"


def choice(values: tuple[str, ...]) -> str:
    """The signature of an enum: its order means nothing."""
    return f"one of {json.dumps(sorted(values))}"


def union(members: list[str]) -> str:
    """The signature of a union: flat, sorted, each member once."""
    flat = {part for member in members for part in member.split(" | ")}
    return " | ".join(sorted(flat))
