"""What is said differently, and changes nothing: descriptions, and how well things are known."""

from __future__ import annotations

from collections.abc import Iterator

from elevatekit_codegen.diff.changes import Change, Impact, code
from elevatekit_codegen.diff.sides import Sides
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.shapes import Object

Said = tuple[str | None, ...]
"""What is said of a thing: its texts and, last, its evidence."""


def words(sides: Sides) -> Iterator[Change]:
    """One change for each thing of which something else is said."""
    for old, new in sides.matched:
        befores, afters = _operation(old), _operation(new)
        for part, after in afters.items():
            for what in _differences(befores.get(part, after), after):
                symbol = f"client.{new.row.id}{part}"
                yield _change(symbol, what, new.pointer, (new.row.id,))
    for name, definition in sides.new.spec.definitions.items():
        before = sides.old.spec.definitions.get(name)
        if before is not None:
            evidence = [d.evidence if isinstance(d, Object) else None for d in (before, definition)]
            said = (before.description, evidence[0]), (definition.description, evidence[1])
            for what in _differences(*said):
                yield _change(name, what, definition.pointer)
        if not isinstance(before, Object) or not isinstance(definition, Object):
            continue
        fields = {field.python: field for field in before.fields}
        for field in definition.fields:
            was = fields.get(field.python, field)
            said = (was.description, was.evidence), (field.description, field.evidence)
            for what in _differences(*said):
                yield _change(f"{name}.{field.python}", what, field.pointer)
            if was.role != field.role:
                what = f"has the role {code(field.role)}, was {code(was.role)}"
                yield _change(f"{name}.{field.python}", what, field.pointer)


def _operation(operation: ReadOperation) -> dict[str, Said]:
    row = operation.row
    found: dict[str, Said] = {"": (row.summary, operation.description, row.evidence)}
    for parameter in operation.parameters:
        found[f"({parameter.rule.python})"] = parameter.description, None
    for response in operation.responses:
        found[f", status {response.status}"] = response.description, response.evidence
    for status, evidence in row.retry.statuses.items():
        found[f", sent again on {status}"] = None, evidence
    return found


def _differences(old: Said, new: Said) -> Iterator[str]:
    if old[:-1] != new[:-1]:
        yield "is described in other words"
    if old[-1] != new[-1]:
        yield f"is known from {code(new[-1])}, was {code(old[-1])}"


def _change(symbol: str, what: str, pointer: str, ids: tuple[str, ...] = ()) -> Change:
    return Change(Impact.NONE, "words", symbol, what, pointer, ids)
