"""JSON for people who read: no braces, no quotes."""

from __future__ import annotations

from typing import Any, cast


def render(value: Any) -> str:
    """A JSON value as lines of text. An object of one scalar is that scalar alone."""
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value)
        if len(items) == 1:
            (only,) = items.values()
            if not isinstance(only, dict):
                return render(only)
    return "\n".join(_lines(value))


def _lines(value: Any) -> list[str]:
    match value:
        case dict():
            return [line for k, v in cast("dict[str, Any]", value).items() for line in _entry(k, v)]
        case list():
            items = cast("list[object]", value)
            return [line for item in items for line in _item(item)] or ["(none)"]
        case None:
            return ["-"]
        case bool():
            return ["yes" if value else "no"]
        case _:
            return str(value).splitlines() or [""]


def _entry(key: str, value: Any) -> list[str]:
    lines = _lines(value)
    if len(lines) == 1 and not isinstance(value, dict | list):
        return [f"{key}: {lines[0]}"]
    return [f"{key}:", *(f"  {line}" for line in lines)]


def _item(value: Any) -> list[str]:
    first, *rest = _lines(value) or ["-"]
    return [f"- {first}", *(f"  {line}" for line in rest)]
