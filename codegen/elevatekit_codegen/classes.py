"""Definitions and errors as classes of Python."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen import limits
from elevatekit_codegen.annotations import annotation
from elevatekit_codegen.literals import docstring, literal
from elevatekit_codegen.model import AliasName, Attribute, ErrorClass, StructClass
from elevatekit_codegen.names import words
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import (
    Alias,
    Choice,
    Definition,
    Field,
    ListOf,
    Nullable,
    Object,
    OneOf,
    Scalar,
    Shape,
    names,
)


def struct_classes(spec: Spec) -> Iterator[StructClass]:
    """A struct for each object."""
    for definition in spec.definitions.values():
        if not isinstance(definition, Object):
            continue
        usage = spec.usage[definition.name]
        tag = definition.tag
        options = ["frozen=True", "kw_only=True"]
        fields = [f for f in definition.fields if tag is None or f.name != tag[0]]
        if all(_is_flat(f.shape) for f in fields):
            # It holds nothing that could lead back to it: the garbage collector may pass it by.
            options.append("gc=False")
        if tag is not None:
            options += [f"tag_field={tag[0]!a}", f"tag={tag[1]!a}"]
        yield StructClass(
            name=definition.name,
            doc=docstring(with_evidence(description(definition), definition.evidence), 4),
            options=", ".join(options),
            attributes=tuple(attribute(field, "received" in usage) for field in fields),
        )


def attribute(field: Field, received: bool) -> Attribute:
    """A property as a field of a struct.

    Args:
        received: whether an answer may hold the struct.
    """
    python = annotation(field.shape, received=received)
    given = field.default is not None and not received
    if not field.required and not given and "None" not in python.split(" | "):
        python += " | None"
    text = with_evidence(field_doc(field), field.evidence)
    return Attribute(
        name=field.python,
        annotation=python,
        default=_default(field, received),
        doc=docstring(text, 4) if text else "",
    )


def field_doc(field: Field) -> str:
    """What a property is: its description, its form and its limits."""
    shape = field.shape.inner if isinstance(field.shape, Nullable) else field.shape
    notes = [field.description]
    if isinstance(shape, Scalar) and shape.format == "date-time":
        notes.append("ISO 8601, unchanged.")
    if isinstance(shape, Scalar | ListOf):
        notes += [limit for limit in limits.of_shape(shape) if limit not in field.description]
    return " ".join(" ".join(notes).split())


def _is_flat(shape: Shape) -> bool:
    """Whether a value of it holds no other value."""
    match shape:
        case Scalar() | Choice():
            return True
        case Nullable(inner=inner):
            return _is_flat(inner)
        case OneOf(members=members):
            return all(_is_flat(member) for member in members)
        case _:
            return False


def _default(field: Field, received: bool) -> str:
    rename = f"name={field.name!a}" if field.name != field.python else ""
    if field.default is not None and not received:
        # A factory: what equals a plain default would not be sent, and the spec wants it sent.
        given = f"default_factory=lambda: {literal(field.default)}"
    elif not field.required:
        given = "default=None"
    else:
        given = ""
    if given == "default=None" and not rename:
        return " = None"
    inside = ", ".join(part for part in (given, rename) if part)
    return f" = msgspec.field({inside})" if inside else ""


def alias_names(spec: Spec) -> Iterator[AliasName]:
    """A name for each other type, in an order in which each is defined before it is used.

    Raises:
        SpecError: one is made of itself alone.
    """
    aliases = {n: d for n, d in spec.definitions.items() if isinstance(d, Alias)}
    done: set[str] = set()

    def visit(alias: Alias, outer: tuple[str, ...]) -> Iterator[AliasName]:
        if alias.name in outer:
            raise spec.document.error(
                alias.pointer, f"{alias.name} refers only to itself; give it a type"
            )
        if alias.name in done:
            return
        for name in names(alias.shape):
            if name in aliases:
                yield from visit(aliases[name], (*outer, alias.name))
        done.add(alias.name)
        received = "received" in spec.usage[alias.name]
        yield AliasName(
            name=alias.name,
            annotation=annotation(alias.shape, received=received),
            doc=docstring(description(alias), 0),
        )

    for alias in aliases.values():
        yield from visit(alias, ())


def error_classes(spec: Spec) -> Iterator[ErrorClass]:
    """A class for each name of an error, by name."""
    statuses: dict[str, dict[str, str]] = {}
    for operation in spec.operations:
        for response in operation.responses:
            if response.error is not None:
                known = statuses.setdefault(response.error, {})
                known.setdefault(response.status, response.description)
    for name, known in sorted(statuses.items()):
        told = "; ".join(f"{status}: {text}" for status, text in sorted(known.items()))
        yield ErrorClass(name=name, doc=docstring(f"Status {told}", 4))


def description(definition: Definition) -> str:
    """What a definition is: its description, or the words of its name."""
    return definition.description or f"{' '.join(words(definition.name)).capitalize()}."


def with_evidence(text: str, evidence: str | None) -> str:
    """A text with how well that is known, where both are there."""
    return f"{text} Evidence: {evidence}." if text and evidence else text
