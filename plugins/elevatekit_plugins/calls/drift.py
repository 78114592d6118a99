"""Differences that do no harm, for those who listen: unknown properties, keys that come twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import msgspec
from msgspec import inspect

from elevatekit_plugins.hooks.events import Finding
from elevatekit_plugins.messages import mended


def findings(model: Any, body: bytes) -> tuple[Finding, ...]:
    """What in a JSON body the model does not name. The body has been decoded before."""
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(items)
        if len(seen) < len(items):
            counted = Counter(key for key, _ in items)
            twice.extend(key for key, count in counted.items() if count > 1)
        return seen

    better = mended(body)
    # What was skipped may be odd: what is no UTF-8, numbers of any length, lists of any depth.
    text = better.decode("utf-8", "replace")
    try:
        raw = json.loads(text, object_pairs_hook=pairs, parse_int=_integer)
        found = [*_unknown(inspect.type_info(model), raw, "$")]
    except RecursionError:
        found = [Finding(path="$", expected="a few levels", found="more than can be checked")]
    found += [
        Finding(path=f"$..{key}", expected="one value", found="several; the last counts")
        for key in twice
    ]
    if better != body:
        odd = "a byte order mark, or half of a surrogate pair (read as U+FFFD)"
        found.append(Finding(path="$", expected="whole characters", found=odd))
    return tuple(found)


def _integer(digits: str) -> int:
    return int(digits) if len(digits) < 1000 else 0  # Python refuses the longest


def _unknown(type_: inspect.Type, value: Any, path: str) -> Iterator[Finding]:
    match type_:
        case inspect.StructType() if isinstance(value, dict):
            fields = {field.encode_name: field.type for field in type_.fields}
            for key, item in cast("dict[str, Any]", value).items():
                if key in fields:
                    yield from _unknown(fields[key], item, f"{path}.{key}")
                elif key != type_.tag_field:
                    yield Finding(
                        path=f"{path}.{key}", expected="nothing", found=type(item).__name__
                    )
        case inspect.ListType() if isinstance(value, list):
            for index, item in enumerate(cast("list[object]", value)):
                yield from _unknown(type_.item_type, item, f"{path}[{index}]")
        case inspect.DictType() if isinstance(value, dict):
            for key, item in cast("dict[str, Any]", value).items():
                yield from _unknown(type_.value_type, item, f"{path}.{key}")
        case inspect.UnionType():
            # Of a union, the branch that fits: the others would call everything unknown.
            for branch in type_.types:
                if _fits(branch, value):
                    yield from _unknown(branch, value, path)
                    return
        case _:
            pass


def _fits(type_: inspect.Type, value: Any) -> bool:
    if isinstance(type_, inspect.StructType):
        try:
            msgspec.convert(value, type_.cls)
        except msgspec.ValidationError:
            return False
        return True
    return isinstance(type_, inspect.ListType | inspect.DictType) and isinstance(value, list | dict)
