"""An OpenAPI document with its references, and validators for any place in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import quote, unquote, urldefrag

import jsonschema_rs

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.simulator.dialect import modern

Node = Mapping[str, Any]
Pointer = tuple[str, ...]
"""The way from the root of the document to a place in it."""

_URI: Final = "urn:elevatekit:spec"
_UNKNOWN: Final = jsonschema_rs.ValidationErrorKind.AdditionalProperties


class Document:
    """A document and the registry that all of its validators share."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = modern(root)
        self._registry = jsonschema_rs.Registry(
            [(_URI, dict(self.root))], draft=jsonschema_rs.Draft202012
        )

    def follow(self, pointer: Pointer) -> tuple[Pointer, Node]:
        """The place that a pointer leads to once references are followed, and what is there.

        Raises:
            ValueError: the document has no such place, or no object there.
        """
        node: Node = self.root
        for index, name in enumerate(pointer):
            if "$ref" in node and name not in node:
                return self.follow((*target(node["$ref"]), *pointer[index:]))
            try:
                node = _step(node, name)
            except (LookupError, TypeError, ValueError):
                place = reference(pointer[: index + 1])
                raise ValueError(f"the document has nothing at {place}") from None
            if not isinstance(node, (dict, list)):
                raise ValueError(f"the document has no object at {reference(pointer[: index + 1])}")
        return self.follow(target(node["$ref"])) if "$ref" in node else (pointer, node)

    def validator(self, pointer: Pointer) -> Validator:
        """The compiled check of the schema at this place.

        Raises:
            ValueError: the schema is none.
        """
        try:
            compiled = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_URI}{quote(reference(pointer), safe='#/~')}"},
                registry=self._registry,
                validate_formats=True,
                offline=True,
                mask="the value",
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            what = error.message if isinstance(error, jsonschema_rs.ValidationError) else error
            place = reference(pointer)
            raise ValueError(f"the schema at {place} cannot be used: {what}") from None
        return Validator(compiled, self)

    def strict(self) -> Document:
        """A copy in which no object may have a property that its schema does not name."""
        return Document(cast("Mapping[str, Any]", self._closed(self.root)))

    def merged(self, parts: Sequence[Node]) -> dict[str, Any]:
        """One schema that says what all parts of an `allOf` say together."""
        merged: dict[str, Any] = {}
        properties: dict[str, Any] = {}
        required: list[str] = []
        for part in parts:
            node = dict(self.follow(target(part["$ref"]))[1] if "$ref" in part else part)
            if "allOf" in node:
                node = self.merged([*node.pop("allOf"), node])
            properties.update(node.get("properties", {}))
            required.extend(node.get("required", ()))
            merged.update(node)
        if properties:
            merged.update(properties=properties, required=required)
        return merged

    def _closed(self, node: object) -> object:
        if isinstance(node, list):
            return [self._closed(item) for item in cast("list[object]", node)]
        if not isinstance(node, dict):
            return node
        schema = cast("dict[str, Any]", node)
        if isinstance(schema.get("allOf"), list):
            schema = self.merged([schema])
        closed = {name: self._closed(value) for name, value in schema.items()}
        if isinstance(closed.get("properties"), dict):
            more = closed.get("additionalProperties", True)
            closed["additionalProperties"] = False if more in (True, {}) else more
        return closed


class Validator:
    """Tells what is wrong with a value, in words for the sender."""

    def __init__(self, compiled: jsonschema_rs.Draft202012Validator, document: Document) -> None:
        self._compiled = compiled
        self._document = document

    def problem(self, value: object) -> str | None:
        """What is wrong with a value, with its place (`$.question`); None: it is valid.

        Of several problems the first, but a property that is not known before one that is
        missing: what is misspelt is both, and the wrong name says more.
        """
        if self._compiled.is_valid(value):
            return None
        errors = list(self._compiled.iter_errors(value))
        unknown = (error for error in errors if isinstance(error.kind, _UNKNOWN))
        error = next(unknown, errors[0])
        place = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.instance_path)
        return f"${place}: {error.message}{self._near(error)}"

    def _near(self, error: jsonschema_rs.ValidationError) -> str:
        """Which properties a schema does have that are like one that it has not."""
        if not isinstance(error.kind, _UNKNOWN) or error.absolute_keyword_location is None:
            return ""
        keyword = target(unquote(urldefrag(error.absolute_keyword_location).fragment))
        _, schema = self._document.follow(keyword[:-1])
        return did_you_mean(error.kind.unexpected[0], list(schema.get("properties", ())))


def _step(node: Any, name: str) -> Any:
    return cast("list[object]", node)[int(name)] if isinstance(node, list) else node[name]


def target(ref: str) -> Pointer:
    """Where a `$ref` leads: a place in the same document."""
    parts = ref.removeprefix("#").removeprefix("/").split("/")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def reference(pointer: Pointer) -> str:
    """The `$ref` that leads to a place."""
    return "#" + "".join(f"/{name.replace('~', '~0').replace('/', '~1')}" for name in pointer)
