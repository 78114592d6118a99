"""Whether a value fits a schema, and where in it it does not."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast

from elevatekit_codegen import kinds
from elevatekit_codegen.source import Document, Node, join

Misfit = tuple[str, str]
"""The pointer to what does not fit, and why."""


def misfits(document: Document, schema: Node, value: object, pointer: str) -> Iterator[Misfit]:
    """Each part of a value that a schema does not allow.

    Args:
        pointer: the place of the value in the document.

    Raises:
        SpecError: a `$ref` leads nowhere.
    """
    return _Fitting(document).of(schema, value, pointer)


@dataclass(frozen=True, slots=True)
class _Fitting:
    document: Document

    def of(self, schema: Node, value: object, pointer: str) -> Iterator[Misfit]:
        node = self.document.resolve(schema)
        if value is None and (kinds.is_nullable(node) or None in node.list("enum")):
            return
        named = kinds.types(node)
        if named and not any(_is(value, name) for name in named):
            yield pointer, f"{_shown(value)} is not of type {' or '.join(named)}"
            return
        if "enum" in node and value not in node.list("enum"):
            yield pointer, f"{_shown(value)} is not in the enum"
        if "const" in node and value != node.value["const"]:
            yield pointer, f"{_shown(value)} is not {_shown(node.value['const'])}"
        yield from ((pointer, why) for why in _limits(node, value))
        for _, member in node.children("allOf"):
            yield from self.of(member, value, pointer)
        for key in ("anyOf", "oneOf"):
            yield from self._union(node, key, value, pointer)
        if isinstance(value, Mapping):
            yield from self._object(node, cast("Mapping[str, object]", value), pointer)
        if isinstance(value, list) and "items" in node:
            for index, item in enumerate(cast("list[object]", value)):
                yield from self.of(node.child("items"), item, join(pointer, str(index)))

    def _object(self, node: Node, value: Mapping[str, object], pointer: str) -> Iterator[Misfit]:
        for name in node.list("required"):
            if isinstance(name, str) and name not in value:
                yield pointer, f"property {name!a} is missing"
        known, more = node.child("properties"), node.value.get("additionalProperties")
        for name, item in value.items():
            if name in known:
                yield from self.of(known.child(name), item, join(pointer, name))
            elif isinstance(more, Mapping):
                yield from self.of(node.child("additionalProperties"), item, join(pointer, name))
            elif more is False:
                yield join(pointer, name), f"unknown property {name!a}"

    def _union(self, node: Node, key: str, value: object, pointer: str) -> Iterator[Misfit]:
        tries = [list(self.of(member, value, pointer)) for _, member in node.children(key)]
        if tries and all(tries):
            # What it was meant to be is what it is nearest to: the faults lie deepest there.
            yield from max(tries, key=lambda tried: max(place.count("/") for place, _ in tried))


def _is(value: object, name: str) -> bool:
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            whole = isinstance(value, float) and value.is_integer()
            return whole or (isinstance(value, int) and not isinstance(value, bool))
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, Mapping)


def _limits(node: Node, value: object) -> Iterator[str]:
    match value:
        case str():
            yield from _length(node, len(value), "minLength", "maxLength", "characters")
            yield from _text(node, value)
        case list():
            items = cast("list[object]", value)
            yield from _length(node, len(items), "minItems", "maxItems", "items")
            if node.value.get("uniqueItems") is True and len({*map(repr, items)}) < len(items):
                yield "two items are equal"
        case dict():
            count = len(cast("dict[str, object]", value))
            yield from _length(node, count, "minProperties", "maxProperties", "properties")
        case bool():
            pass
        case int() | float():
            yield from _number(node, value)
        case _:
            pass


def _length(node: Node, count: int, least: str, most: str, unit: str) -> Iterator[str]:
    low, high = node.value.get(least), node.value.get(most)
    if isinstance(low, int) and count < low:
        yield f"it has {count} {unit}, but {least} is {low}"
    if isinstance(high, int) and count > high:
        yield f"it has {count} {unit}, but {most} is {high}"


def _text(node: Node, value: str) -> Iterator[str]:
    pattern = node.text("pattern")
    try:
        if re.search(pattern, value) is None:
            yield f"{_shown(value)} does not match {pattern!a}"
    except re.error:
        pass  # the reader of schemas tells of it
    check = _FORMATS.get(node.text("format"))
    try:
        if check is not None:
            check(value)
    except ValueError:
        yield f"{_shown(value)} is not a valid {node.text('format')}"


def _number(node: Node, value: float) -> Iterator[str]:
    for key, is_out, also in _BOUNDS:
        limit = node.value.get(key)
        # `exclusiveMinimum: true` is how OpenAPI 3.0 speaks of the minimum beside it.
        strict = node.value.get(also) is True and value == limit
        if _is(limit, "number") and (is_out(value, cast("float", limit)) or strict):
            yield f"{value} is out of range: {key} is {limit}"


_BOUNDS: Final[tuple[tuple[str, Callable[[float, float], bool], str], ...]] = (
    ("minimum", lambda value, limit: value < limit, "exclusiveMinimum"),
    ("maximum", lambda value, limit: value > limit, "exclusiveMaximum"),
    ("exclusiveMinimum", lambda value, limit: value <= limit, ""),
    ("exclusiveMaximum", lambda value, limit: value >= limit, ""),
)

_FORMATS: Final[Mapping[str, Callable[[str], object]]] = {
    "uuid": uuid.UUID,
    "date": datetime.date.fromisoformat,
    "date-time": datetime.datetime.fromisoformat,
}


def _shown(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
