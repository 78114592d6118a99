"""Each operation as the spec describes it, compiled once: checks of what comes and what goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.simulator.document import (
    Document,
    Node,
    Pointer,
    Validator,
    reference,
    target,
)
from elevatekit_plugins.simulator.shapes import DOUBTFUL, Shape, shape_of

JSON: Final = "application/json"


class ParameterCheck(Struct, frozen=True):
    """How one argument of a request is checked."""

    name: str
    location: str
    required: bool
    kind: str
    validator: Validator

    def problem(self, text: str | None) -> str | None:
        """What is wrong with the argument as it came; None: nothing."""
        if text is None:
            return (
                f"the {self.location} parameter {self.name} is missing" if self.required else None
            )
        try:
            value: object = text if self.kind == "string" else msgspec.json.decode(text)
        except msgspec.DecodeError:
            value = text
        problem = self.validator.problem(value)
        return (
            problem and f"the {self.location} parameter {self.name}: {problem.removeprefix('$: ')}"
        )


class Schema(Struct, frozen=True):
    """A schema of the spec, ready to be filled and to be checked."""

    shape: Shape
    validator: Validator

    @classmethod
    def at(cls, document: Document, pointer: Pointer) -> Schema:
        """The schema at this place."""
        shape = shape_of(document, {"$ref": reference(pointer)})
        return cls(shape, document.validator(pointer))


class BodyCheck(Struct, frozen=True):
    """The schema of a JSON body. Of a union with a discriminator, the one that a body names."""

    schema: Schema
    discriminator: str = ""
    branches: Mapping[str, Schema] = {}

    def of(self, body: object) -> Schema:
        """The schema that a body has to fit."""
        if not isinstance(body, dict):
            return self.schema
        named = cast("dict[str, object]", body).get(self.discriminator)
        return self.branches.get(str(named), self.schema)


class Contract(Struct, frozen=True):
    """One operation, its checks, and the shapes of its answers by status."""

    operation: Operation[Any]
    parameters: tuple[ParameterCheck, ...]
    body: BodyCheck | None
    answers: Mapping[int, Schema | None]
    """The documented statuses; None: without a body."""
    doubtful: frozenset[int]
    """Those of them of which it is only likely or assumed that they are sent."""
    part: re.Pattern[str] | None
    """For an upload: what the name of the part that carries the file looks like."""

    @property
    def speaks(self) -> bool:
        """Whether the language of the answer can be chosen."""
        return any(p.name.lower() == "accept-language" for p in self.parameters)

    def status(self, *wanted: int) -> int:
        """The first of these statuses that the spec documents; the first where it knows none."""
        return next((status for status in wanted if status in self.answers), wanted[0])

    def problem(self, status: int, body: object) -> str | None:
        """What is wrong with an answer that is about to be sent; None: nothing."""
        if status not in self.answers:
            return f"the status {status} is not documented"
        schema = self.answers[status]
        if schema is None:
            return None if body is UNSET else f"the status {status} has no body"
        if body is UNSET:
            return f"the status {status} has a body"
        return schema.validator.problem(body)


def contracts(api: Api, root: Mapping[str, Any], *, strict: bool = True) -> dict[str, Contract]:
    """Compile every operation of the table.

    Args:
        strict: whether an answer may have no property that the spec does not name.

    Raises:
        ValueError: the document lacks an operation of the table, or describes one in a way that
            OpenAPI does not allow. The message names operation and place.
    """
    document = Document(root)
    answers = document.strict() if strict else document
    found: dict[str, Contract] = {}
    for operation in api.operations:
        try:
            found[operation.id] = _contract(operation, document, answers)
        except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
            what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else error
            where = f"{operation.id} ({operation.method} {operation.path})"
            raise ValueError(f"the spec cannot be served: operation {where}: {what}") from None
    return found


def _contract(operation: Operation[Any], document: Document, answers: Document) -> Contract:
    path: Pointer = ("paths", operation.path)
    pointer: Pointer = (*path, operation.method.lower())
    _, responses = document.follow((*pointer, "responses"))
    places = [
        document.follow((*base, "parameters", str(index)))
        for base in (path, pointer)
        for index in range(len(document.follow(base)[1].get("parameters", ())))
    ]
    part = _part(operation.body.part) if operation.body and operation.body.part else None
    return Contract(
        operation=operation,
        parameters=tuple(_parameter(document, *place) for place in places),
        body=_body(document, pointer) if operation.body and not part else None,
        answers={
            int(status): _answer(answers, (*pointer, "responses", status))
            for status in responses
            if status.isdigit()
        },
        doubtful=frozenset(
            int(status)
            for status in responses
            if status.isdigit()
            and document.follow((*pointer, "responses", status))[1].get("x-evidence") in DOUBTFUL
        ),
        part=part,
    )


def _part(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(name).replace(re.escape("{extension}"), r"\w+"))


def _parameter(document: Document, pointer: Pointer, node: Node) -> ParameterCheck:
    schema = Schema.at(document, (*pointer, "schema"))
    return ParameterCheck(
        name=node["name"],
        location=node["in"],
        required=bool(node.get("required", False)),
        kind=schema.shape.kind,
        validator=schema.validator,
    )


def _body(document: Document, pointer: Pointer) -> BodyCheck:
    place, _ = document.follow((*pointer, "requestBody"))
    schema: Pointer = (*place, "content", JSON, "schema")
    _, node = document.follow(schema)
    discriminator: Mapping[str, Any] = node.get("discriminator", {})
    return BodyCheck(
        schema=Schema.at(document, schema),
        discriminator=discriminator.get("propertyName", ""),
        branches={
            name: Schema.at(document, target(where))
            for name, where in discriminator.get("mapping", {}).items()
        },
    )


def _answer(document: Document, pointer: Pointer) -> Schema | None:
    place, node = document.follow(pointer)
    if JSON not in node.get("content", {}):
        return None
    return Schema.at(document, (*place, "content", JSON, "schema"))
