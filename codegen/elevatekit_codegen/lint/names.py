"""Names: of operations, and those that a file system or the command line would take for one."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.grammar import walk
from elevatekit_codegen.identity import named
from elevatekit_codegen.names import COMMAND_TAKEN
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.source import Document, Finding, SpecError, join
from elevatekit_plugins.api import Parameter


def ids(document: Document) -> Iterator[Finding]:
    """Each operation has an id, of its own, and none is a command of the command line."""
    seen: dict[str, str] = {}
    for kind, node in walk(document):
        if kind != "Operation":
            continue
        try:
            id = named(document, node)
        except SpecError as error:
            yield from error.findings
            continue
        word = id.partition(".")[0].replace("_", "-")
        if id in seen:
            # The parser lets the second take the place of the first.
            line = document.finding(seen[id], "").mark.line
            what = f"duplicate operationId {id!a}, also in line {line}; rename one"
            yield document.finding(node / "operationId", what)
        elif word in COMMAND_TAKEN:
            what = f"operationId {id!a}: {word!a} is a built-in command; rename the group"
            yield document.finding(node / "operationId", what)
        seen.setdefault(id, node / "operationId")


def letters(spec: Spec) -> Iterator[Finding]:
    """Names that differ in the case of their letters alone: their pages would be one file.

    So it is where file systems do not tell the cases apart, as on macOS and Windows.
    """
    models = {name: definition.pointer for name, definition in spec.definitions.items()}
    errors = {
        response.error: join(join(operation.pointer, "responses"), str(response.status))
        for operation in reversed(spec.operations)
        for response in reversed(operation.responses)
        if response.error is not None
    }
    for kind, names in (("model", models), ("error", dict(reversed(errors.items())))):
        seen: dict[str, str] = {}
        for name, pointer in names.items():
            if (other := seen.setdefault(name.lower(), name)) != name:
                what = f"the {kind} names {name} and {other} differ only in letter case"
                remedy = "rename one: some file systems would give them one page"
                yield spec.document.finding(pointer, f"{what}; {remedy}")


def arguments(spec: Spec) -> Iterator[Finding]:
    """Properties of a body and parameters become keywords of one method, and options."""
    for operation in spec.operations:
        row, pointer = operation.row, operation.pointer
        fields = row.body.fields if row.body is not None else ()
        for word, spelt in (("argument", _python), ("option", _option)):
            seen: dict[str, Parameter] = {}
            for rule in (*row.parameters, *fields):
                name = spelt(rule)
                other = seen.setdefault(name, rule) if name else rule
                if other is not rule:
                    both = f"{_where(other)} and {_where(rule)}"
                    what = f"{row.id}: {both} have the same {word} {name}; rename one"
                    yield spec.document.finding(pointer, what)


def _python(rule: Parameter) -> str:
    return rule.python


def _option(rule: Parameter) -> str:
    return "" if rule.location == "path" else rule.option


def _where(rule: Parameter) -> str:
    kind = "property" if rule.location == "body" else f"{rule.location} parameter"
    return f"{kind} {rule.name!a}"
