"""The page of each error: those of the spec's statuses, and those of the host."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.operations import ReadOperation, ReadResponse
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference import host, places
from elevatekit_codegen.reference.markdown import code, link, text
from elevatekit_codegen.reference.model import Cells, ErrorPage, OperationPage
from elevatekit_codegen.reference.operations import sent_again
from elevatekit_plugins import errors as bases

_Raised = tuple[ReadOperation, ReadResponse]


def error_pages(
    spec: Spec, package: str, operations: tuple[OperationPage, ...]
) -> Iterator[ErrorPage]:
    """A page for each documented error, by name, then one for each of the host's."""
    raised: dict[str, list[_Raised]] = {}
    for operation in spec.operations:
        for response in operation.responses:
            if response.error is not None:
                raised.setdefault(response.error, []).append((operation, response))
    calls = {page.id: page.snippets[0] for page in operations}
    for name in sorted(raised):
        yield _documented(name, raised[name], calls, package)
    hosts = host.classes(bases)
    known = {error.name for error in hosts}
    for error in hosts:
        derived = [other.name for other in hosts if error.name in other.bases]
        if error.name == bases.StatusError.__name__:
            derived = sorted(raised)
        yield ErrorPage(
            name=error.name,
            description="\n\n".join(map(text, error.doc.split("\n\n"))),
            base=" and ".join(
                link(base, f"{base}.md") if base in known else code(base) for base in error.bases
            ),
            statuses=(),
            raised=(),
            attributes=tuple(map(_attribute, error.attributes)),
            derived=tuple(link(name, f"{name}.md") for name in derived),
            snippet="",
        )


def _documented(name: str, raised: list[_Raised], calls: dict[str, str], package: str) -> ErrorPage:
    told = dict.fromkeys(f"{r.status}: {text(r.description)}" for _, r in raised)
    return ErrorPage(
        name=name,
        description="\n\n".join(f"Status {each}" for each in told),
        base=link(bases.StatusError.__name__, f"{bases.StatusError.__name__}.md"),
        statuses=tuple(sorted({response.status for _, response in raised})),
        raised=tuple(_raised(operation, response) for operation, response in raised),
        attributes=(),
        derived=(),
        snippet=_caught(name, min((calls[o.row.id] for o, _ in raised), key=len), package),
    )


def _raised(operation: ReadOperation, response: ReadResponse) -> Cells:
    page = link(operation.row.id, f"../{places.operation(operation.row.id)}")
    return page, response.status, sent_again(operation, response), response.evidence


def _attribute(attribute: host.Attribute) -> Cells:
    return code(attribute.name), code(attribute.annotation), text(attribute.doc)


def _caught(name: str, call: str, package: str) -> str:
    """The snippet of an operation, in which the error is caught."""
    head, _, body = call.partition("\n\n")
    first, *rest = body.split("\n")
    names = sorted({*head.removeprefix(f"from {package} import ").split(", "), name})
    inner = "\n".join(f"    {line}" for line in rest)
    return f"""from {package} import {", ".join(names)}

{first}
    try:
{inner}
    except {name} as error:
        print(error.status, error.error_message, error.request_id)"""
