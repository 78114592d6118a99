"""Two specs, and everything that the step from one to the other means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from elevatekit_codegen.diff.changes import AREAS, Change, Impact
from elevatekit_codegen.diff.columns import columns
from elevatekit_codegen.diff.commands import commands
from elevatekit_codegen.diff.errors import errors
from elevatekit_codegen.diff.methods import methods
from elevatekit_codegen.diff.models import models
from elevatekit_codegen.diff.requests import requests
from elevatekit_codegen.diff.rules import rules
from elevatekit_codegen.diff.sides import Sides, sides
from elevatekit_codegen.diff.values import Values
from elevatekit_codegen.diff.versions import Version, version
from elevatekit_codegen.diff.words import words
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.source import Document


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of a spec."""

    old: Document
    new: Document
    changes: tuple[Change, ...]
    """By area, the worst first."""
    impact: Impact | None
    """Of the worst change; None where nothing changed."""
    version: Version
    cassettes: tuple[str, ...]
    """File names of outdated recordings, one for each operation."""


def compare(old: Spec, new: Spec, package: str) -> Comparison:
    """Say what a change of a spec means to those who use the package that is made from it.

    Raises:
        SpecError: one of the two cannot be made into a package.
    """
    both = sides(old, new, package)
    values = Values(old, new)
    found = dict.fromkeys(
        chain(
            methods(both, values),
            models(both, values),
            errors(both),
            commands(both),
            columns(both),
            requests(both),
            rules(both),
            words(both),
        )
    )
    if not found and old.document.value != new.document.value:
        what = "differs in what no program meets: examples, titles, order"
        found[Change(Impact.NONE, "words", "the document", what, "")] = None
    order = list(AREAS)
    changes = sorted(found, key=lambda change: (order.index(change.area), -change.impact))
    worst = max((change.impact for change in changes), default=None)
    before, after = (s.document.root.child("info").text("version") for s in (old, new))
    return Comparison(
        old=old.document,
        new=new.document,
        changes=tuple(changes),
        impact=worst,
        version=version(worst, before, after),
        cassettes=tuple(_cassettes(both, changes)),
    )


def _cassettes(both: Sides, changes: Iterable[Change]) -> Iterator[str]:
    """Recordings are called by the operation's id, so these are the old ones."""
    olds = {new: old for old, new in both.renamed.items()}
    stale = {olds.get(id, id) for change in changes if change.stale for id in change.operations}
    for id in both.old.operations:
        if id in stale:
            yield f"{id}.yaml"
