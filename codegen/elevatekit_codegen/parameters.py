"""Our own reading of parameters: what stands in the path, the query, the headers and the body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from msgspec.structs import replace

from elevatekit_codegen.names import ARGUMENT_TAKEN, pascal, snake
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.shapes import (
    Choice,
    Definitions,
    Field,
    ListOf,
    Nullable,
    Object,
    Scalar,
    Shape,
    nullable,
    strip,
)
from elevatekit_codegen.source import Document, Node, described
from elevatekit_plugins.api import Parameter

Location = Literal["path", "query", "header", "body"]
Many = Literal["repeated", "commas"]

_LOCATIONS: Final[Mapping[str, Location]] = {"path": "path", "query": "query", "header": "header"}
_ELSEWHERE: Final = ("accept", "authorization", "content-type")
_FORMATS: Final = ("uuid", "date-time", "uri")


@dataclass(frozen=True, slots=True)
class ReadParameter:
    """A parameter with what both readers have to agree on."""

    rule: Parameter
    description: str
    shape: Shape
    pointer: str


def parameters(
    document: Document, schemas: Schemas, path: str, item: Node, operation: Node
) -> Iterator[ReadParameter]:
    """The parameters of an operation, those of its path item included.

    Those in the path come first, in the order in which they stand there, then required ones: that
    is the order of the method's arguments.

    Raises:
        SpecError: path and declarations differ, or one is nothing that can be expressed.
    """
    found: dict[tuple[str, str], ReadParameter] = {}
    for holder in (item, operation):
        for _, child in holder.children("parameters"):
            parameter = _parameter(document, schemas, document.resolve(child))
            found[parameter.rule.location, parameter.rule.name] = parameter
    wanted = re.findall(r"\{([^{}]*)\}", path)
    in_path = {name: p for (location, name), p in found.items() if location == "path"}
    if sorted(wanted) != sorted(in_path):
        raise document.error(
            operation.pointer,
            f"the path has the parameters {wanted}, but {sorted(in_path)} are declared",
        )
    rest = [p for p in found.values() if p.rule.location != "path"]
    rest.sort(key=lambda p: not p.rule.required)
    names: dict[str, str] = {}
    for parameter in [*(in_path[name] for name in wanted), *rest]:
        name, python = parameter.rule.name, parameter.rule.python
        if (other := names.setdefault(python, name)) != name:
            raise document.error(
                parameter.pointer,
                f"parameters {other!r} and {name!r} have the same Python name {python!r};"
                " rename one",
            )
        yield parameter


def keywords(model: Object, definitions: Definitions) -> tuple[Parameter, ...]:
    """The properties of a body as keywords of a method, if all of them are scalars."""
    found: list[Parameter] = []
    for field in model.fields:
        python = snake(field.name, ARGUMENT_TAKEN)
        rule = _rule(field.name, python, "body", field.shape, definitions)
        if rule is None or isinstance(field.shape, Nullable) or model.tag is not None:
            return ()
        required = field.required and field.default is None
        found.append(replace(rule, required=required, role=field.role))
    return tuple(found)


def form_field(document: Document, field: Field, definitions: Definitions) -> Parameter:
    """A property of a form as a keyword of a method.

    Raises:
        SpecError: a form cannot carry it.
    """
    python = snake(field.name, ARGUMENT_TAKEN)
    rule = _rule(field.name, python, "body", field.shape, definitions, many="repeated")
    if rule is None or nullable(field.shape, definitions):
        raise document.error(
            field.pointer,
            f"{field.name!r} in a form must be a scalar or a list of scalars, and not nullable",
        )
    required = field.required and field.default is None
    return replace(rule, required=required, role=field.role)


def _parameter(document: Document, schemas: Schemas, node: Node) -> ReadParameter:
    name, location = node.text("name"), _LOCATIONS.get(node.text("in"))
    python = snake(name, ARGUMENT_TAKEN)
    if location is None or not python:
        raise document.error(
            node.pointer,
            f"parameter {name!r} in {node.text('in')!r} is not supported;"
            f" it needs a name and one of {', '.join(_LOCATIONS)}",
        )
    if location == "header" and name.lower() in _ELSEWHERE:
        raise document.error(
            node / "name",
            f"OpenAPI ignores a parameter for the header {name} (4.8.12); remove it: media types"
            " and security determine it",
        )
    if "schema" not in node:
        raise document.error(
            node.pointer, f"parameter {name!r} needs a `schema`; other forms are not supported"
        )
    schema = node.child("schema")
    shape = schemas.shape(schema, pascal(python))
    many = _many(document, node, location)
    rule = _rule(name, python, location, shape, schemas.definitions, many=many)
    if rule is None:
        what = "must be a scalar or a list of scalars" if many else "must be a scalar"
        raise document.error(schema.pointer, f"parameter {name!r} {what}")
    description = described(node, schema)
    required = node.value.get("required") is True
    return ReadParameter(replace(rule, required=required), description, shape, node.pointer)


def _many(document: Document, node: Node, location: Location) -> Many | None:
    """How a list would be written in a parameter; None: it cannot be there.

    Raises:
        SpecError: the parameter is to be written in another way than OpenAPI has it by itself.
    """
    style = "form" if location == "query" else "simple"
    if node.value.get("style", style) != style:
        raise document.error(
            node / "style",
            f"style {node.value['style']!r} of parameter {node.text('name')!r} is not supported;"
            f" in the {location}, use {style!r}",
        )
    for key in ("allowReserved", "allowEmptyValue"):
        if node.value.get(key) is True:
            raise document.error(node / key, f"{key} is not supported")
    if location != "query":
        return None
    return "commas" if node.value.get("explode") is False else "repeated"


def _rule(
    name: str,
    python: str,
    location: Location,
    shape: Shape,
    definitions: Definitions,
    *,
    many: Many | None = None,
) -> Parameter | None:
    """A scalar as a parameter, or None where the shape is none.

    Args:
        many: how a list of scalars is written; None: it is no parameter.
    """
    match strip(shape, definitions):
        case ListOf(items=items) if many is not None and not nullable(items, definitions):
            item = _rule(name, python, location, items, definitions)
            return None if item is None else replace(item, many=many)
        case Choice(values=values):
            return Parameter(
                name=name, python=python, location=location, required=True, enum=values
            )
        case Scalar(type=type, format=format) as scalar:
            return Parameter(
                name=name,
                python=python,
                location=location,
                required=True,
                type=type,
                format=format if format in _FORMATS else None,
                min_length=scalar.length("min_length"),
                max_length=scalar.length("max_length"),
                pattern=scalar.pattern,
            )
        case _:
            return None
