"""Values that a schema of a document allows, close to where it changes its mind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

Value = dict[str, Any]


def references(value: Any) -> Iterator[str]:
    """Each `$ref` in a part of a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" or (isinstance(item, str) and item.startswith("#/components/")):
                yield item
            else:
                yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def hints(value: Any) -> Iterator[Any]:
    """The values near which limits and enums of a spec change their mind."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("enum", "const"):
                yield from item if isinstance(item, list) else [item]
            elif key.startswith(("min", "max", "exclusive", "multiple")) and _is_number(item):
                yield item
            else:
                yield from hints(item)
    elif isinstance(value, list):
        for item in value:
            yield from hints(item)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@dataclass(frozen=True)
class Schemas:
    """The schemas of a document."""

    document: Value
    hints: list[Any]
    """Values to try as well: those at which this document or another one draws a line."""

    def resolved(self, node: Value) -> Value:
        """A schema, a parameter or an answer: itself or what its `$ref` leads to."""
        while "$ref" in node:
            target: Any = self.document
            for word in node["$ref"].split("/")[1:]:
                target = target[word.replace("~1", "/")]
            node = {**target, **{k: v for k, v in node.items() if k != "$ref"}}
        return node

    def refuse(self, schema: Value, values: list[Any]) -> bool:
        """Whether a schema does not allow one of some values."""
        valid = self._validator(schema).is_valid
        return not all(map(valid, values))

    def surprise(self, schema: Value, values: list[Any]) -> bool:
        """Whether a reader of a schema cannot make out one of some values.

        Readers find None where an optional property is absent, and so where it is null.
        """
        root = _with_nulls({**schema, "components": self.document["components"]})
        valid = jsonschema_rs.Draft202012Validator(root, validate_formats=True).is_valid
        return not all(map(valid, values))

    def samples(self, schema: Value) -> list[Any]:
        """Values that a schema allows: one of each kind, and those on either side of a limit."""
        valid = self._validator(schema).is_valid
        return [value for value in self._samples(schema, 0) if valid(value)]

    def _validator(self, schema: Value) -> Any:
        root = {**schema, "components": self.document["components"]}
        return jsonschema_rs.Draft202012Validator(root, validate_formats=True)

    def _samples(self, schema: Value, depth: int) -> list[Any]:
        node = self.resolved(schema)
        if "const" in node:
            return [node["const"]]
        if "enum" in node:
            return list(node["enum"])
        for key in ("oneOf", "anyOf"):
            if key in node:
                return [v for member in node[key] for v in self._samples(member, depth)]
        kinds = node.get("type", "object" if "properties" in node else ["string", "object"])
        found: list[Any] = []
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            if kind == "object":
                found += self._objects(node, depth + 1)
            elif kind == "array":
                inner = self._samples(node["items"], depth + 1)[:500] if depth < 6 else []
                sizes = sorted({0, 1, *(n for n in self.hints if isinstance(n, int) and n < 9)})
                found += [[value] for value in inner] + [inner[:1] * n for n in sizes]
            else:
                leaf = {key: value for key, value in node.items() if key != "items"}
                validator = jsonschema_rs.Draft202012Validator(leaf, validate_formats=True)
                found += filter(validator.is_valid, self._scalars(kind))
        return found

    def _scalars(self, kind: str) -> list[Any]:
        numbers = [n for n in self.hints if _is_number(n)]
        if kind == "null":
            return [None]
        if kind == "boolean":
            return [True, False]
        if kind == "string":
            texts = [t for t in self.hints if isinstance(t, str)]
            sizes = {n + d for n in numbers if isinstance(n, int) and n < 2000 for d in (-1, 0, 1)}
            return [*_TEXTS, *texts, *("a" * size for size in sorted(sizes) if size >= 0)]
        whole = sorted({0, 1, -1, 7, *(int(n) + d for n in numbers for d in (-1, 0, 1))})
        return whole if kind == "integer" else [*whole, 0.5]

    def _objects(self, node: Value, depth: int) -> list[Any]:
        if depth > 6:
            return []
        each = {k: self._samples(v, depth) for k, v in node.get("properties", {}).items()}
        each = {key: values for key, values in each.items() if values}
        full = {key: values[0] for key, values in each.items()}
        found = [full, {**full, "surprise": 1}]
        found.append({key: full[key] for key in node.get("required", []) if key in full})
        for key, values in each.items():
            found += [{**full, key: value} for value in values[1:]]
            found.append({k: v for k, v in full.items() if k != key})
        return found


def _with_nulls(node: Any) -> Any:
    """A document in which each optional property may be null."""
    if isinstance(node, list):
        return [_with_nulls(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _with_nulls(value) for key, value in node.items()}
    if isinstance(made.get("properties"), dict):
        made["properties"] = {
            key: value if key in node.get("required", ()) else {"anyOf": [value, {"type": "null"}]}
            for key, value in made["properties"].items()
        }
    return made


_TEXTS = (
    "11111111-1111-4111-8111-111111111111",
    "2026-01-01T00:00:00Z",
    "https://example.com/a",
    "pt-BR",
    "some text",
    "",
    " ",
    "!",
)
