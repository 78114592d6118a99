"""Our own reading of schemas: from the raw document to shapes and definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from elevatekit_codegen import kinds
from elevatekit_codegen.names import FIELD_TAKEN, pascal, snake
from elevatekit_codegen.shapes import (
    Alias,
    Anything,
    Choice,
    Definition,
    Field,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Object,
    OneOf,
    Scalar,
    Shape,
)
from elevatekit_codegen.source import Document, Node, Refusals, described
from elevatekit_codegen.unions import tags

LIMITS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
"""The limits of a scalar, and the keywords of `msgspec.Meta` that hold them."""
LIST_LIMITS: Final = {"minItems": "min_length", "maxItems": "max_length"}
"""The same of a list."""
_PYTHON_TYPES: Final[dict[str, type[str | int | bool] | tuple[type[int], type[float]]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


class Schemas:
    """The definitions of a document. Reading a shape adds those that it needs."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._tags = tags(document)
        self._names: dict[str, str] = {}
        """Pointer to the name of the definition that the schema there has or will have."""
        self.definitions: dict[str, Definition] = {}
        """By name, in the order of the document, inline objects after what holds them."""
        refusals, components = Refusals(), list[Node]()
        for name, node in document.root.child("components").children("schemas"):
            with refusals.kept():
                if "$ref" not in node:
                    self._register(pascal(name), node)
                    components.append(node)
        # All names first: the schemas refer to one another.
        refusals.tell()
        for node in components:
            with refusals.kept():
                if kinds.kind(node) != "scalar":
                    self._define(node, self._names[node.pointer])
        refusals.tell()

    def shape(self, node: Node, name: str) -> Shape:
        """The shape of a schema.

        Args:
            name: what the definition is called if the schema is an object that has no name.

        Raises:
            SpecError: it is something that the generated code cannot express.
        """
        target = self._document.resolve(node)
        kind = kinds.kind(target)
        if kind == "scalar":
            shape = self._scalar(target)
        elif target.pointer in self._names:
            shape = Named(self._names[target.pointer])
        elif kind == "object":
            shape = Named(self._register(name, target))
            self._define(target, name)
        else:
            shape = self._of_values(target, name)
        # The null of a named type that is no struct stands in its own definition.
        own = kind == "other" and target.pointer in self._names
        if kinds.is_nullable(target) and not own:
            return shape if isinstance(shape, Nullable) else Nullable(shape)
        return shape

    def named(self, node: Node, name: str) -> Named:
        """The definition of a schema; an alias is made if it has none."""
        shape = self.shape(node, name)
        if isinstance(shape, Named):
            return shape
        target = self._document.resolve(node)
        if target.pointer not in self._names:
            self._register(name, target)
        name = self._names[target.pointer]
        self.definitions[name] = Alias(name, target.pointer, described(target), shape)
        return Named(name)

    def object(self, node: Node, name: str) -> Object:
        """The object that a schema describes, without making a definition of it."""
        return Object(
            name=name,
            pointer=node.pointer,
            description=described(node),
            fields=self._whole(node, name),
            evidence=node.text("x-evidence") or None,
            tag=self._tags.get(node.pointer),
        )

    def _register(self, name: str, node: Node) -> str:
        if not name:
            raise self._document.error(node.pointer, "this schema has no name that Python allows")
        for pointer, taken in self._names.items():
            if taken == name:
                raise self._document.error(
                    node.pointer, f"this would be the class {name}, as the schema at {pointer} is"
                )
        self._names[node.pointer] = name
        return name

    def _define(self, node: Node, name: str) -> None:
        if kinds.kind(node) == "object":
            # This keeps the place, so that what is inline comes after what holds it.
            self.definitions[name] = Object(name, node.pointer, "", ())
            self.definitions[name] = self.object(node, name)
        else:
            shape = self._of_values(node, name)
            if kinds.is_nullable(node) and not isinstance(shape, Nullable):
                shape = Nullable(shape)
            self.definitions[name] = Alias(name, node.pointer, described(node), shape)

    def _scalar(self, node: Node) -> Shape:
        (type,) = filter(kinds.is_scalar_type, kinds.types(node))
        pattern = node.text("pattern")
        try:
            re.compile(pattern)
        except re.error as error:
            raise self._document.error(
                node / "pattern", f"pattern {pattern!r} is none that Python knows: {error}"
            ) from None
        return Scalar(type, node.text("format") or None, _limits(node, LIMITS))

    def _of_values(self, node: Node, name: str) -> Shape:
        if (member := kinds.wrapped(node)) is not None:
            return self.shape(member, name)
        if "oneOf" in node or "anyOf" in node:
            return self._union(node, name)
        if "enum" in node or "const" in node:
            return self._choice(node)
        match kinds.types(node):
            case ["array"] if "items" in node:
                items = self.shape(node.child("items"), f"{name}Item")
                return ListOf(items, _limits(node, LIST_LIMITS))
            case ["object"]:
                extra = node.child("additionalProperties")
                if extra.value:
                    return MapOf(self.shape(extra, f"{name}Value"))
                return MapOf(Anything())
            case [] if not kinds.is_nullable(node):
                return Anything()
            case several if len(several) > 1 and all(map(kinds.is_scalar_type, several)):
                return OneOf(tuple(Scalar(t) for t in filter(kinds.is_scalar_type, several)))
            case other:
                what = "an array without items" if other == ["array"] else f"type {other}"
                raise self._document.error(node.pointer, f"{what} cannot be expressed")

    def _choice(self, node: Node) -> Shape:
        values = node.list("enum") or [node.value.get("const")]
        strings = tuple(v for v in values if isinstance(v, str))
        nulls = values.count(None)
        place = node / ("enum" if "enum" in node else "const")
        if not strings or len(strings) + nulls < len(values):
            raise self._document.error(place, "only enums of strings can be expressed")
        if len(set(strings)) < len(strings):
            raise self._document.error(place, "a value of the enum is here twice")
        return Nullable(Choice(strings)) if nulls else Choice(strings)

    def _union(self, node: Node, name: str) -> Shape:
        members = [m for key in ("oneOf", "anyOf") for _, m in node.children(key)]
        real = [m for m in members if not kinds.is_null(m)]
        objects = sum(self._is_struct_or_map(m) for m in real)
        if not real:
            raise self._document.error(node.pointer, "a union of nothing cannot be expressed")
        if objects > 1 and "discriminator" not in node:
            raise self._document.error(
                node.pointer, "a union of objects needs a discriminator to tell them apart"
            )
        if 0 < objects < len(real):
            raise self._document.error(
                node.pointer, "a union of objects and something else cannot be expressed"
            )
        names = [f"{name}{i}" for i in range(1, len(real) + 1)] if len(real) > 1 else [name]
        shapes = [self.shape(member, own) for member, own in zip(real, names, strict=True)]
        null = len(real) < len(members) or any(isinstance(s, Nullable) for s in shapes)
        plain = tuple(s.inner if isinstance(s, Nullable) else s for s in shapes)
        shape = plain[0] if len(plain) == 1 else OneOf(plain)
        return Nullable(shape) if null else shape

    def _is_struct_or_map(self, node: Node) -> bool:
        target = self._document.resolve(node)
        return kinds.kind(target) == "object" or kinds.types(target) == ["object"]

    def _whole(self, node: Node, name: str) -> tuple[Field, ...]:
        """The fields of an object, those that it inherits first."""
        required: dict[str, str] = {}
        fields = self._fields(node, name, required)
        for key, place in required.items():
            if key not in fields:
                raise self._document.error(place, f"{key!r} is required, but no property has it")
        names: dict[str, str] = {}
        for field in fields.values():
            if (other := names.setdefault(field.python, field.name)) != field.name:
                raise self._document.error(
                    field.pointer,
                    f"properties {other!r} and {field.name!r} would both be {field.python!r}",
                )
        return tuple(replace(f, required=f.name in required) for f in fields.values())

    def _fields(self, node: Node, name: str, required: dict[str, str]) -> dict[str, Field]:
        """The fields by name; what is required is added, with its place."""
        fields: dict[str, Field] = {}
        for _, member in node.children("allOf"):
            target = self._document.resolve(member)
            owner = self._names.get(target.pointer, name)
            fields |= self._fields(target, owner, required)
        required.update(dict.fromkeys(map(str, node.list("required")), node / "required"))
        for key, child in node.children("properties"):
            fields[key] = self._field(key, child, name)
        return fields

    def _field(self, key: str, node: Node, owner: str) -> Field:
        python = snake(key, FIELD_TAKEN)
        if not python:
            raise self._document.error(node.pointer, f"{key!r} has no name that Python allows")
        target = self._document.resolve(node)
        # A $ref to a scalar has no class that could say what it says.
        said = target if kinds.kind(target) == "scalar" else node
        shape = self.shape(node, f"{owner}{pascal(snake(key))}")
        return Field(
            name=key,
            python=python,
            shape=shape,
            required=False,
            default=self._default(node if "default" in node else target, shape),
            description=described(node, said),
            evidence=node.text("x-evidence") or said.text("x-evidence") or None,
            role=node.text("x-role") or None,
            pointer=node.pointer,
        )

    def _default(self, node: Node, shape: Shape) -> str | int | float | bool | None:
        value = node.value.get("default")
        plain = shape.inner if isinstance(shape, Nullable) else shape
        if value is None:
            return None
        if isinstance(value, str) and value in self._document.resolve(node).list("enum"):
            return value
        # A boolean is an int in Python, but never in JSON.
        if (
            isinstance(plain, Scalar)
            and isinstance(value, _PYTHON_TYPES[plain.type])
            and isinstance(value, bool) == (plain.type == "boolean")
        ):
            return value
        raise self._document.error(
            node / "default", f"the default {value!r} is none of the values that the schema allows"
        )


def _limits(node: Node, words: Mapping[str, str]) -> tuple[tuple[str, object], ...]:
    # `exclusiveMinimum: true` is how OpenAPI 3.0 speaks of the minimum beside it.
    exclusive = [key for key in words if node.value.get(key) is True]
    found = {meta: node.value[key] for key, meta in words.items() if key in node}
    for key in exclusive:
        found[words[key]] = found.pop({"gt": "ge", "lt": "le"}[words[key]])
    return tuple((meta, value) for meta, value in found.items() if value is not False)
