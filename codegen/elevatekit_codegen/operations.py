"""Our own reading of operations: from the raw document to rows of the `Api` table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from elevatekit_codegen import extensions
from elevatekit_codegen.names import error_class, is_method, is_method_path, pascal
from elevatekit_codegen.parameters import ReadParameter, keywords, parameters
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.shapes import Field, Named, Object, Scalar
from elevatekit_codegen.source import Document, Node, join
from elevatekit_plugins.api import (
    Body,
    Concurrency,
    Evidence,
    Operation,
    Parameter,
    PullRule,
    Quota,
    Waiter,
)

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class ReadBody:
    """The body of a request."""

    rule: Body
    shape: Named | Object
    """The object of a form has no definition; any other body has."""


@dataclass(frozen=True, slots=True)
class ReadResponse:
    """A documented answer of an operation."""

    status: int
    shape: Named | None
    """None: it comes without a body."""
    description: str
    evidence: Evidence
    error: str | None
    """The name of its class, from status 400 up."""


@dataclass(frozen=True, slots=True)
class ReadOperation:
    """An operation: its row of the table, and what the row does not hold."""

    row: Operation[Any]
    description: str
    pointer: str
    parameters: tuple[ReadParameter, ...]
    body: ReadBody | None
    responses: tuple[ReadResponse, ...]


def operations(document: Document, schemas: Schemas) -> Iterator[ReadOperation]:
    """Each operation of a document, in its order.

    Raises:
        SpecError: one holds something that the generated code cannot express.
    """
    reader = _Reader(document, schemas)
    seen: dict[str, str] = {}
    for path, item in document.root.children("paths"):
        if "$ref" in item:
            raise document.error(
                item / "$ref", "a path that is a $ref would be lost; write it out here"
            )
        for method in item.value:
            if method in METHODS:
                operation = reader.operation(path, method, item)
                row = operation.row
                request = f"{row.method} {row.path}"
                if seen.setdefault(row.id, request) != request:
                    place = join(operation.pointer, "operationId")
                    raise document.error(
                        place, f"operationId {row.id!r} is taken by {seen[row.id]}"
                    )
                yield operation


@dataclass(frozen=True, slots=True)
class _Reader:
    document: Document
    schemas: Schemas

    def operation(self, path: str, method: str, item: Node) -> ReadOperation:
        document, node = self.document, item.child(method)
        id = node.text("operationId")
        if not is_method_path(id):
            raise document.error(
                node / "operationId",
                f"operationId {id!r} must be a group and a method in Python, as `pets.list_all`",
            )
        found = tuple(parameters(document, self.schemas, path, item, node))
        body = self._body(node, f"{pascal(id)}Body") if "requestBody" in node else None
        responses = tuple(self._responses(node, pascal(id)))
        success = [r for r in responses if r.error is None]
        models = {r.shape.name for r in success if r.shape is not None}
        if len(models) > 1 or not success:
            raise document.error(
                node / "responses", "below 300 there must be a status, and one kind of body at most"
            )
        row = Operation[Any](
            id=id,
            method=method.upper(),
            path=path,
            summary=node.line("summary") or _first_sentence(node.line("description")) or id,
            parameters=tuple(p.rule for p in found),
            body=None if body is None else body.rule,
            success=tuple(r.status for r in success),
            model=next(iter(models), None),
            empty=tuple(r.status for r in success if r.shape is None),
            errors={r.status: r.error for r in responses if r.error is not None},
            retry=extensions.retry(document, node, method.upper()),
            concurrency=extensions.read(document, node, "x-concurrency", Concurrency),
            quota=extensions.read(document, node, "x-quota", Quota),
            waiter=self._waiter(node),
            pull=extensions.read(document, node, "x-pull", PullRule),
            evidence=extensions.evidence(document, node),
        )
        return ReadOperation(row, node.line("description"), node.pointer, found, body, responses)

    def _waiter(self, node: Node) -> Waiter | None:
        waiter = extensions.read(self.document, node, "x-waiter", Waiter)
        if waiter is not None and not is_method(waiter.method):
            place = join(node / "x-waiter", "method")
            raise self.document.error(place, f"{waiter.method!r} is no name for a method")
        return waiter

    def _body(self, node: Node, name: str) -> ReadBody:
        body = self.document.resolve(node.child("requestBody"))
        kind, schema = self._content(body, "application/json", "multipart/form-data")
        required = body.value.get("required") is True
        if kind == "multipart/form-data":
            target = self.document.resolve(schema)
            form = self.schemas.object(target, name)
            part = self._part(form, target)
            return ReadBody(
                Body(content_type="multipart/form-data", required=required, part=part), form
            )
        shape = self.schemas.named(schema, name)
        definition = self.schemas.definitions[shape.name]
        fields: tuple[Parameter, ...] = ()
        if isinstance(definition, Object):
            fields = keywords(definition, self.schemas.definitions)
        rule = Body(
            content_type="application/json", required=required, model=shape.name, fields=fields
        )
        return ReadBody(rule, shape)

    def _part(self, form: Object, node: Node) -> str:
        match form.fields:
            case (Field(name=name, shape=Scalar("string", "binary"), required=True),):
                return name
            case _:
                raise self.document.error(
                    node.pointer, "a form must have one property, a required string of `binary`"
                )

    def _responses(self, node: Node, name: str) -> Iterator[ReadResponse]:
        for status, child in node.children("responses"):
            if not re.fullmatch(r"2\d\d|[45]\d\d", status):
                raise self.document.error(
                    child.pointer, f"status {status!r} cannot be expressed: name each by number"
                )
            response = self.document.resolve(child)
            error = self._error(response, int(status)) if int(status) >= 400 else None
            shape = None
            if response.value.get("content"):
                _, schema = self._content(response, "application/json")
                own = name if error is None else f"{error.removesuffix('Error')}Body"
                shape = self.schemas.named(schema, own)
            yield ReadResponse(
                status=int(status),
                shape=shape,
                description=response.line("description"),
                evidence=extensions.evidence(self.document, response),
                error=error,
            )

    def _error(self, response: Node, status: int) -> str:
        given = response.value.get("x-error", error_class(status))
        if not isinstance(given, str) or pascal(given) != given:
            raise self.document.error(
                response / "x-error",
                f"x-error {given!r} must be the name of a class, as NotFoundError",
            )
        return given

    def _content(self, node: Node, *allowed: str) -> tuple[str, Node]:
        """The one media type of a body and its schema."""
        content = list(node.children("content"))
        if len(content) != 1 or content[0][0] not in allowed:
            raise self.document.error(
                node / "content", f"a body must have one media type of {', '.join(allowed)}"
            )
        kind, media = content[0]
        if "schema" not in media:
            raise self.document.error(media.pointer, f"the {kind} body needs a schema")
        return kind, media.child("schema")


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")
