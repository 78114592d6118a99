"""The values of a form, which are texts, as what their schema says that they are."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

import msgspec

from elevatekit_plugins.simulator.shapes import Kind, Shape


def form(shape: Shape, pairs: Iterable[tuple[str, str]]) -> dict[str, object]:
    """The object that a form holds; a name that comes again is a list, where one is due."""
    shapes = {property.name: property.shape for property in shape.properties}
    values: dict[str, object] = {}
    lists: dict[str, list[object]] = {}
    for name, text in pairs:
        found = shapes.get(name)
        if found is not None and found.kind == "array":
            items = lists.setdefault(name, [])
            items.append(typed(text, found.items.kind if found.items else "string"))
            values[name] = items
        else:
            values[name] = typed(text, found.kind if found else "string")
    return values


def pairs_of(content: bytes) -> list[tuple[str, str]]:
    """The names and texts of a urlencoded form, in their order."""
    return parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)


def typed(text: str, kind: Kind) -> object:
    """A text as a value of this kind; where it is none, the text itself."""
    if kind == "string":
        return text
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return text
