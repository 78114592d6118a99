"""Our own reading of request bodies: JSON, forms, and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from elevatekit_codegen import kinds
from elevatekit_codegen.media import content, text_or_bytes
from elevatekit_codegen.parameters import form_field, keywords
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.shapes import Definitions, Field, Named, Object, Scalar, Shape
from elevatekit_codegen.source import Document, Node
from elevatekit_plugins.api import Body, Parameter


@dataclass(frozen=True, slots=True)
class ReadBody:
    """The body of a request."""

    rule: Body
    shape: Named | Object | Scalar
    """Of JSON its definition; of a form an object that has none; of a file, bytes."""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of what is sent."""
        if isinstance(self.shape, Object):
            return tuple(field.shape for field in self.shape.fields)
        return (self.shape,)

    def properties(self, definitions: Definitions) -> Mapping[str, Field]:
        """The properties of an object or a form by their names on the wire; empty for others."""
        shape = self.shape
        target = definitions[shape.name] if isinstance(shape, Named) else shape
        return {f.name: f for f in target.fields} if isinstance(target, Object) else {}


def request_body(document: Document, schemas: Schemas, operation: Node, name: str) -> ReadBody:
    """The body of an operation that has one.

    Args:
        name: what its definition is called if it has no name.

    Raises:
        SpecError: it cannot be expressed.
    """
    node = document.resolve(operation.child("requestBody"))
    found = content(document, node)
    if found is None:
        raise document.error(node.pointer, "a request body needs `content`")
    kind, schema = found
    rule = Body(content_type=kind, required=node.value.get("required") is True)
    match rule.kind:
        case "json":
            return _json(schemas, rule, schema, name)
        case "bytes":
            shape = schemas.shape(schema, name)
            if kind.startswith("text/"):
                raise document.error(schema.pointer, f"a request body of {kind} is not supported")
            return ReadBody(rule, text_or_bytes(document, kind, schema, shape))
        case _:
            return _form(document, schemas, rule, document.resolve(schema), name)


def _json(schemas: Schemas, rule: Body, schema: Node, name: str) -> ReadBody:
    shape = schemas.named(schema, name)
    definition = schemas.definitions[shape.name]
    fields: tuple[Parameter, ...] = ()
    if isinstance(definition, Object):
        fields = keywords(definition, schemas.definitions)
    return ReadBody(
        Body(
            content_type=rule.content_type,
            required=rule.required,
            model=shape.name,
            fields=fields,
        ),
        shape,
    )


def _form(document: Document, schemas: Schemas, rule: Body, node: Node, name: str) -> ReadBody:
    if kinds.kind(node) != "object":
        raise document.error(node.pointer, "a form must be an object with properties")
    form = schemas.object(node, name)
    files = [field for field in form.fields if _is_file(field)]
    if len(files) > 1 or (files and not files[0].required) or (files and rule.kind == "form"):
        place = files[-1].pointer
        raise document.error(place, "a form may have one file, required and in multipart/form-data")
    read = Body(
        content_type=rule.content_type,
        required=rule.required,
        fields=tuple(
            form_field(document, field, schemas.definitions)
            for field in form.fields
            if not _is_file(field)
        ),
        part=files[0].name if files else None,
    )
    if files and "{" in files[0].name and read.fields:
        raise document.error(
            files[0].pointer, "a file part named after its extension must be the only part"
        )
    return ReadBody(read, form)


def _is_file(field: Field) -> bool:
    return isinstance(field.shape, Scalar) and field.shape.format == "binary"
