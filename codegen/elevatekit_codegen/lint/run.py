"""Every check, and then the readers.

The readers refuse what they cannot express, one thing at a time. The checks look at all of a
document at once, and at what no reader would stumble over. Errors stop `generate` as well;
warnings, of what is poor but not lost, are told and stop nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from elevatekit_codegen.classes import alias_names, error_classes
from elevatekit_codegen.exports import exports
from elevatekit_codegen.grammar import walk
from elevatekit_codegen.lint.documentation import descriptions, evidence
from elevatekit_codegen.lint.examples import examples
from elevatekit_codegen.lint.extensions import forms as extension_forms
from elevatekit_codegen.lint.extensions import roles, targets, waiters
from elevatekit_codegen.lint.forms import forms, version
from elevatekit_codegen.lint.keys import keys
from elevatekit_codegen.lint.losses import beside_references, directions, extras
from elevatekit_codegen.lint.names import arguments, ids, letters
from elevatekit_codegen.lint.references import circles, references
from elevatekit_codegen.methods import groups
from elevatekit_codegen.reading import Spec, read_spec
from elevatekit_codegen.source import Document, Finding, SpecError

Check = Callable[[Document], Iterator[Finding]]

_OUTLINE: Final[tuple[Check, ...]] = (version, forms)
"""What all other checks take for granted."""

_PLAIN: Final[tuple[Check, ...]] = (
    keys,
    beside_references,
    extras,
    ids,
    extension_forms,
    roles,
    evidence,
    descriptions,
)
_FOLLOWING: Final[tuple[Check, ...]] = (circles, directions, targets, waiters, examples)
"""What follows references, so that each of them has to lead somewhere."""


def findings(document: Document) -> list[Finding]:
    """Everything that is wrong with a document, in its order."""
    found = _checked(document)
    if not _errors(found):
        try:
            _name(_read(document))
        except SpecError as error:
            found |= set(error.findings)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Examined:
    """A document of which nothing would be lost: as it was read, and what is poor in it."""

    spec: Spec
    warnings: tuple[Finding, ...]
    """In the order of the document."""


def examined(document: Document) -> Examined:
    """What `generate` needs of a document, from one look at it.

    Raises:
        SpecError: with every error, in the order of the document.
    """
    found = _checked(document)
    if errors := _errors(found):
        raise SpecError(*sorted(errors))
    return Examined(_read(document), tuple(sorted(found)))


def vetted(document: Document) -> Spec:
    """A document as it was read, if nothing of it would be lost.

    Raises:
        SpecError: with every error, in the order of the document.
    """
    return examined(document).spec


def formed(document: Document) -> Document:
    """The document itself, if it holds together: what `diff` asks of an old one.

    Raises:
        SpecError: it has not the form of OpenAPI or a reference leads nowhere, and no reader
            could say of it what is wrong.
    """
    for checks in (_OUTLINE, (references,), (circles,)):
        if found := _found(checks, document):
            raise SpecError(*sorted(found))
    return document


def _checked(document: Document) -> set[Finding]:
    # Nothing more can be said of a document that has another form than OpenAPI.
    if found := _found(_OUTLINE, document):
        return found
    astray = set(references(document))
    return astray | _found((*_PLAIN, *(() if astray else _FOLLOWING)), document)


def _errors(found: set[Finding]) -> set[Finding]:
    return {finding for finding in found if finding.level == "error"}


def _found(checks: tuple[Check, ...], document: Document) -> set[Finding]:
    return {finding for check in checks for finding in check(document)}


def _name(spec: Spec) -> None:
    """Raise what `assemble` would raise: all names are given there, and some are taken."""
    groups(spec)
    exports(spec, "sdk", tuple(error_classes(spec)))
    tuple(alias_names(spec))


def _read(document: Document) -> Spec:
    spec = read_spec(document)
    found = {finding for check in (_lost, arguments, letters) for finding in check(spec)}
    if found:
        raise SpecError(*sorted(found))
    return spec


def _lost(spec: Spec) -> Iterator[Finding]:
    """Operations that are in the document and not in what is made of it."""
    made = {operation.pointer for operation in spec.operations}
    for kind, node in walk(spec.document):
        if kind == "Operation" and node.pointer not in made:
            yield spec.document.finding(
                node.pointer, "nothing would be generated from this operation"
            )
