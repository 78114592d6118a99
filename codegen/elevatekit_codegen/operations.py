"""Our own reading of operations: from the raw document to rows of the `Api` table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from elevatekit_codegen import extensions
from elevatekit_codegen.names import (
    ARGUMENT_TAKEN,
    error_class,
    is_method_path,
    pascal,
    snake,
)
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.shapes import (
    Choice,
    Definition,
    Field,
    Named,
    Nullable,
    Object,
    Scalar,
    Shape,
    strip,
)
from elevatekit_codegen.source import Document, Node
from elevatekit_plugins.api import (
    Body,
    Concurrency,
    Operation,
    Parameter,
    PullRule,
    Quota,
    Waiter,
)

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_FORMATS: Final = ("uuid", "date-time", "uri")


@dataclass(frozen=True, slots=True)
class ReadParameter:
    """A parameter with what both readers have to agree on."""

    rule: Parameter
    shape: Shape
    pointer: str


@dataclass(frozen=True, slots=True)
class ReadResponse:
    """A documented answer of an operation."""

    status: int
    shape: Named | None
    description: str
    evidence: str
    error: str | None
    pointer: str


@dataclass(frozen=True, slots=True)
class ReadOperation:
    """An operation: its row of the table, and what the row does not hold."""

    row: Operation[Any]
    pointer: str
    parameters: tuple[ReadParameter, ...]
    body: Named | Object | None
    """The object of a multipart body has no definition; any other body has."""
    body_pointer: str
    responses: tuple[ReadResponse, ...]


class Operations:
    """Reads all operations of a document."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas

    def read(self) -> Iterator[ReadOperation]:
        """Each operation, in the order of the document.

        Raises:
            SpecError: one holds something that the generated code cannot express.
        """
        seen: dict[str, str] = {}
        for path, item in self._document.root.children("paths"):
            if "$ref" in item.value:
                raise self._document.error(
                    item / "$ref", "a path that is a $ref would be lost; write it out here"
                )
            for method in item.value:
                if method not in METHODS:
                    continue
                operation = self._operation(path, method, item)
                name = operation.row.id
                if name in seen:
                    raise self._document.error(
                        operation.pointer + "/operationId",
                        f"operationId {name!r} is taken by {seen[name]}",
                    )
                seen[name] = f"{operation.row.method} {operation.row.path}"
                yield operation

    def _operation(self, path: str, method: str, item: Node) -> ReadOperation:
        node, document = item.child(method), self._document
        id = node.text("operationId")
        if not is_method_path(id):
            raise document.error(
                node / "operationId" if id else node.pointer,
                f"operationId {id!r} must be a group and a method in Python, as `pets.list_all`",
            )
        parameters = tuple(self._parameters(path, item, node))
        body, shape, body_pointer = self._body(node, id)
        responses = tuple(self._responses(node, id))
        success = [r for r in responses if r.error is None]
        models = {r.shape.name for r in success if r.shape is not None}
        if len(models) > 1 or not success:
            what = "one kind of body for all statuses below 300"
            raise document.error(node / "responses", f"{id} must have {what}")
        row = Operation[Any](
            id=id,
            method=method.upper(),
            path=path,
            summary=node.text("summary") or _first_sentence(node.text("description")) or id,
            description=node.text("description"),
            parameters=tuple(p.rule for p in parameters),
            body=body,
            success=tuple(r.status for r in success),
            model=next(iter(models), None),
            empty=tuple(r.status for r in success if r.shape is None),
            errors={r.status: r.error for r in responses if r.error is not None},
            retry=extensions.retry(document, node, method.upper()),
            concurrency=extensions.read(document, node, "x-concurrency", Concurrency),
            quota=extensions.read(document, node, "x-quota", Quota),
            waiter=extensions.read(document, node, "x-waiter", Waiter),
            pull=extensions.read(document, node, "x-pull", PullRule),
            evidence=extensions.evidence(document, node),
        )
        return ReadOperation(row, node.pointer, parameters, shape, body_pointer, responses)

    def _parameters(self, path: str, item: Node, node: Node) -> Iterator[ReadParameter]:
        found: dict[tuple[str, str], ReadParameter] = {}
        for holder in (item, node):
            for _, child in holder.children("parameters"):
                parameter = self._parameter(self._document.resolve(child))
                found[parameter.rule.location, parameter.rule.name] = parameter
        wanted = re.findall(r"\{([^{}]*)\}", path)
        in_path = {name: p for (location, name), p in found.items() if location == "path"}
        if sorted(wanted) != sorted(in_path):
            raise self._document.error(
                node.pointer,
                f"the path has the parameters {wanted}, declared are {sorted(in_path)}",
            )
        names: dict[str, str] = {}
        rest = [p for p in found.values() if p.rule.location != "path"]
        # A required argument may not stand behind one that can be left out.
        rest.sort(key=lambda p: not p.rule.required)
        for parameter in [*(in_path[name] for name in wanted), *rest]:
            if names.setdefault(parameter.rule.python, parameter.rule.name) != parameter.rule.name:
                raise self._document.error(
                    parameter.pointer,
                    f"parameters {names[parameter.rule.python]!r} and {parameter.rule.name!r}"
                    f" would both be {parameter.rule.python!r}",
                )
            yield parameter

    def _parameter(self, node: Node) -> ReadParameter:
        document, name, location = self._document, node.text("name"), node.text("in")
        if "schema" not in node.value:
            raise document.error(
                node.pointer, f"parameter {name!r} needs a `schema`; any other form would be lost"
            )
        if location not in ("path", "query", "header"):
            raise document.error(
                node / "in", f"parameter {name!r}: a parameter in {location!r} cannot be expressed"
            )
        python = snake(name, ARGUMENT_TAKEN)
        if not python:
            raise document.error(node / "name", f"parameter {name!r} has no name for Python")
        schema = node.child("schema")
        shape = self._schemas.shape(schema, pascal(python))
        rule = self._rule(
            name=name,
            python=python,
            location=location,
            required=node.value.get("required") is True,
            shape=shape,
            description=node.text("description") or schema.text("description"),
        )
        if rule is None:
            raise document.error(
                schema.pointer, f"parameter {name!r}: only scalars can be expressed"
            )
        return ReadParameter(rule, shape, node.pointer)

    def _rule(
        self,
        *,
        name: str,
        python: str,
        location: str,
        required: bool,
        shape: Shape,
        description: str,
    ) -> Parameter | None:
        """A scalar as a parameter, or None where the shape is no scalar."""
        plain = strip(shape, self._schemas.definitions)
        base = {
            "name": name,
            "python": python,
            "location": cast("Any", location),
            "required": required,
            "description": " ".join(description.split()),
        }
        if isinstance(plain, Choice):
            return Parameter(**base, enum=plain.values)
        if not isinstance(plain, Scalar):
            return None
        limits = cast("dict[str, Any]", dict(plain.limits))
        return Parameter(
            **base,
            type=plain.type,
            format=plain.format if plain.format in _FORMATS else None,
            min_length=limits.get("min_length"),
            max_length=limits.get("max_length"),
            pattern=limits.get("pattern"),
        )

    def _body(self, node: Node, id: str) -> tuple[Body | None, Named | Object | None, str]:
        if "requestBody" not in node.value:
            return None, None, ""
        body = self._document.resolve(node.child("requestBody"))
        content = list(body.children("content"))
        required = body.value.get("required") is True
        if len(content) != 1:
            raise self._document.error(body.pointer, "a body must have one media type")
        kind, media = content[0]
        if "schema" not in media.value:
            raise self._document.error(media.pointer, f"the {kind} body needs a schema")
        schema = media.child("schema")
        name = f"{pascal(id)}Body"
        if kind == "multipart/form-data":
            target = self._document.resolve(schema)
            form = self._schemas.object(target, name)
            part = self._part(form, target)
            rule = Body(content_type="multipart/form-data", required=required, part=part)
            return rule, form, target.pointer
        if kind != "application/json":
            raise self._document.error(media.pointer, f"a body of {kind} cannot be expressed")
        model = self._schemas.named(schema, name)
        fields = self._body_fields(self._schemas.definitions[model])
        rule = Body(content_type="application/json", required=required, model=model, fields=fields)
        return rule, Named(model), schema.pointer

    def _part(self, form: Object, node: Node) -> str:
        match form.fields:
            case (Field(name=name, shape=Scalar("string", "binary"), required=True),):
                return name
            case _:
                raise self._document.error(
                    node.pointer, "a form must have one property, required, a string of `binary`"
                )

    def _body_fields(self, model: Definition) -> tuple[Parameter, ...]:
        """The properties of a body as keywords, if all of them are scalars."""
        if not isinstance(model, Object) or model.tag is not None:
            return ()
        if any(isinstance(field.shape, Nullable) for field in model.fields):
            return ()
        rules = [
            self._rule(
                name=field.name,
                python=snake(field.name, ARGUMENT_TAKEN),
                location="body",
                required=field.required and field.default is None,
                shape=field.shape,
                description=field.description,
            )
            for field in model.fields
        ]
        found = [rule for rule in rules if rule is not None]
        return tuple(found) if len(found) == len(model.fields) else ()

    def _responses(self, node: Node, id: str) -> Iterator[ReadResponse]:
        for status, child in node.children("responses"):
            if not re.fullmatch(r"[2-5][0-9][0-9]", status) or status[0] == "3":
                raise self._document.error(
                    child.pointer, f"status {status!r} cannot be expressed: name each by number"
                )
            response, number = self._document.resolve(child), int(status)
            error = None
            if number >= 400:
                error = pascal(response.text("x-error") or error_class(number))
                if not error or error != response.text("x-error") != "":
                    raise self._document.error(
                        response / "x-error",
                        "x-error must be the name of a class, as NotFoundError",
                    )
            name = pascal(id) if error is None else error.removesuffix("Error") + "Body"
            yield ReadResponse(
                status=number,
                shape=self._response_shape(response, name),
                description=" ".join(response.text("description").split()),
                evidence=extensions.evidence(self._document, response),
                error=error,
                pointer=response.pointer,
            )

    def _response_shape(self, response: Node, name: str) -> Named | None:
        content = list(response.children("content"))
        if not content:
            return None
        if [kind for kind, _ in content] != ["application/json"]:
            raise self._document.error(
                response / "content", "an answer must be application/json alone, or empty"
            )
        media = content[0][1]
        if "schema" not in media.value:
            raise self._document.error(media.pointer, "an answer with a body needs a schema")
        return Named(self._schemas.named(media.child("schema"), name))


def _first_sentence(text: str) -> str:
    return " ".join(text.split()).split(". ")[0].rstrip(".")
