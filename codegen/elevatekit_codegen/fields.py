"""Our own reading of the properties of an object, those that it inherits included."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from elevatekit_codegen import kinds
from elevatekit_codegen.names import FIELD_TAKEN, pascal, snake
from elevatekit_codegen.shapes import Field, Nullable, Scalar, Shape
from elevatekit_codegen.source import Document, Node, described

_PYTHON_TYPES: Final[dict[str, type[str | int | bool] | tuple[type[int], type[float]]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


class Reader(Protocol):
    """Reads the schemas of the properties: `Schemas`."""

    document: Document

    def shape(self, node: Node, name: str) -> Shape:
        """The shape of a schema, called `name` if it is an object that has no name."""
        ...

    def owner(self, node: Node, name: str) -> str:
        """The name of the definition of a schema, or the given one where it has none."""
        ...


def fields(reader: Reader, node: Node, name: str) -> tuple[Field, ...]:
    """The fields of an object, those that it inherits first.

    Args:
        name: of the object.

    Raises:
        SpecError: two would have one name, one that is required is none, or something in one
            cannot be expressed.
    """
    required: dict[str, str] = {}
    found = _fields(reader, node, name, required)
    for key, place in required.items():
        if key not in found:
            raise reader.document.error(
                place, f"{key!r} is required, but not a property; add or remove it"
            )
    names: dict[str, str] = {}
    for field in found.values():
        if (other := names.setdefault(field.python, field.name)) != field.name:
            raise reader.document.error(
                field.pointer,
                f"properties {other!r} and {field.name!r} have the same Python name"
                f" {field.python!r}; rename one",
            )
    return tuple(replace(f, required=f.name in required) for f in found.values())


def _fields(reader: Reader, node: Node, name: str, required: dict[str, str]) -> dict[str, Field]:
    """The fields by name; what is required is added, with its place."""
    found: dict[str, Field] = {}
    for _, member in node.children("allOf"):
        target = reader.document.resolve(member)
        owner = reader.owner(target, name)
        found |= _fields(reader, target, owner, required)
    required.update(dict.fromkeys(map(str, node.list("required")), node / "required"))
    for key, child in node.children("properties"):
        found[key] = _field(reader, key, child, name)
    return found


def _field(reader: Reader, key: str, node: Node, owner: str) -> Field:
    python = snake(key, FIELD_TAKEN)
    if not python:
        raise reader.document.error(
            node.pointer, f"property {key!r} has no valid Python name; rename it"
        )
    target = reader.document.resolve(node)
    # A $ref to a scalar has no class that could say what it says.
    said = target if kinds.kind(target) == "scalar" else node
    shape = reader.shape(node, f"{owner}{pascal(snake(key))}")
    return Field(
        name=key,
        python=python,
        shape=shape,
        required=False,
        default=_default(reader.document, node if "default" in node else target, shape),
        description=described(node, said),
        evidence=node.text("x-evidence") or said.text("x-evidence") or None,
        role=node.text("x-role") or None,
        pointer=node.pointer,
    )


def _default(document: Document, node: Node, shape: Shape) -> str | int | float | bool | None:
    value = node.value.get("default")
    plain = shape.inner if isinstance(shape, Nullable) else shape
    if value is None:
        return None
    if isinstance(value, str) and value in document.resolve(node).list("enum"):
        return value
    # A boolean is an int in Python, but never in JSON.
    if (
        isinstance(plain, Scalar)
        and isinstance(value, _PYTHON_TYPES[plain.type])
        and isinstance(value, bool) == (plain.type == "boolean")
    ):
        return value
    raise document.error(node / "default", f"the schema does not allow the default {value!r}")
