"""What kind of thing a schema is, from a look at its keys alone."""

from __future__ import annotations

from typing import Literal, TypeGuard, get_args

from elevatekit_codegen.source import Node
from elevatekit_plugins.api import ScalarType

Kind = Literal["scalar", "object", "other"]
"""`object`: its properties are known, so it is a struct. `other`: an enum, a list, a map, a union,
anything."""


def types(node: Node) -> list[str]:
    """The types that a schema names, without null."""
    return [name for name in _listed(node) if name != "null"]


def is_nullable(node: Node) -> bool:
    """Whether a schema allows null beside its types, as OpenAPI 3.1 or as 3.0 says it."""
    return "null" in _listed(node) or node.value.get("nullable") is True


def is_null(node: Node) -> bool:
    """Whether null is the only value that a schema allows."""
    return _listed(node) == ["null"]


def is_scalar_type(name: str) -> TypeGuard[ScalarType]:
    """Whether a type is a string, a number or a boolean."""
    return name in get_args(ScalarType)


def kind(node: Node) -> Kind:
    """The kind of a schema that is no `$ref`."""
    named = types(node)
    if len(named) == 1 and is_scalar_type(named[0]):
        choice = any(key in node for key in ("enum", "const", "oneOf", "anyOf"))
        return "other" if choice else "scalar"
    if named in ([], ["object"]) and wrapped(node) is None:
        return "object" if node.value.get("properties") or node.list("allOf") else "other"
    return "other"


def wrapped(node: Node) -> Node | None:
    """The one member of an `allOf` that stands around a `$ref` only to give it neighbours."""
    members = [member for _, member in node.children("allOf")]
    if len(members) == 1 and "$ref" in members[0] and not node.value.get("properties"):
        return members[0]
    return None


def _listed(node: Node) -> list[str]:
    value = node.value.get("type")
    return [value] if isinstance(value, str) else [str(name) for name in node.list("type")]
