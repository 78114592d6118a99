"""Documents of OpenAPI 3.0 in the words of 3.1, whose schemas are those of JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

_VALUES: Final = frozenset({"default", "enum", "example", "examples"})
"""What stands below these is no schema."""
_BOUNDS: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


def modern(root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as OpenAPI 3.1 says the same: one of 3.0 in a copy, any other as it is.

    `nullable` becomes a type, and an exclusive limit a number (JSON Schema 2020-12, 6.2).
    """
    if not str(root.get("openapi", "")).startswith("3.0"):
        return root
    return cast("Mapping[str, Any]", _modern(root))


def _modern(node: object) -> object:
    if isinstance(node, list):
        return [_modern(item) for item in cast("list[object]", node)]
    if not isinstance(node, Mapping):
        return node
    given = cast("Mapping[str, object]", node)
    made = {key: value if key in _VALUES else _modern(value) for key, value in given.items()}
    for exclusive, limit in _BOUNDS:
        if isinstance(made.get(exclusive), bool):
            bound = made.pop(limit, None) if made.pop(exclusive) else None
            if bound is not None:
                made[exclusive] = bound
    return _with_null(made) if made.pop("nullable", False) is True else made


def _with_null(schema: dict[str, object]) -> dict[str, object]:
    if "enum" not in schema and isinstance(kind := schema.get("type"), str):
        return {**schema, "type": [kind, "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
