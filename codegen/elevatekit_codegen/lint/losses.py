"""What a reader would pass over in silence, although each of its words is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.source import Document, Finding, Node

_BESIDE: Final = frozenset(
    {"$ref", "$comment", "default", "deprecated", "description", "example", "examples", "summary"}
    | {"title", "x-evidence", "x-role"}
)
"""What a `$ref` to a schema may have beside it: words about it, which bind no value."""


def beside_references(document: Document) -> Iterator[Finding]:
    """Limits and types beside a `$ref`: what it leads to stands alone for all readers."""
    for kind, node in walk(document):
        if "$ref" not in node:
            continue
        for key in node.value:
            lost = key not in _BESIDE if kind == "Schema" else key != "$ref"
            if lost:
                what = f"{key} beside a $ref is ignored; move it to the target"
                if kind == "Schema":
                    what += ", or put the $ref into an allOf"
                yield document.finding(node / key, what)


def extras(document: Document) -> Iterator[Finding]:
    """Further properties of one schema beside known ones: a struct has no place for them."""
    for kind, node in walk(document):
        if kind != "Schema" or not (node.child("properties").value or node.list("allOf")):
            continue
        if node.child("additionalProperties").value:
            what = "additionalProperties with a schema beside properties is not supported"
            yield document.finding(node / "additionalProperties", f"{what}; use true")
        for key in ("minProperties", "maxProperties"):
            if key in node:
                what = f"{key} beside properties is not supported"
                yield document.finding(node / key, what)


def directions(document: Document) -> Iterator[Finding]:
    """Properties that are required, and yet never sent or never answered."""
    sent, answered = _used(document)
    for pointers, word, what in (
        (sent, "readOnly", "request"),
        (answered, "writeOnly", "response"),
    ):
        for pointer in pointers:
            node = document.at(pointer)
            if node is None:
                continue
            required = node.list("required")
            for name, child in node.children("properties"):
                if name in required and document.resolve(child).value.get(word) is True:
                    told = f"{name!a} is {word} and required, but used in a {what}"
                    remedy = f"use a separate schema for {what}s"
                    yield document.finding(child.pointer, f"{told}; {remedy}")


def _used(document: Document) -> tuple[list[str], list[str]]:
    """The schemas that are sent, and those that are answered."""
    sent: dict[str, None] = {}
    answered: dict[str, None] = {}
    for kind, node in walk(document):
        if kind != "Operation":
            continue
        body = document.resolve(node.child("requestBody"))
        for media in _media(body):
            _reach(document, media, sent)
        for _, response in node.children("responses"):
            for media in _media(document.resolve(response)):
                _reach(document, media, answered)
    return list(sent), list(answered)


def _media(node: Node) -> Iterator[Node]:
    for _, media in node.children("content"):
        if isinstance(media.value.get("schema"), Mapping):
            yield media.child("schema")


def _reach(document: Document, start: Node, found: dict[str, None]) -> None:
    waiting = [start]
    while waiting:
        node = document.resolve(waiting.pop())
        if node.pointer in found:
            continue
        found[node.pointer] = None
        for key in ("properties", "allOf", "anyOf", "oneOf"):
            waiting += [child for _, child in node.children(key)]
        waiting += [node.child(key) for key in ("items", "additionalProperties") if key in node]
