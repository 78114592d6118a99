"""The gate between the two readers: where they see a document differently, nothing is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.shapes import Definitions, Field, Object
from elevatekit_codegen.signatures import (
    Place,
    Reading,
    answer_place,
    body_place,
    choice,
    of_shape,
    operation_place,
    parameter_place,
    property_place,
)
from elevatekit_codegen.source import Document, Finding


def own_reading(operations: Iterable[ReadOperation], definitions: Definitions) -> Reading:
    """The signatures of our own reading, in the form that the parser's have."""
    found = dict[Place, str]()
    for operation in operations:
        found.update(_operation(operation, definitions))
        if operation.body is not None and isinstance(operation.body.shape, Object):
            found.update(_object(operation.body.shape, definitions))
    for definition in definitions.values():
        if isinstance(definition, Object):
            found.update(_object(definition, definitions))
    return found


def disagreements(document: Document, ours: Reading, theirs: Reading) -> list[Finding]:
    """Every place that the two readers see differently, with both readings."""
    places = sorted(ours.keys() | theirs.keys())
    return [
        document.finding(
            place[0],
            f"two parsers disagree on {place[1]}: elevatekit reads `{ours.get(place, 'nothing')}`,"
            f" openapi-python-client `{theirs.get(place, 'nothing')}`; rewrite it so that both"
            " agree",
        )
        for place in places
        if ours.get(place) != theirs.get(place)
    ]


def _operation(operation: ReadOperation, definitions: Definitions) -> Iterator[tuple[Place, str]]:
    pointer, row = operation.pointer, operation.row
    yield operation_place(pointer), row.method.lower()
    for parameter in operation.parameters:
        rule = parameter.rule
        seen = _required(of_shape(parameter.shape, definitions), rule.required)
        yield parameter_place(pointer, rule.location, rule.name), seen
    if operation.body is not None:
        body, shape = operation.body.rule, operation.body.shape
        if isinstance(shape, Object):
            seen = f"object {shape.pointer}"
        else:
            seen = of_shape(shape, definitions)
        yield body_place(pointer, body.content_type), _required(seen, body.required)
    for response in operation.responses:
        came = response.shape or response.text
        seen = "nothing" if came is None else of_shape(came, definitions)
        yield answer_place(pointer, response.status), seen


def _object(definition: Object, definitions: Definitions) -> Iterator[tuple[Place, str]]:
    for field in definition.fields:
        seen = _required(_field(definition, field, definitions), field.required)
        yield property_place(definition.pointer, field.name), seen


def _field(definition: Object, field: Field, definitions: Definitions) -> str:
    if definition.tag is not None and definition.tag[0] == field.name:
        return choice((definition.tag[1],))
    return of_shape(field.shape, definitions)


def _required(seen: str, required: bool) -> str:
    return f"{seen}, {'required' if required else 'optional'}"
