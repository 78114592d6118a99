"""The spec as a probe looks at it: what a value at a place may be, and how well that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, cast

from elevatekit_plugins.api import Evidence

JSON: Final = "application/json"
DOUBTFUL: Final = frozenset[Evidence | None](("likely", "assumed"))


class Leaf(NamedTuple):
    """A schema that is neither a reference nor a union."""

    pointer: str
    node: Mapping[str, Any]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types that it allows. Empty: any."""
        named = self.node.get("type")
        if named is not None:
            kinds = (named,) if isinstance(named, str) else tuple(named)
            return (*kinds, "null") if self.node.get("nullable") else kinds
        if "properties" in self.node or "allOf" in self.node:
            return ("object",)
        return ("array",) if "items" in self.node else ()

    @property
    def values(self) -> tuple[str, ...]:
        """The texts that it lists. Empty: any."""
        listed = self.node.get("enum", [self.node["const"]] if "const" in self.node else [])
        return tuple(value for value in listed if isinstance(value, str))

    @property
    def name(self) -> str:
        """The last part of its pointer."""
        return self.pointer.rpartition("/")[2]


class Property(NamedTuple):
    """A property of an object."""

    pointer: str
    required: bool
    evidence: Evidence | None
    """Its own, or that of its schema."""


class Spec:
    """An OpenAPI document, read by JSON pointers."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root

    def at(self, pointer: str) -> Leaf:
        """What stands at a pointer, references followed."""
        node: Any = self._root
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            node = cast("Any", node[int(key)] if isinstance(node, list) else node[key])
        if "$ref" in node:
            return self.at(str(node["$ref"]).removeprefix("#"))
        return Leaf(pointer, node)

    def leaves(self, pointer: str) -> Iterator[Leaf]:
        """What a value at a pointer may be."""
        leaf = self.at(pointer)
        members = [key for key in ("oneOf", "anyOf") if key in leaf.node]
        if not members:
            yield leaf
        for key in members:
            for index in range(len(leaf.node[key])):
                yield from self.leaves(f"{leaf.pointer}/{key}/{index}")

    def properties(self, leaf: Leaf) -> dict[str, Property]:
        """Those of an object and of everything that it is made of."""
        found: dict[str, Property] = {}
        required = set[str](leaf.node.get("required", ()))
        for index in range(len(leaf.node.get("allOf", ()))):
            part = self.at(f"{leaf.pointer}/allOf/{index}")
            found |= self.properties(part)
        for name, node in leaf.node.get("properties", {}).items():
            own = node.get("x-evidence") or leaf.node.get("x-evidence")
            place = join(join(leaf.pointer, "properties"), name)
            found[name] = Property(place, False, cast("Evidence | None", own))
        return {
            name: property._replace(required=property.required or name in required)
            for name, property in found.items()
        }

    def names(self) -> Iterator[str]:
        """The names of all properties."""
        return _names(self._root)

    def evidence(self, pointer: str) -> Evidence | None:
        """How well the thing at a pointer is known, or the nearest thing around it that says so."""
        while pointer:
            node: object = self.at(pointer).node
            if isinstance(node, dict) and "x-evidence" in node:
                return cast("Evidence", node["x-evidence"])
            pointer = pointer.rpartition("/")[0]
        return None


def join(pointer: str, *keys: str | int) -> str:
    """The pointer to what is below a pointer."""
    for key in keys:
        pointer = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
    return pointer


def _names(node: object) -> Iterator[str]:
    if isinstance(node, list):
        for item in cast("list[object]", node):
            yield from _names(item)
    elif isinstance(node, dict):
        for key, value in cast("Mapping[str, object]", node).items():
            yield from _names(value)
            if key == "properties" and isinstance(value, dict):
                yield from cast("Mapping[str, object]", value)
