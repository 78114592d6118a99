"""Each operation as the spec describes it, compiled once: checks of what comes and what goes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from msgspec import UNSET, Struct

from elevatekit_plugins.api import Api, Body, Operation, is_json
from elevatekit_plugins.simulator.document import (
    Document,
    Node,
    Pointer,
    Validator,
    reference,
    target,
)
from elevatekit_plugins.simulator.forms import typed
from elevatekit_plugins.simulator.shapes import DOUBTFUL, Shape, shape_of

JSON: Final = "application/json"


class ParameterCheck(Struct, frozen=True):
    """How one argument of a request is checked."""

    name: str
    location: str
    required: bool
    shape: Shape
    validator: Validator
    commas: bool = False
    """Whether a list stands in one text, between commas."""

    def problem(self, texts: Sequence[str]) -> str | None:
        """What is wrong with the argument as it came, once or again; None: nothing."""
        if not texts:
            return (
                f"the {self.location} parameter {self.name} is missing" if self.required else None
            )
        problem = self.validator.problem(self._value(texts))
        return (
            problem and f"the {self.location} parameter {self.name}: {problem.removeprefix('$: ')}"
        )

    def _value(self, texts: Sequence[str]) -> object:
        if self.shape.kind != "array":
            return typed(texts[-1], self.shape.kind)
        items = texts[-1].split(",") if self.commas else texts
        return [typed(text, self.shape.items.kind if self.shape.items else "any") for text in items]


class Schema(Struct, frozen=True):
    """A schema of the spec, ready to be filled and to be checked."""

    shape: Shape
    validator: Validator
    media: str = JSON
    """The media type of the body that it is the schema of."""

    @classmethod
    def at(cls, document: Document, pointer: Pointer, media: str = JSON) -> Schema:
        """The schema at this place."""
        shape = shape_of(document, {"$ref": reference(pointer)})
        return cls(shape, document.validator(pointer), media)

    def problem(self, body: object) -> str | None:
        """What is wrong with a body; None: nothing. What is no JSON has nothing to check."""
        if is_json(self.media):
            return self.validator.problem(body)
        return None if isinstance(body, str | bytes) else f"the body is not {self.media}"


class BodyCheck(Struct, frozen=True):
    """The schema of a JSON body or a form. Of a union with a discriminator, the one that a body
    names."""

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
    others: Mapping[int, Schema | None]
    """What is documented of all other statuses of a hundred, 4 or 5."""
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

    def documents(self, status: int) -> bool:
        """Whether the spec says anything of a status."""
        return status in self.answers or status // 100 in self.others

    def answer(self, status: int) -> Schema | None:
        """The schema of a status; None where it has no body, or is not documented."""
        return self.answers.get(status, self.others.get(status // 100))

    def problem(self, status: int, body: object) -> str | None:
        """What is wrong with an answer that is about to be sent; None: nothing."""
        if not self.documents(status):
            return f"the status {status} is not documented"
        schema = self.answer(status)
        if schema is None:
            return None if body is UNSET else f"the status {status} has no body"
        if body is UNSET:
            return f"the status {status} has a body"
        return schema.problem(body)


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
        body=_body(document, pointer, operation.body) if operation.body else None,
        answers={
            int(status): _answer(answers, (*pointer, "responses", status))
            for status in responses
            if status.isdigit()
        },
        others={
            hundred: _answer(answers, (*pointer, "responses", status))
            for hundred in (4, 5)
            for status in ("default", f"{hundred}XX")
            if status in responses
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
        shape=schema.shape,
        validator=schema.validator,
        commas=node.get("explode") is False,
    )


def _body(document: Document, pointer: Pointer, body: Body) -> BodyCheck | None:
    """The check of a body; None: there is nothing to check but a file."""
    if body.kind == "bytes" or (body.kind == "multipart" and not body.fields):
        return None
    place, _ = document.follow((*pointer, "requestBody"))
    schema: Pointer = (*place, "content", body.content_type, "schema")
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
    for media in node.get("content", {}):
        return Schema.at(document, (*place, "content", media, "schema"), media)
    return None
