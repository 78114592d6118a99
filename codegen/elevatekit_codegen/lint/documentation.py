"""What a reader of the reference would miss: evidence, and descriptions."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.source import Document, Finding, Node


def evidence(document: Document) -> Iterator[Finding]:
    """Where a spec marks how well things of a kind are known, it marks all of the kind."""
    kinds = [(_marked(kind, node), node) for kind, node in walk(document)]
    marked = {kind for kind, node in kinds if "x-evidence" in node}
    for kind, node in kinds:
        if kind in marked and kind and "x-evidence" not in node:
            what = f"this {kind} has no x-evidence; state how it is known"
            yield document.finding(node.pointer, what, "warning")


def _marked(kind: str, node: Node) -> str:
    """What is marked by itself: a property without evidence has that of its schema."""
    if "$ref" in node:
        return ""
    if kind == "Schema":
        named = node.pointer.startswith("/components/schemas/") and node.pointer.count("/") == 3
        return "schema" if named and node.child("properties").value else ""
    return kind.lower() if kind in ("Operation", "Parameter", "Response") else ""


def descriptions(document: Document) -> Iterator[Finding]:
    """Operations, parameters and answers that say nothing of what they are."""
    for kind, node in walk(document):
        if kind not in ("Operation", "Parameter", "Response") or "$ref" in node:
            continue
        if not any(node.line(key) for key in ("description", "summary")):
            what = f"this {kind.lower()} has no description; add one"
            yield document.finding(node.pointer, what, "warning")
