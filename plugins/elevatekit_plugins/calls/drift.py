"""Differences that do no harm, for those who listen: unknown properties, keys that come twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import msgspec
from msgspec import inspect

from elevatekit_plugins.hooks.events import Finding


def findings(model: Any, body: bytes) -> tuple[Finding, ...]:
    """What in a JSON body the model does not name. The body has been decoded before."""
    twice: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(items)
        if len(seen) < len(items):
            twice.extend(key for key in seen if sum(key == k for k, _ in items) > 1)
        return seen

    raw = json.loads(body, object_pairs_hook=pairs)
    unknown = tuple(_unknown(inspect.type_info(model), raw, "$"))
    return unknown + tuple(
        Finding(path=f"$..{key}", expected="one value", found="several; the last counts")
        for key in twice
    )


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
            items = cast("list[object]", value)
            for index, item in enumerate(items):
                yield from _unknown(type_.item_type, item, f"{path}[{index}]")
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
    return isinstance(type_, inspect.ListType) and isinstance(value, list)
