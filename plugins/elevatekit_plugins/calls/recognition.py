"""Whether an answer has any property that the spec knows, so that no other answer passes for empty.

An answer without a single property is refused. An object inside an answer may be empty.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

import msgspec
from msgspec import Struct, inspect


def unrecognised(result: object, body: bytes) -> tuple[str, type[Struct]] | None:
    """The first object of an answer in which no property is known: its path, and its type.

    Args:
        body: the answer from which `result` was decoded.

    Raises:
        ValueError: a part that was skipped before cannot be read.
    """
    return _search(result, msgspec.Raw(body), "$") if is_blank(result) else None


def is_blank(value: object) -> bool:
    """Whether an object somewhere in it has nothing but defaults. Fast: each answer is asked."""
    if isinstance(value, Struct):
        default, places = _default(type(value)), _places(type(value))
        if default is not None and value == default:
            return True
        return bool(places) and any(is_blank(getattr(value, name)) for name in places)
    if isinstance(value, list):
        return any(map(is_blank, cast("list[object]", value)))
    if isinstance(value, dict):
        return any(map(is_blank, cast("dict[str, object]", value).values()))
    return False


@cache
def _places(type_: type[Struct]) -> tuple[str, ...]:
    """The properties in which there may be a blank object, so that no other is looked into."""
    return _places_of(inspect.type_info(type_), frozenset())


def _places_of(type_: inspect.Type, above: frozenset[type]) -> tuple[str, ...]:
    assert isinstance(type_, inspect.StructType)
    inside = above | {type_.cls}
    return tuple(field.name for field in type_.fields if _may_be_blank(field.type, inside))


def _may_be_blank(type_: inspect.Type, above: frozenset[type]) -> bool:
    match type_:
        case inspect.StructType(cls=cls):
            # One that holds itself is looked into: how deep it goes, no type says.
            return cls in above or _default(cls) is not None or bool(_places_of(type_, above))
        case inspect.ListType():
            return _may_be_blank(type_.item_type, above)
        case inspect.DictType():
            return _may_be_blank(type_.value_type, above)
        case inspect.UnionType():
            return any(_may_be_blank(branch, above) for branch in type_.types)
        case _:
            return False


@cache
def _default(type_: type[Struct]) -> Struct | None:
    """An object of which every property is absent; None where that cannot be."""
    if not type_.__struct_fields__:
        return None  # there is nothing to know
    try:
        return type_()
    except TypeError:
        return None


def _search(value: Any, raw: msgspec.Raw, path: str) -> tuple[str, type[Struct]] | None:
    if isinstance(value, Struct):
        given = _members(raw)
        wire = value.__struct_encode_fields__
        known = {*wire, value.__struct_config__.tag_field}
        due = bool(given) or path == "$"
        if due and value == _default(type(value)) and known.isdisjoint(given):
            return path, type(value)
        inner = zip(wire, value.__struct_fields__, strict=True)
        parts = [(f"{path}.{key}", getattr(value, name), given.get(key)) for key, name in inner]
    elif isinstance(value, list):
        raws = msgspec.json.decode(raw, type=list[msgspec.Raw])
        parts = [(f"{path}[{n}]", v, raws[n]) for n, v in enumerate(cast("list[object]", value))]
    elif isinstance(value, dict):
        given, items = _members(raw), cast("dict[str, object]", value)
        parts = [(f"{path}.{key}", item, given.get(key)) for key, item in items.items()]
    else:
        return None
    found = (_search(part, data, where) for where, part, data in parts if data is not None)
    return next((place for place in found if place), None)


def _members(raw: msgspec.Raw) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
