"""References: each leads somewhere, to a thing of its own kind, and none back to itself."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.source import Document, Finding, Node, SpecError


def references(document: Document) -> Iterator[Finding]:
    """Every `$ref` that leads out, nowhere, in a circle, or to another kind of thing."""
    kinds: dict[str, str] = {}
    for kind, node in walk(document):
        kinds.setdefault(node.pointer, kind)
    for kind, node in walk(document):
        if "$ref" not in node:
            continue
        try:
            target = document.resolve(node)
        except SpecError as error:
            yield from error.findings
        else:
            if (there := kinds.get(target.pointer, "another value")) != kind:
                ref = node.text("$ref")
                what = f"$ref {ref!a} refers to {there}, but {kind} is expected here"
                yield document.finding(node / "$ref", what)


def circles(document: Document) -> Iterator[Finding]:
    """Every schema that would be part of itself, with no class in between.

    All `$ref`s must lead somewhere.
    """
    for kind, node in walk(document):
        if kind != "Schema":
            continue
        for key, part in _parts(node):
            if node.pointer in _reached(document, part):
                what = f"{key} is circular; remove it" + (
                    "" if key == "allOf" else ", or insert an object with properties"
                )
                yield document.finding(node / key, what)


def _parts(node: Node) -> Iterator[tuple[str, Node]]:
    """What a schema is put together from, each with the keyword that says so."""
    for _, member in node.children("allOf"):
        yield "allOf", member
    # An object that has properties is a class, which may well hold others of itself.
    for key in () if "properties" in node or "allOf" in node else ("items", "additionalProperties"):
        if key in node:
            yield key, node.child(key)


def _reached(document: Document, node: Node) -> set[str]:
    """Pointers to a schema and to all that it is put together from."""
    found, left = set[str](), [node]
    while left:
        part = document.resolve(left.pop())
        if part.pointer not in found:
            found.add(part.pointer)
            left += (inner for _, inner in _parts(part))
    return found
