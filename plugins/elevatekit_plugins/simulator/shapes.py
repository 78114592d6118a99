"""Schemas as the simulator fills them: references followed, alternatives chosen, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, cast

from msgspec import Struct

from elevatekit_plugins.api import Evidence
from elevatekit_plugins.simulator.document import Document, Node, target

DOUBTFUL: Final = frozenset[Evidence | None](("likely", "assumed"))
"""The words of `x-evidence` that mean: nobody knows."""

Kind = Literal["object", "array", "string", "integer", "number", "boolean", "null", "any"]


class Property(Struct, frozen=True):
    """A named value of an object."""

    name: str
    required: bool
    shape: Shape
    evidence: Evidence | None = None
    """How well it is known that there is a property of this name, where that is said apart."""


class Shape(Struct, frozen=True, kw_only=True):
    """What a value has to look like."""

    kind: Kind
    role: str | None = None
    evidence: Evidence | None = None
    nullable: bool = False
    enum: tuple[object, ...] = ()
    examples: tuple[object, ...] = ()
    """Values that the schema itself gives: const, default and examples."""
    format: str | None = None
    minimum: float = 0.0
    maximum: float = 1.0
    min_length: int = 0
    max_length: int | None = None
    min_items: int = 0
    properties: tuple[Property, ...] = ()
    items: Shape | None = None

    def find(self, role: str) -> str | None:
        """The name of the property that has this role, at the top of an object."""
        return next((p.name for p in self.properties if p.shape.role == role), None)


def shape_of(document: Document, schema: Node, seen: Sequence[str] = ()) -> Shape:
    """Read a schema. Where it contains itself, the inner one is null or empty."""
    role = schema.get("x-role")
    nullable = False
    path = list(seen)
    node: dict[str, Any] = dict(schema)
    while True:
        if "$ref" in node:
            ref = str(node.pop("$ref"))
            if ref in path:
                return Shape(kind="null" if nullable else "object", role=role, nullable=nullable)
            path.append(ref)
            _, found = document.follow(target(ref))
            node = {**found, **node}
        elif branches := node.pop("anyOf", None) or node.pop("oneOf", None):
            real = [b for b in branches if b.get("type") != "null"]
            nullable = nullable or len(real) < len(branches)
            node = {**(real[0] if real else {"type": "null"}), **node}
        elif parts := node.pop("allOf", None):
            node = document.merged([*parts, node])
        else:
            break
        role = node.get("x-role", role)
    kinds = _kinds(node)
    items: Node | None = node.get("items")
    return Shape(
        kind=kinds[-1] if kinds[0] == "null" else kinds[0],
        role=role,
        evidence=node.get("x-evidence"),
        nullable=nullable or "null" in kinds,
        enum=tuple(node.get("enum", ())),
        examples=tuple(
            value
            for name in ("const", "default", "example", "examples")
            if name in node
            for value in (node[name] if name == "examples" else [node[name]])
        ),
        format=node.get("format"),
        minimum=_least(node),
        maximum=node.get("maximum", node.get("exclusiveMaximum", _least(node) + 1)),
        min_length=node.get("minLength", 0),
        max_length=node.get("maxLength"),
        min_items=node.get("minItems", 0),
        properties=tuple(
            Property(
                name,
                name in node.get("required", ()),
                shape_of(document, inner, path),
                inner.get("x-evidence"),
            )
            for name, inner in node.get("properties", {}).items()
        ),
        items=None if items is None else shape_of(document, items, path),
    )


def _least(node: Node) -> float:
    return cast("float", node.get("minimum", node.get("exclusiveMinimum", 0)))


def _kinds(node: Node) -> tuple[Kind, ...]:
    if "type" in node:
        named: Kind | list[Kind] = node["type"]
        return tuple(named) if isinstance(named, list) else (named,)
    if "properties" in node:
        return ("object",)
    return ("array",) if "items" in node else ("any",)
