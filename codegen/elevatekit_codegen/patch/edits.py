"""Each kind of difference as an edit of the spec."""

from __future__ import annotations

from typing import Any, Final, cast

from elevatekit_codegen.patch.schemas import allow_null, retype, schema
from elevatekit_codegen.patch.tree import (
    Map,
    MissingError,
    Tree,
    block,
    flow,
    insert,
    is_property,
    owner,
    put,
    quoted,
    row,
)
from elevatekit_plugins.report import (
    Added,
    Answered,
    Change,
    Fact,
    Listed,
    Nullable,
    Optional,
    Renamed,
    Retyped,
    Shape,
    Unformatted,
)

ORDER: Final = (Listed, Unformatted, Added, Optional, Nullable, Retyped, Answered, Renamed)
"""Renames come last, because they invalidate the pointers of the report."""


def ordered(facts: tuple[Fact, ...]) -> list[tuple[Fact, Change]]:
    """The differences that an edit can settle, in the order in which they have to be made."""
    found = [(fact, fact.change) for fact in facts if fact.change is not None]
    return sorted(found, key=lambda pair: (ORDER.index(type(pair[1])), -pair[0].pointer.count("/")))


def apply(tree: Tree, pointer: str, change: Change) -> bool:
    """Make the edit of one difference; whether it took one: the spec may say so already.

    Raises:
        MissingError: the spec has nothing of this kind at the pointer.
    """
    node = tree.map(pointer)
    match change:
        case Listed(values=values) if "enum" in node or "const" in node:
            return _list(node, values)
        case Unformatted():
            return node.pop("format", None) is not None
        case Added(name=name, shape=shape):
            properties = node.setdefault("properties", block())
            return name not in properties and bool(properties.setdefault(name, schema(shape)))
        case Optional() if is_property(pointer):
            place, name = owner(pointer)
            return _require(tree.map(place), name, None)
        case Nullable():
            return allow_null(tree, node)
        case Retyped(shape=shape):
            return retype(tree, node, shape)
        case Answered(status=status, shape=shape) if pointer.endswith("/responses"):
            return _document(tree, node, status, shape)
        case Renamed(name=name) if is_property(pointer):
            _rename(tree, pointer, name)
            return True
        case _:
            raise MissingError(pointer)


def _list(node: Map, values: tuple[str, ...]) -> bool:
    if "enum" not in node:
        node["enum"] = row(node.pop("const"))
    new = [value for value in values if value not in node["enum"]]
    node["enum"].extend(new)
    return bool(new)


def _require(schema: Map, name: str, instead: str | None) -> bool:
    """Take a name out of `required`, or write another one in its place; whether it was there."""
    required = cast("list[str]", schema.get("required", []))
    if name not in required:
        return False
    if instead is not None:
        required[required.index(name)] = instead
        return True
    required.remove(name)
    if not required:
        del schema["required"]
    return True


def _rename(tree: Tree, pointer: str, name: str) -> None:
    place, old = owner(pointer)
    schema = tree.map(place)
    properties = schema["properties"]
    position = [*properties].index(old)
    value = properties.pop(old)
    insert(properties, position, name, value)
    _require(schema, old, name)
    for operation in tree.operations():
        waiter = operation.get("x-waiter", {})
        for key in ("property", "message"):
            if waiter.get(key) == old and _answers(tree, operation, schema):
                waiter[key] = name


def _answers(tree: Tree, operation: Map, schema: Map) -> bool:
    """Whether a schema is that of a success of an operation."""
    return any(
        tree.resolved(media["schema"]) is schema
        for status, response in operation["responses"].items()
        if str(status).startswith("2")
        for media in tree.resolved(response).get("content", {}).values()
        if "schema" in media
    )


def _document(tree: Tree, responses: Map, status: int, shape: Shape | None) -> bool:
    """Add a status that came. An error like the others of the operation has their body."""
    if any(str(key) == str(status) for key in responses):
        return False
    made = block(description="Not documented; seen by a probe.")
    if shape is not None:
        body = (status >= 400 and _like(tree, responses, shape)) or schema(shape)
        made["content"] = block(**{"application/json": block(schema=body)})
    after = next((str(key) for key in responses if str(key).isdigit() and int(key) > status), "")
    put(responses, quoted(str(status)), made, before=after)
    return True


def _like(tree: Tree, responses: Map, shape: Shape) -> Any:
    for status, response in responses.items():
        if int(status) < 400:
            continue
        for media in tree.resolved(response).get("content", {}).values():
            reference = media.get("schema", {})
            known = tree.resolved(reference).get("properties", {})
            if "$ref" in reference and shape.properties and shape.properties.keys() <= known.keys():
                return flow(**{"$ref": reference["$ref"]})
    return None
