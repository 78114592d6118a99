"""Examples: the reference shows them and the tests send them, so they have to be right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.lint.fits import misfits
from elevatekit_codegen.source import Document, Finding, Node, SpecError, join

_WITH_SCHEMA = ("Parameter", "Header", "MediaType")


def examples(document: Document) -> Iterator[Finding]:
    """Examples that do not fit the schema of what they are examples of."""
    for kind, node in walk(document):
        schema = node if kind == "Schema" else node.child("schema")
        if (kind != "Schema" and kind not in _WITH_SCHEMA) or "$ref" in node:
            continue
        try:
            for pointer, value in _given(document, node):
                for place, why in misfits(document, schema, value, pointer):
                    what = f"the example does not match its schema: {why}"
                    yield document.finding(place, what, "warning")
        except SpecError as error:
            yield from error.findings


def _given(document: Document, node: Node) -> Iterator[tuple[str, object]]:
    """The examples of a node, each with its place."""
    if "example" in node:
        yield node / "example", node.value["example"]
    if isinstance(node.value.get("examples"), Mapping):
        for _, child in node.children("examples"):
            shown = document.resolve(child)
            if "value" in shown:
                yield shown / "value", shown.value["value"]
    else:
        for index, value in enumerate(node.list("examples")):
            yield join(node / "examples", str(index)), value
