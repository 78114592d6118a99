"""What the spec tells people about an operation: read from the bundled document, for help alone.

The table holds what calls need, and a command that is run needs no prose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from elevatekit_plugins.api import Api, Operation, Parameter


class Descriptions:
    """The descriptions of one operation and of what it takes."""

    def __init__(self, api: Api, operation: Operation[Any]) -> None:
        self._document: Mapping[str, Any] = api.document()
        self._item: Mapping[str, Any] = self._document["paths"][operation.path]
        self._operation: Mapping[str, Any] = self._item[operation.method.lower()]

    @property
    def operation(self) -> str:
        """What the operation does; empty where the spec does not say."""
        return " ".join([_line(self._operation), *_deprecated(self._operation)]).strip()

    def parameter(self, rule: Parameter) -> str:
        """What an argument is; empty where the spec does not say."""
        holder, schema = self._found(rule)
        return _line(holder) or self._schema(schema)

    def option(self, rule: Parameter) -> str:
        """What an argument is, and what is allowed: the help of its option."""
        said = self.parameter(rule)
        holder, schema = self._found(rule)
        old = _deprecated(holder, schema, self._resolved(schema))
        return " ".join([said, *self._allowed(rule, said), *old]).strip()

    def _allowed(self, rule: Parameter, said: str) -> Iterator[str]:
        """What the spec allows, a sentence each; lengths that are said already are left out."""
        schema = self._resolved(self._found(rule)[1])
        if rule.many:
            schema = self._resolved(schema.get("items", {}))
        if rule.enum:
            yield f"One of: {', '.join(rule.enum)}."
        if rule.max_length and str(rule.max_length) not in said:
            yield f"At most {rule.max_length} characters."
        yield from _range(schema)
        if rule.many:
            yield "May be given several times."

    def _found(self, rule: Parameter) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """The parameter, where it is one, and the schema of its value."""
        if rule.location == "body":
            return {}, self._properties().get(rule.name, {})
        for found in self._parameters():
            if (found["name"], found["in"]) == (rule.name, rule.location):
                return found, found.get("schema", {})
        return {}, {}

    def _schema(self, schema: Mapping[str, Any]) -> str:
        # What stands beside a $ref says more than what it leads to.
        return _line(schema) or _line(self._resolved(schema))

    def _parameters(self) -> Iterator[Mapping[str, Any]]:
        # Those of the operation stand above those of its path.
        for holder in (self._operation, self._item):
            yield from map(self._resolved, holder.get("parameters", ()))

    def _properties(self) -> Mapping[str, Mapping[str, Any]]:
        body = self._resolved(self._operation.get("requestBody", {}))
        found: dict[str, Mapping[str, Any]] = {}
        for media in body.get("content", {}).values():
            found.update(self._below(media["schema"]))
        return found

    def _below(self, schema: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        target = self._resolved(schema)
        for part in target.get("allOf", ()):
            yield from self._below(part)
        yield from target.get("properties", {}).items()

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            target: Any = self._document
            for token in str(node["$ref"]).split("/")[1:]:
                target = target[token.replace("~1", "/").replace("~0", "~")]
            node = cast("Mapping[str, Any]", target)
        return node


def _line(node: Mapping[str, Any]) -> str:
    return " ".join(str(node.get("description", "")).split())


def _deprecated(*nodes: Mapping[str, Any]) -> Iterator[str]:
    if any(node.get("deprecated") is True for node in nodes):
        yield "Deprecated."


def _range(schema: Mapping[str, Any]) -> Iterator[str]:
    """The limits of a number. In OpenAPI 3.0 an exclusive one is a flag beside it."""
    least, most = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum", False), schema.get("exclusiveMaximum", False)
    if above is True:
        least, above = None, least
    if below is True:
        most, below = None, most
    if least is not None and most is not None:
        yield f"From {least} to {most}."
    elif least is not None:
        yield f"At least {least}."
    elif most is not None:
        yield f"At most {most}."
    if above is not False:
        yield f"More than {above}."
    if below is not False:
        yield f"Less than {below}."
