"""Discriminators: the property, and its value, that tells each member of a union apart."""

from __future__ import annotations

from collections.abc import Mapping

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.source import Document, Node

Tag = tuple[str, str]
"""A property and its value."""


def tags(document: Document) -> dict[str, Tag]:
    """Pointer to a member of a union with a discriminator, to its tag.

    Raises:
        SpecError: a member has no such property with one value, or the mapping contradicts it; or
            there is no union that a discriminator could be of.
    """
    found: dict[str, Tag] = {}
    for kind, node in walk(document):
        rule = node.child("discriminator")
        property = rule.text("propertyName") if kind == "Schema" else ""
        if property and not (node.list("oneOf") or node.list("anyOf")):
            raise document.error(
                node / "discriminator",
                "a discriminator without oneOf is not supported; list the inheriting schemas in a"
                " separate oneOf and refer to that",
            )
        names = {v: k for k, v in rule.child("mapping").value.items() if isinstance(v, str)}
        for key in ("oneOf", "anyOf"):
            for _, member in node.children(key) if property else ():
                target = document.resolve(member)
                tag = (property, _value(document, member, property, names))
                if found.setdefault(target.pointer, tag) != tag:
                    raise document.error(
                        member.pointer,
                        "two unions give this schema different discriminators; use one",
                    )
    return found


def _property(document: Document, schema: Node, name: str) -> Node:
    """A property of an object, or of what it inherits from; an empty node where there is none."""
    target = document.resolve(schema)
    found = target.child("properties").child(name)
    for _, base in target.children("allOf"):
        if not found.value:
            found = _property(document, base, name)
    return found


def _value(document: Document, member: Node, property: str, names: Mapping[str, str]) -> str:
    node = document.resolve(_property(document, member, property))
    values = node.list("enum") or [node.value.get("const")]
    value = values[0]
    if len(values) != 1 or not isinstance(value, str):
        raise document.error(
            member.pointer,
            f"a member of this union needs the property {property!r} with one value, a `const`",
        )
    listed = names.get(member.text("$ref"), value)
    if listed != value:
        raise document.error(
            node.pointer,
            f"the discriminator's mapping says {listed!r}, the schema {value!r}; use one of them",
        )
    return value
