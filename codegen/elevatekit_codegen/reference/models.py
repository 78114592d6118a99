"""The page of each model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from elevatekit_codegen.annotations import annotation
from elevatekit_codegen.classes import attribute, description, field_doc, with_evidence
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference import places
from elevatekit_codegen.reference.expressions import Call, expression, laid_out, structs
from elevatekit_codegen.reference.markdown import code, link, linked, text
from elevatekit_codegen.reference.model import Cells, ModelPage
from elevatekit_codegen.reference.samples import Samples
from elevatekit_codegen.shapes import Alias, Definition, Field, Named, Object, names


def model_pages(spec: Spec, package: str) -> Iterator[ModelPage]:
    """A page for each definition, in the order of the document."""
    uses, pages = _uses(spec), places.models(spec)
    for definition in spec.definitions.values():
        yield _page(spec, pages, definition, tuple(uses[definition.name]), package)


def _page(
    spec: Spec,
    pages: Mapping[str, str],
    definition: Definition,
    uses: tuple[str, ...],
    package: str,
) -> ModelPage:
    received = "received" in spec.usage[definition.name]
    fields = definition.fields if isinstance(definition, Object) else ()
    evidence = definition.evidence if isinstance(definition, Object) else None
    source = ""
    if isinstance(definition, Alias):
        shape = annotation(definition.shape, received=received)
        source = linked(shape.replace("typing.", ""), pages)
    tag = definition.tag if isinstance(definition, Object) else None
    shown = [field for field in fields if tag is None or field.name != tag[0]]
    return ModelPage(
        name=definition.name,
        description=text(with_evidence(description(definition), evidence))
        + (f" In JSON, {code(tag[0])} is {code(tag[1])}." if tag else ""),
        annotation=source,
        properties=tuple(_cells(pages, field, evidence, received) for field in shown),
        has_optional=any(not field.required for field in shown),
        wire_names=tuple(field.name for field in shown),
        uses=uses,
        snippet=_snippet(spec, definition, package),
    )


def _cells(pages: Mapping[str, str], field: Field, evidence: str | None, received: bool) -> Cells:
    kind = attribute(field, received).annotation.replace("typing.", "").replace("msgspec.", "")
    needed = "yes" if field.required else "no"
    return (
        code(field.python),
        code(field.name),
        linked(kind, pages),
        needed,
        # A property without one has that of its schema.
        field.evidence or evidence or "",
        text(field_doc(field)),
    )


def _snippet(spec: Spec, definition: Definition, package: str) -> str:
    if not isinstance(definition, Object) or "sent" not in spec.usage[definition.name]:
        return ""
    sample = Samples(spec.document, spec.definitions).object(definition.name)
    made = expression(sample, Named(definition.name), spec.definitions)
    assert isinstance(made, Call)
    begin = "example = "
    used = ", ".join(sorted(structs(made)))
    return f"from {package} import {used}\n\n{begin}{laid_out(made, 0, len(begin))}"


def _uses(spec: Spec) -> Mapping[str, list[str]]:
    """Where each definition is found: in which bodies, answers and other definitions."""
    found: dict[str, dict[str, None]] = {name: {} for name in spec.definitions}
    for operation in spec.operations:
        page = link(operation.row.id, f"../{places.operation(operation.row.id)}")
        if operation.body is not None and isinstance(operation.body.shape, Named):
            found[operation.body.shape.name][f"Request body of {page}."] = None
        for response in operation.responses:
            if response.shape is not None and response.error is None:
                found[response.shape.name][f"Returned by {page}."] = None
            elif response.shape is not None and response.error is not None:
                error = link(response.error, f"../{places.error(response.error)}")
                found[response.shape.name][f"Body of {error}."] = None
    for definition in spec.definitions.values():
        page = link(definition.name, f"../{places.model(definition.name)}")
        if isinstance(definition, Alias):
            for name in names(definition.shape):
                found[name][f"Member of {page}."] = None
        else:
            for field in definition.fields:
                for name in names(field.shape):
                    found[name][f"Property {code(field.python)} of {page}."] = None
    return {name: list(told) for name, told in found.items()}
