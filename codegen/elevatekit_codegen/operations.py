"""Our own reading of operations: from the raw document to rows of the `Api` table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from elevatekit_codegen import extensions, identity, security
from elevatekit_codegen.bodies import ReadBody, request_body
from elevatekit_codegen.media import content, text_or_bytes
from elevatekit_codegen.names import error_class, is_method, pascal
from elevatekit_codegen.parameters import ReadParameter, parameters
from elevatekit_codegen.questions import check_question
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.shapes import Named, Scalar
from elevatekit_codegen.source import Document, Node, Refusals, described, join
from elevatekit_plugins.api import (
    Concurrency,
    Evidence,
    Operation,
    PullRule,
    Quota,
    Waiter,
    is_json,
)

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class ReadResponse:
    """A documented answer of an operation."""

    status: str
    """A number, `4XX`, `5XX`, or `default`."""
    shape: Named | None
    """None: it is no JSON."""
    description: str
    evidence: Evidence
    error: str | None
    """The name of its class, for all but a success."""
    media: str | None = None
    """The media type of a body that is no JSON."""
    text: Scalar | None = None
    """What the spec says of such a body: a text, or bytes."""


@dataclass(frozen=True, slots=True)
class ReadOperation:
    """An operation: its row of the table, and what the row does not hold."""

    row: Operation[Any]
    description: str
    pointer: str
    parameters: tuple[ReadParameter, ...]
    body: ReadBody | None
    responses: tuple[ReadResponse, ...]
    evidence: Evidence | None
    """None: the spec does not say how well it is known; third-party specs do not."""


def operations(document: Document, schemas: Schemas) -> tuple[ReadOperation, ...]:
    """Each operation of a document, in its order.

    Raises:
        SpecError: some hold something that the generated code cannot express.
    """
    reader, refusals = _Reader(document, schemas), Refusals()
    found: dict[str, ReadOperation] = {}
    for path, item in document.root.children("paths"):
        with refusals.kept():
            if "$ref" in item:
                raise document.error(
                    item / "$ref", "a path that is a $ref is not supported; write it out here"
                )
        for method in item.value:
            if method in METHODS:
                with refusals.kept():
                    operation = reader.operation(path, method, item)
                    first = found.setdefault(operation.row.id, operation)
                    if first is not operation:
                        raise document.error(
                            join(operation.pointer, "operationId"),
                            f"duplicate operationId {first.row.id!r}, also on"
                            f" {first.row.method} {first.row.path}; rename one",
                        )
    refusals.raise_all()
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Reader:
    document: Document
    schemas: Schemas

    def operation(self, path: str, method: str, item: Node) -> ReadOperation:
        document, node = self.document, item.child(method)
        id = identity.named(document, node)
        found = tuple(parameters(document, self.schemas, path, item, node))
        body = None
        if "requestBody" in node:
            body = request_body(document, self.schemas, node, f"{pascal(id)}Body")
        responses = tuple(self._responses(node, pascal(id)))
        success = [r for r in responses if r.error is None]
        models = {r.shape.name for r in success if r.shape is not None}
        media = {r.media for r in success if r.media is not None}
        if len(models) + len(media) > 1 or not success:
            raise document.error(
                node / "responses",
                "an operation needs a 2xx response, and at most one kind of 2xx body",
            )
        if method == "head" and models | media:
            raise document.error(node / "responses", "a response to HEAD has no body; remove it")
        row = Operation[Any](
            id=id,
            method=method.upper(),
            path=path,
            summary=node.line("summary") or _first_sentence(node.line("description")) or id,
            parameters=tuple(p.rule for p in found),
            body=None if body is None else body.rule,
            success=tuple(int(r.status) for r in success),
            model=next(iter(models), None),
            media=next(iter(media), None),
            empty=tuple(int(r.status) for r in success if r.shape is None and r.media is None),
            errors={int(r.status): r.error for r in responses if r.error and r.status.isdecimal()},
            others=_others(responses),
            public=security.is_public(document, node),
            retry=extensions.retry(document, node, method.upper()),
            concurrency=extensions.read(document, node, "x-concurrency", Concurrency),
            quota=extensions.read(document, node, "x-quota", Quota),
            waiter=self._waiter(node),
            pull=extensions.read(document, node, "x-pull", PullRule),
            evidence=extensions.evidence(document, node),
        )
        check_question(document, node, row)
        return ReadOperation(
            row=row,
            description=described(node),
            pointer=node.pointer,
            parameters=found,
            body=body,
            responses=responses,
            evidence=row.evidence if "x-evidence" in node else None,
        )

    def _waiter(self, node: Node) -> Waiter | None:
        waiter = extensions.read(self.document, node, "x-waiter", Waiter)
        if waiter is not None and not is_method(waiter.method):
            place = join(node / "x-waiter", "method")
            raise self.document.error(place, f"{waiter.method!r} is not a valid method name")
        return waiter

    def _responses(self, node: Node, name: str) -> Iterator[ReadResponse]:
        for status, child in node.children("responses"):
            if not re.fullmatch(r"2\d\d|[45]\d\d|[45]XX|default", status):
                raise self.document.error(
                    child.pointer,
                    f"status {status!r} is not supported; use 200 to 299, 400 to 599, 4XX, 5XX or"
                    " default",
                )
            response = self.document.resolve(child)
            error = None if status.startswith("2") else self._error(response, status)
            shape, media, text = None, None, None
            if (found := content(self.document, response)) is not None:
                kind, schema = found
                if is_json(kind):
                    own = name if error is None else f"{error.removesuffix('Error')}Body"
                    shape = self.schemas.named(schema, own)
                else:
                    media, read = kind, self.schemas.shape(schema, name)
                    text = text_or_bytes(self.document, kind, schema, read)
            yield ReadResponse(
                status=status,
                shape=shape,
                description=response.line("description"),
                evidence=extensions.evidence(self.document, response),
                error=error,
                media=media,
                text=text,
            )

    def _error(self, response: Node, status: str) -> str:
        given = response.value.get("x-error", error_class(status))
        if not isinstance(given, str) or pascal(given) != given:
            raise self.document.error(
                response / "x-error",
                f"x-error {given!r} must be a class name, such as NotFoundError",
            )
        return given


def _others(responses: tuple[ReadResponse, ...]) -> dict[int, str]:
    """The classes of the statuses that no response names by its number, by their hundreds."""
    found = {r.status: r.error for r in responses if r.error and not r.status.isdecimal()}
    by_hundred = {hundred: found.get(f"{hundred}XX", found.get("default")) for hundred in (4, 5)}
    return {hundred: name for hundred, name in by_hundred.items() if name is not None}


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".")
