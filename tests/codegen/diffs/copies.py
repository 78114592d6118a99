"""Copies of the spec to be changed, and what is made of them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.diff.compare import Comparison, compare
from elevatekit_codegen.loading import load
from elevatekit_codegen.model import Package
from elevatekit_codegen.reading import Spec, read_spec
from elevatekit_codegen.render import sources
from elevatekit_codegen.source import Document

from .samples import Value, references

SPEC = Path(__file__).parents[3] / "spec" / "openapi.yaml"
KEPT = {
    "interactions.declare",
    "interactions.upload",
    "interactions.status",
    "interactions.delete",
    "gen_ai.cx.summary",
    "gen_ai.cx.summary_details",
    "gen_ai.cx.ask",
    "gen_ai.cx.ask_history",
}
"""What the small spec has: enough for a pull, a quota, a waiter, lists and objects."""

Edit = Callable[[Value], object]


@dataclass(frozen=True)
class Copy:
    """A copy of the spec that was read."""

    value: Value

    @cached_property
    def spec(self) -> Spec:
        return read_spec(Document("openapi.yaml", self.value, {}, ""))

    @cached_property
    def package(self) -> Package:
        return assemble(self.spec, "elevatekit")

    @cached_property
    def sources(self) -> dict[str, str]:
        """The source of each generated module."""
        return sources(self.package)

    def edited(self, *edits: Edit) -> Copy:
        """Another copy, with edits."""
        value = copy.deepcopy(self.value)
        for edit in edits:
            edit(value)
        return Copy(value)

    def compared(self, new: Copy) -> Comparison:
        """What the diff says of the step from here to there."""
        return compare(self.spec, new.spec, "elevatekit")


@cache
def whole() -> Copy:
    """The spec. It is read once and not to be changed, as `small()`."""
    value: Any = load(SPEC).value
    return Copy(copy.deepcopy(value))


@cache
def small() -> Copy:
    """A small spec: the operations of KEPT, and no more components than these use."""
    return Copy(_cut(copy.deepcopy(whole().value)))


def _cut(document: Value) -> Value:
    paths: Value = {}
    for path, item in document["paths"].items():
        kept = {m: o for m, o in item.items() if o["operationId"] in KEPT}
        if kept:
            paths[path] = kept
    components: Value = {"securitySchemes": document["components"]["securitySchemes"]}
    waiting = list(references(paths))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = document["components"][kind][name]
            waiting += references(components[kind][name])
    ordered = {
        kind: {name: component for name, component in named.items() if name in components[kind]}
        for kind, named in document["components"].items()
    }
    tags = [t for t in document["tags"] if any(id.startswith(f"{t['name']}.") for id in KEPT)]
    return {**document, "tags": tags, "paths": paths, "components": ordered}
