"""Our own reading of schemas: from the raw document to shapes and definitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

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
from elevatekit_codegen.source import Document, Node

_META: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
_META_LIST: Final = {"minItems": "min_length", "maxItems": "max_length"}


class Schemas:
    """The definitions of a document. Reading a shape adds those that it needs."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._places: dict[str, str] = {}
        self._tags: dict[str, tuple[str, str]] = {}
        self.definitions: dict[str, Definition] = {}
        """By name, in the order of the document, inline objects after what holds them."""
        components = list(document.root.child("components").children("schemas"))
        for name, node in components:
            if "$ref" not in node.value:
                self._register(pascal(name), node, f"schema {name!r}")
        for _, node in components:
            self._find_tags(node)
        for _, node in components:
            if node.pointer in self._places and not self._is_scalar(node):
                self._define(node, self._places[node.pointer])

    def shape(self, node: Node, name: str) -> Shape:
        """The shape of a schema.

        Args:
            name: what the definition is called if the schema is an object that has no name.

        Raises:
            SpecError: it is something that the generated code cannot express.
        """
        target = self._document.resolve(node)
        if self._is_scalar(target):
            return self._scalar(target)
        known = self._places.get(target.pointer)
        if known is not None and (target.pointer != node.pointer or known in self.definitions):
            return Named(known)
        if self._is_object(target):
            if known is None:
                self._register(name, target, f"the schema at {target.pointer}")
            self._define(target, name)
            return Named(name)
        return self._inline(target, name)

    def named(self, node: Node, name: str) -> str:
        """The name of the definition of a schema; an alias is made if it has none."""
        shape = self.shape(node, name)
        if isinstance(shape, Named):
            return shape.name
        target = self._document.resolve(node)
        self._register(name, target, f"the schema at {target.pointer}")
        self.definitions[name] = Alias(name, target.pointer, target.text("description"), shape)
        return name

    def object(self, node: Node, name: str) -> Object:
        """The object that a schema describes, without making a definition of it."""
        return Object(
            name=name,
            pointer=node.pointer,
            description=node.text("description"),
            fields=self._fields(node, name),
            evidence=node.text("x-evidence") or None,
            tag=self._tags.get(node.pointer),
        )

    def _register(self, name: str, node: Node, what: str) -> None:
        if not name:
            raise self._document.error(node.pointer, f"{what} has no name that Python allows")
        taken = {v: k for k, v in self._places.items()}.get(name)
        if taken is not None:
            raise self._document.error(
                node.pointer, f"{what} would be the class {name}, as the schema at {taken} is"
            )
        self._places[node.pointer] = name

    def _define(self, node: Node, name: str) -> None:
        if self._is_object(node):
            # A place is kept, so that what is inline comes after what holds it.
            self.definitions[name] = Object(name, node.pointer, "", ())
            self.definitions[name] = self.object(node, name)
            return
        shape = self._inline(node, name)
        discriminator = node.child("discriminator").text("propertyName") or None
        description = node.text("description")
        self.definitions[name] = Alias(name, node.pointer, description, shape, discriminator)

    def _is_scalar(self, node: Node) -> bool:
        types, _ = self._types(node)
        plain = len(types) == 1 and types[0] in ("string", "integer", "number", "boolean")
        return plain and not any(key in node.value for key in ("enum", "const", "oneOf", "anyOf"))

    def _is_object(self, node: Node) -> bool:
        types, _ = self._types(node)
        if "object" not in types and types:
            return False
        return bool(node.value.get("properties") or node.value.get("allOf")) and not (
            self._single_all_of(node)
        )

    def _single_all_of(self, node: Node) -> Node | None:
        """The one member of an `allOf` that only stands around a `$ref` to give it neighbours."""
        members = [member for _, member in node.children("allOf")]
        if len(members) == 1 and not node.value.get("properties") and "$ref" in members[0].value:
            return members[0]
        return None

    def _types(self, node: Node) -> tuple[list[str], bool]:
        """The types that a schema names, without null, and whether null is among them."""
        value = node.value.get("type")
        if isinstance(value, list):
            listed = [str(v) for v in cast("list[Any]", value)]
        else:
            listed = [] if value is None else [str(value)]
        return [v for v in listed if v != "null"], "null" in listed

    def _scalar(self, node: Node) -> Shape:
        types, null = self._types(node)
        limits = self._limits(node, _META)
        for key, value in limits:
            if key == "pattern":
                self._check_pattern(node, str(value))
        scalar = Scalar(cast("Any", types[0]), node.text("format") or None, limits)
        return Nullable(scalar) if null else scalar

    def _check_pattern(self, node: Node, pattern: str) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            raise self._document.error(
                node / "pattern", f"pattern {pattern!r} is none that Python knows: {error}"
            ) from None

    def _limits(self, node: Node, words: Mapping[str, str]) -> tuple[tuple[str, object], ...]:
        return tuple((meta, node.value[key]) for key, meta in words.items() if key in node.value)

    def _inline(self, node: Node, name: str) -> Shape:
        shape = self._of_any_kind(node, name)
        _, null = self._types(node)
        return Nullable(shape) if null and not isinstance(shape, Nullable) else shape

    def _of_any_kind(self, node: Node, name: str) -> Shape:
        if (member := self._single_all_of(node)) is not None:
            return self.shape(member, name)
        if "oneOf" in node.value or "anyOf" in node.value:
            return self._union(node, name)
        if "enum" in node.value or "const" in node.value:
            return self._choice(node)
        types, null = self._types(node)
        match types:
            case ["array"]:
                if "items" not in node.value:
                    raise self._document.error(node.pointer, "an array needs `items`")
                return ListOf(
                    self.shape(node.child("items"), f"{name}Item"),
                    self._limits(node, _META_LIST),
                )
            case ["object"]:
                extra = node.value.get("additionalProperties", True)
                if isinstance(extra, Mapping) and extra:
                    return MapOf(self.shape(node.child("additionalProperties"), f"{name}Value"))
                return MapOf(Anything())
            case [] if not null:
                return Anything()
            case [_, _, *_]:
                return OneOf(tuple(Scalar(cast("Any", self._plain(node, t))) for t in types))
            case _:
                raise self._document.error(node / "type", f"type {types} cannot be expressed")

    def _plain(self, node: Node, type: str) -> str:
        if type not in ("string", "integer", "number", "boolean"):
            raise self._document.error(
                node / "type", "in a list of types, only strings, numbers, booleans and null go"
            )
        return type

    def _choice(self, node: Node) -> Shape:
        const = node.value.get("const")
        values = cast("list[Any]", node.value.get("enum", [const]))
        strings = tuple(v for v in values if isinstance(v, str))
        rest = [v for v in values if not isinstance(v, str)]
        if not strings or any(v is not None for v in rest):
            key = "enum" if "enum" in node.value else "const"
            raise self._document.error(node / key, "only enums of strings can be expressed")
        if len(set(strings)) < len(strings):
            raise self._document.error(node / "enum", "a value of the enum is here twice")
        return Nullable(Choice(strings)) if rest else Choice(strings)

    def _union(self, node: Node, name: str) -> Shape:
        members = [m for key in ("oneOf", "anyOf") for _, m in node.children(key)]
        real = [m for m in members if self._types(m) != ([], True)]
        null = len(real) < len(members)
        shapes = [self.shape(m, f"{name}{i}") for i, m in enumerate(real, 1)]
        if any(isinstance(s, Nullable) for s in shapes):
            null = True
            shapes = [s.inner if isinstance(s, Nullable) else s for s in shapes]
        if not shapes:
            raise self._document.error(node.pointer, "a union of nothing")
        objects = sum(self._is_map_or_object(m) for m in real)
        if objects > 1 and "discriminator" not in node.value:
            raise self._document.error(
                node.pointer, "a union of objects needs a discriminator to tell them apart"
            )
        if 0 < objects < len(real):
            raise self._document.error(
                node.pointer, "a union of objects and something else cannot be expressed"
            )
        shape = shapes[0] if len(shapes) == 1 else OneOf(tuple(shapes))
        return Nullable(shape) if null else shape

    def _is_map_or_object(self, node: Node) -> bool:
        target = self._document.resolve(node)
        return self._is_object(target) or self._types(target)[0] == ["object"]

    def _find_tags(self, node: Node) -> None:
        """Note the value of the discriminator for each member of a tagged union."""
        rule = node.child("discriminator")
        if not rule.value:
            return
        tag = rule.text("propertyName")
        mapping = {v: k for k, v in rule.child("mapping").value.items() if isinstance(v, str)}
        for key in ("oneOf", "anyOf"):
            for _, member in node.children(key):
                self._note_tag(member, tag, mapping)

    def _note_tag(self, member: Node, tag: str, mapping: Mapping[str, str]) -> None:
        target = self._document.resolve(member)
        node = self._document.resolve(target.child("properties").child(tag))
        values = cast("list[Any]", node.value.get("enum", [node.value.get("const")]))
        listed = mapping.get(member.text("$ref"))
        if len(values) != 1 or not isinstance(values[0], str):
            raise self._document.error(
                member.pointer,
                f"as a member of a union it needs property {tag!r} with one value, a `const`",
            )
        if listed is not None and listed != values[0]:
            raise self._document.error(
                node.pointer, f"the discriminator's mapping calls it {listed!r}, not {values[0]!r}"
            )
        if self._tags.setdefault(target.pointer, (tag, values[0])) != (tag, values[0]):
            raise self._document.error(member.pointer, "two unions tell it apart differently")

    def _fields(self, node: Node, name: str) -> tuple[Field, ...]:
        fields: dict[str, Field] = {}
        required = set(cast("list[str]", node.value.get("required", [])))
        for _, member in node.children("allOf"):
            target = self._document.resolve(member)
            required |= set(cast("list[str]", target.value.get("required", [])))
            for field in self._fields(target, name):
                fields[field.name] = field
        for key, child in node.children("properties"):
            fields[key] = self._field(key, child, required, name)
        names: dict[str, str] = {}
        for field in fields.values():
            if (other := names.setdefault(field.python, field.name)) != field.name:
                raise self._document.error(
                    field.pointer,
                    f"properties {other!r} and {field.name!r} would both be {field.python!r}",
                )
        return tuple(
            Field(**{**_values(f), "required": f.name in required}) for f in fields.values()
        )

    def _field(self, key: str, node: Node, required: set[str], owner: str) -> Field:
        python = snake(key, FIELD_TAKEN)
        if not python:
            raise self._document.error(
                node.pointer, f"property {key!r} has no name that Python allows"
            )
        target = self._document.resolve(node)
        default = node.value.get("default", target.value.get("default"))
        if isinstance(default, Mapping | list):
            raise self._document.error(node / "default", "only scalars can be defaults")
        # A $ref to a scalar has no class that could say what it says.
        said = target if self._is_scalar(target) else node
        return Field(
            name=key,
            python=python,
            shape=self.shape(node, f"{owner}{pascal(snake(key))}"),
            required=key in required,
            default=default,
            description=node.text("description") or said.text("description"),
            evidence=node.text("x-evidence") or said.text("x-evidence") or None,
            role=node.text("x-role") or None,
            pointer=node.pointer,
        )


def _values(field: Field) -> dict[str, Any]:
    return {name: getattr(field, name) for name in Field.__slots__}
