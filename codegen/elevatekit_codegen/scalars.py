"""Our own reading of single values: scalars, enums, and what limits them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from elevatekit_codegen import kinds
from elevatekit_codegen.shapes import Choice, Nullable, Scalar
from elevatekit_codegen.source import Document, Node

LIMITS: Final = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}
"""The limits of a scalar, and the keywords of `msgspec.Meta` that hold them."""
LIST_LIMITS: Final = {"minItems": "min_length", "maxItems": "max_length"}
"""The same of a list."""


def scalar(document: Document, node: Node) -> Scalar:
    """A string, a number or a boolean.

    Raises:
        SpecError: its pattern is no regular expression of Python.
    """
    (type,) = filter(kinds.is_scalar_type, kinds.types(node))
    pattern = node.text("pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise document.error(
            node / "pattern", f"pattern {pattern!r} is not a valid Python pattern: {error}"
        ) from None
    return Scalar(type, node.text("format") or None, limits(node, LIMITS))


def choice(document: Document, node: Node) -> Choice | Nullable:
    """An enum, or a constant.

    Raises:
        SpecError: it has a value that is no string, or one twice.
    """
    values = node.list("enum") or [node.value.get("const")]
    strings = tuple(v for v in values if isinstance(v, str))
    nulls = values.count(None)
    place = node / ("enum" if "enum" in node else "const")
    if not strings or len(strings) + nulls < len(values):
        raise document.error(place, "only enums of strings are supported")
    if len(set(strings)) < len(strings):
        raise document.error(place, "the enum contains a value twice; remove one")
    return Nullable(Choice(strings)) if nulls else Choice(strings)


def limits(node: Node, words: Mapping[str, str]) -> tuple[tuple[str, object], ...]:
    """What limits a value, as keywords of `msgspec.Meta`.

    Args:
        words: `LIMITS` or `LIST_LIMITS`.
    """
    # `exclusiveMinimum: true` is how OpenAPI 3.0 speaks of the minimum beside it.
    exclusive = [key for key in words if node.value.get(key) is True]
    found = {meta: node.value[key] for key, meta in words.items() if key in node}
    for key in exclusive:
        found[words[key]] = found.pop({"gt": "ge", "lt": "le"}[words[key]])
    return tuple((meta, value) for meta, value in found.items() if value is not False)
