"""Example values as JSON: those that the spec gives, else the simplest that its schemas allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from elevatekit_codegen.bodies import ReadBody
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.parameters import ReadParameter
from elevatekit_codegen.shapes import (
    Choice,
    Definitions,
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
from elevatekit_codegen.source import Document, Node, join

IDENTIFIER: Final = "7f0d6b1e-2c55-4e5c-9a5e-0d7b1c0f9e42"
"""Stands for an id of the reader's own."""

_FORMATS: Final = {
    "uuid": IDENTIFIER,
    "date-time": "2026-01-01T10:00:00Z",
    "date": "2026-01-01",
    "uri": "https://example.com/",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """An example of a request's body."""

    name: str
    summary: str
    value: Any


@dataclass(frozen=True, slots=True)
class Samples:
    """Examples of everything that is sent."""

    document: Document
    definitions: Definitions

    def parameter(self, parameter: ReadParameter) -> Any:
        """A value of a parameter."""
        given = self._given(parameter.pointer) or self._given(join(parameter.pointer, "schema"))
        return given[0] if given else self._simplest(parameter.shape, ())

    def has_example(self, pointer: str) -> bool:
        """Whether the spec gives an example of the parameter or the property at a pointer."""
        return bool(self._given(pointer) or self._given(join(pointer, "schema")))

    def property(self, field: Field) -> Any:
        """A value of a property."""
        return self._property(field, ())

    def object(self, name: str) -> Any:
        """A value of a definition, with what it requires and what the spec has an example of."""
        return self._simplest(Named(name), ())

    def bodies(self, operation: ReadOperation, body: ReadBody) -> Iterator[Sample]:
        """The bodies that the spec shows of an operation, else one of each kind."""
        media = self._media(operation, body)
        for name, example in media.children("examples"):
            shown = self.document.resolve(example)
            if "value" in shown:
                yield Sample(name, shown.line("summary"), shown.value["value"])
        if "example" in media:
            yield Sample("body", "", media.value["example"])
        if "example" in media or "examples" in media or not isinstance(body.shape, Named):
            return
        for shape in self._members(body.shape):
            target = self.definitions.get(shape.name) if isinstance(shape, Named) else None
            tag = target.tag if isinstance(target, Object) else None
            yield Sample(tag[1] if tag else "body", "", self._simplest(shape, ()))

    def _media(self, operation: ReadOperation, body: ReadBody) -> Node:
        node = self.document.at(operation.pointer)
        assert node is not None, "an operation is where it was read"
        content = self.document.resolve(node.child("requestBody")).child("content")
        return content.child(body.rule.content_type)

    def _members(self, shape: Shape) -> tuple[Shape, ...]:
        if isinstance(shape, Named):
            target = self.definitions[shape.name]
            return (shape,) if isinstance(target, Object) else self._members(target.shape)
        return shape.members if isinstance(shape, OneOf) else (shape,)

    def _property(self, field: Field, outer: tuple[str, ...]) -> Any:
        if given := self._given(field.pointer):
            return given[0]
        return self._simplest(field.shape, outer) if field.default is None else field.default

    def _given(self, pointer: str) -> list[Any]:
        """The examples at a pointer, or at what is referred to there."""
        node = self.document.at(pointer)
        if node is None:
            return []
        target = self.document.resolve(node)
        if "example" in target:
            return [target.value["example"]]
        shown = [self.document.resolve(child) for _, child in target.children("examples")]
        named = [child.value["value"] for child in shown if "value" in child]
        return named or target.list("examples")

    def _simplest(self, shape: Shape, outer: tuple[str, ...]) -> Any:
        match shape:
            case Scalar():
                return _scalar(shape)
            case Choice(values=values):
                return values[0]
            case ListOf(items=items):
                # A list of what it is in itself ends here.
                inside = isinstance(items, Named) and items.name in outer
                return [] if inside else [self._simplest(items, outer)]
            case MapOf():
                return dict[str, Any]()
            case Nullable(inner=inner):
                return self._simplest(inner, outer)
            case OneOf(members=members):
                return self._simplest(members[0], outer)
            case Named(name=name):
                return self._definition(name, outer)
            case _:
                return "anything"

    def _definition(self, name: str, outer: tuple[str, ...]) -> Any:
        target = self.definitions[name]
        if given := self._given(target.pointer):
            return given[0]
        inner = (*outer, name)
        if not isinstance(target, Object):
            return self._simplest(target.shape, inner)
        value = {
            field.name: self._property(field, inner)
            for field in target.fields
            if field.required or self._given(field.pointer)
        }
        return value | ({target.tag[0]: target.tag[1]} if target.tag else {})


def _scalar(shape: Scalar) -> Any:
    limits: Mapping[str, Any] = cast("Mapping[str, Any]", dict(shape.limits))
    match shape.type:
        case "boolean":
            return True
        case "integer":
            return limits.get("ge", limits.get("gt", 0) + 1)
        case "number":
            return float(limits.get("ge", limits.get("gt", 0) + 1))
        case "string":
            word = _FORMATS.get(shape.format or "", "text")
            least, most = shape.length("min_length") or 0, shape.length("max_length")
            return word.ljust(least, "x")[:most]
