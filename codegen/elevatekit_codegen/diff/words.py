"""What is said differently and changes nothing, and what is said to go: descriptions, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from elevatekit_codegen.diff.changes import Change, Impact, became, code
from elevatekit_codegen.diff.sides import Side, Sides
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import Definition, Field, Object

_DOCUMENT: Final = ("title", "version", "description")
"""Of `info`, what stands in the SDK."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a thing."""

    texts: tuple[str, ...]
    evidence: str | None
    role: str | None = None
    deprecated: bool = False


def words(sides: Sides) -> Iterator[Change]:
    """Each thing of which something else is said."""
    yield from _info(sides)
    for path, doc in _namespaces(sides.new).items():
        if _namespaces(sides.old).get(path, doc) != doc:
            yield _change(f"client.{path}", _OTHER_WORDS, "/tags")
    for old, new in sides.matched:
        befores, afters = _operation(sides.old.spec, old), _operation(sides.new.spec, new)
        for part, after in afters.items():
            symbol, ids = f"client.{new.row.id}{part}", (new.row.id,)
            yield from _changes(symbol, befores.get(part, after), after, new.pointer, ids)
    for name, definition in sides.new.spec.definitions.items():
        before = sides.old.spec.definitions.get(name)
        if before is not None:
            said = _definition(sides.old.spec, before), _definition(sides.new.spec, definition)
            yield from _changes(name, *said, definition.pointer)
        if isinstance(before, Object) and isinstance(definition, Object):
            yield from _fields(sides, before, definition)


def _info(sides: Sides) -> Iterator[Change]:
    infos = [side.spec.document.root.child("info") for side in (sides.old, sides.new)]
    for key in _DOCUMENT:
        before, after = (info.value.get(key) for info in infos)
        if before != after:
            now = f"is {code(after)} now, was {code(before)}"
            what = _OTHER_WORDS if key == "description" else now
            yield _change(f"info.{key}", what, "/info")


def _namespaces(side: Side) -> dict[str, str]:
    return {group.path: group.doc for group in side.package.all_groups}


def _operation(spec: Spec, operation: ReadOperation) -> dict[str, _Said]:
    row = operation.row
    texts = row.summary, _plain(operation.description)
    deprecated = _deprecated(spec, operation.pointer)
    found = {"": _Said(texts, row.evidence, deprecated=deprecated)}
    for parameter in operation.parameters:
        deprecated = _deprecated(spec, parameter.pointer)
        said = _Said((_plain(parameter.description),), None, deprecated=deprecated)
        found[f"({parameter.rule.python})"] = said
    for response in operation.responses:
        found[f", status {response.status}"] = _Said((response.description,), response.evidence)
    for status, evidence in row.retry.statuses.items():
        found[f", sent again on {status}"] = _Said((), evidence)
    return found


def _definition(spec: Spec, definition: Definition) -> _Said:
    evidence = definition.evidence if isinstance(definition, Object) else None
    deprecated = _deprecated(spec, definition.pointer)
    return _Said((_plain(definition.description),), evidence, deprecated=deprecated)


def _fields(sides: Sides, old: Object, new: Object) -> Iterator[Change]:
    befores = {field.python: field for field in old.fields}
    for field in new.fields:
        if field.python in befores:
            before, after = (
                _field(sides.old.spec, befores[field.python]),
                _field(sides.new.spec, field),
            )
            yield from _changes(f"{new.name}.{field.python}", before, after, field.pointer)


def _field(spec: Spec, field: Field) -> _Said:
    texts = (_plain(field.description),)
    return _Said(texts, field.evidence, field.role, _deprecated(spec, field.pointer))


def _deprecated(spec: Spec, pointer: str) -> bool:
    node = spec.document.at(pointer)
    return node is not None and node.value.get("deprecated") is True


def _plain(description: str) -> str:
    """Without what `described` adds to it."""
    return description.removesuffix("Deprecated.").rstrip()


def _changes(
    symbol: str, old: _Said, new: _Said, pointer: str, ids: tuple[str, ...] = ()
) -> Iterator[Change]:
    if new.deprecated and not old.deprecated:
        # By Semantic Versioning 2.0.0, rule 7, something deprecated is told as something new is.
        yield Change(Impact.ADDITIVE, "python", symbol, "is deprecated now", pointer, ids)
    if old.deprecated and not new.deprecated:
        yield Change(Impact.NONE, "python", symbol, "is deprecated no more", pointer, ids)
    if old.texts != new.texts:
        yield _change(symbol, _OTHER_WORDS, pointer, ids)
    if old.evidence != new.evidence:
        what = became("evidence", old.evidence, new.evidence)
        yield _change(symbol, f"its {what}", pointer, ids)
    if old.role != new.role:
        yield _change(symbol, f"its {became('role', old.role, new.role)}", pointer, ids)


def _change(symbol: str, what: str, pointer: str, ids: tuple[str, ...] = ()) -> Change:
    return Change(Impact.NONE, "words", symbol, what, pointer, ids)


_OTHER_WORDS: Final = "is described in other words"
