"""From a document to everything that the models need: both readers, and the gate between them."""

from __future__ import annotations

from dataclasses import dataclass

from elevatekit_codegen import agree, extensions, parser, security
from elevatekit_codegen.operations import ReadOperation, operations
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.shapes import Definition, Named, Object, Scalar, Usage, reached, strip
from elevatekit_codegen.source import Document, SpecError
from elevatekit_codegen.tables import looked_up, tables
from elevatekit_plugins.api import ApiKey, Pull, Table


@dataclass(frozen=True, slots=True)
class Spec:
    """A document that both readers understood alike."""

    document: Document
    operations: tuple[ReadOperation, ...]
    definitions: dict[str, Definition]
    usage: dict[str, frozenset[Usage]]
    """Whether a definition is sent, received, or both."""
    tables: dict[str, tuple[Table, ...]]
    """By operation."""
    base_url: str
    key: ApiKey
    error_message: str
    pull: Pull | None


def read_spec(document: Document) -> Spec:
    """Read a document twice and hold both readings against each other.

    Raises:
        SpecError: the generated code cannot express it, or the readers see it differently.
    """
    schemas = Schemas(document)
    read = operations(document, schemas)
    definitions = schemas.definitions
    theirs = parser.reading(document)
    findings = agree.disagreements(document, agree.own_reading(read, definitions), theirs)
    if findings:
        raise SpecError(*findings)
    histories = {o.row.quota.history for o in read if o.row.quota is not None}
    return Spec(
        document=document,
        operations=read,
        definitions=definitions,
        usage=_usage(read, definitions),
        tables={o.row.id: _tables(document, o, definitions, o.row.id in histories) for o in read},
        base_url=_base_url(document),
        key=security.key(document),
        error_message=_error_message(read, definitions),
        pull=extensions.read(document, document.root, "x-pull", Pull),
    )


def _usage(
    read: tuple[ReadOperation, ...], definitions: dict[str, Definition]
) -> dict[str, frozenset[Usage]]:
    bodies = [s for o in read if o.body is not None for s in o.body.shapes]
    used: dict[Usage, tuple[str, ...]] = {
        "sent": reached(bodies, definitions),
        "received": reached(
            [r.shape for o in read for r in o.responses if r.shape is not None], definitions
        ),
    }
    return {
        name: frozenset(usage for usage, names in used.items() if name in names)
        for name in definitions
    }


def _tables(
    document: Document,
    operation: ReadOperation,
    definitions: dict[str, Definition],
    is_history: bool,
) -> tuple[Table, ...]:
    row = operation.row
    if row.model is None or (row.pull is None and not is_history):
        return ()
    try:
        found = tables(row.id, Named(row.model), definitions)
        whole = is_history or (row.pull is not None and row.pull.kind == "result")
        return found if whole else looked_up(found)
    except ValueError as error:
        raise document.error(operation.pointer, str(error)) from None


def _base_url(document: Document) -> str:
    servers = [node for _, node in document.root.children("servers")]
    if not servers or not servers[0].text("url").startswith(("https://", "http://")):
        raise document.error("/servers", "the first server must have an absolute URL")
    if "{" in servers[0].text("url"):
        raise document.error(
            servers[0] / "url", "server variables are not supported; write out the URL"
        )
    return servers[0].text("url").rstrip("/")


def _error_message(read: tuple[ReadOperation, ...], definitions: dict[str, Definition]) -> str:
    """The first text in the body of an error; `message` where no error has one."""
    for operation in read:
        for response in operation.responses:
            if response.error is None or response.shape is None:
                continue
            definition = definitions[response.shape.name]
            if isinstance(definition, Object):
                for field in definition.fields:
                    plain = strip(field.shape, definitions)
                    if isinstance(plain, Scalar) and plain.type == "string":
                        return field.name
    return "message"
