"""References: each leads somewhere, to a thing of its own kind."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.source import Document, Finding, SpecError


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
            if (there := kinds.get(target.pointer, "nothing")) != kind:
                ref = node.text("$ref")
                what = f"$ref {ref!a} leads to {there}, and {kind} is wanted here"
                yield document.finding(node / "$ref", what)
