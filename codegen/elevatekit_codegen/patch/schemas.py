"""A schema from the shape of what came."""

from __future__ import annotations

import copy
from typing import Any

from elevatekit_codegen.patch.tree import (
    Map,
    Tree,
    block,
    flow,
    in_line,
    in_lines,
    insert,
    quoted,
    row,
)
from elevatekit_plugins.report import Shape

KEPT = ("description", "x-role", "x-evidence", "deprecated")
"""Keywords that describe a value of any type."""


def schema(shape: Shape) -> Any:
    """The schema of values of a shape; an unrestricted one if none can express it."""
    kinds = [kind for kind in shape.kinds if kind != "null"]
    several = len(kinds) > 1 and not {"array", "object"} & set(kinds)
    if len(kinds) != 1 and not several:
        return flow()
    names = [*kinds, quoted("null")] if "null" in shape.kinds else kinds
    made = block(type=names[0] if len(names) == 1 else row(*names))
    if kinds == ["object"]:
        if shape.properties:
            made["properties"] = block(
                **{n: schema(inner) for n, inner in shape.properties.items()}
            )
        else:
            made["additionalProperties"] = True
    elif kinds == ["array"]:
        made["items"] = flow() if shape.items is None else schema(shape.items)
    elif kinds == ["string"] and shape.format:
        made["format"] = shape.format
    if not {"properties", "items"} & made.keys():
        return in_line(made)
    return made


def retype(tree: Tree, node: Map, shape: Shape) -> bool:
    """Replace a schema by that of a shape, and keep its description. True if it changed.

    A list that came where the spec has an object around just such a list keeps the items of it.
    """
    before = copy.deepcopy(node)
    was = tree.resolved(node)
    new = _unwrapped(was, shape) or schema(shape)
    for key in [key for key in node if key not in KEPT]:
        del node[key]
    for position, (key, value) in enumerate(new.items()):
        if key in node:
            node[key] = value
        else:
            insert(node, position, key, value)
    # A mapping on one line, `{$ref: …}`, has no room for an object.
    if {"properties", "items"} & node.keys():
        in_lines(node)
    return node != before


def _unwrapped(was: Map, shape: Shape) -> Any:
    lists = [inner for inner in was.get("properties", {}).values() if inner.get("type") == "array"]
    if shape.kinds != ("array",) or len(lists) != 1 or "items" not in lists[0]:
        return None
    of = lists[0]["items"]
    is_object = "$ref" in of or "properties" in of
    if shape.items is not None and is_object != ("object" in shape.items.kinds):
        return None
    made = block(type="array", items=copy.deepcopy(of))
    if "x-role" in lists[0]:
        made["x-role"] = lists[0]["x-role"]
    return made


def allow_null(tree: Tree, node: Map) -> bool:
    """Allow null in a schema, as its version of OpenAPI does. True if it was not allowed."""
    if _is_nullable(node):
        return False
    if str(tree.root.get("openapi", "")).startswith("3.0") and "$ref" not in node:
        node["nullable"] = True
    elif "anyOf" in node:
        node["anyOf"].append(flow(type=quoted("null")))
    elif "oneOf" in node or "$ref" in node or "enum" in node or "const" in node:
        inner = flow(**{key: node.pop(key) for key in [*node] if key not in KEPT})
        insert(node, 0, "anyOf", row(inner, flow(type=quoted("null"))))
    elif "type" in node:
        types = node["type"]
        node["type"] = row(*([types] if isinstance(types, str) else types), quoted("null"))
    else:
        return False
    return True


def _is_nullable(node: Map) -> bool:
    named = node.get("type", [])
    members = [*node.get("anyOf", []), *node.get("oneOf", [])]
    return (
        node.get("nullable") is True
        or "null" in ([named] if isinstance(named, str) else named)
        or any(map(_is_nullable, members))
    )
