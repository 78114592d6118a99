"""What changed in the errors: classes, and which status raises which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from elevatekit_codegen.diff.changes import Change, Impact, code
from elevatekit_codegen.diff.sides import Sides

_UNLISTED: Final = {4: 418, 5: 501}
"""Of each hundred a status that a spec hardly lists: what it raises, all others do, too."""


def errors(sides: Sides) -> Iterator[Change]:
    """Each change of an error class, and of the class that a status raises."""
    olds, news = ({e.name for e in side.package.errors} for side in (sides.old, sides.new))
    for name in sorted(olds - news):
        yield Change(Impact.BREAKING, "python", name, "is gone", "/paths")
    for name in sorted(news - olds):
        yield Change(Impact.ADDITIVE, "python", name, "is a new error class", "/paths")
    for old, new in sides.matched:
        before, after = old.row.errors, new.row.errors
        symbol, id = f"client.{new.row.id}", new.row.id
        hundreds = {_UNLISTED[hundred] for hundred in (*old.row.others, *new.row.others)}
        for status in sorted(before.keys() | after.keys() | hundreds):
            one, two = old.row.error(status), new.row.error(status)
            if one == two:
                continue
            if two is None:
                # `except` for the class does not catch it any more.
                impact = Impact.BREAKING
                what = f"raises a plain `StatusError` for {status}, was {code(one)}"
            elif one is None:
                impact = Impact.ADDITIVE
                what = f"raises {code(two)} for {status}, was a plain `StatusError`"
            else:
                impact = Impact.BREAKING
                what = f"raises {code(two)} for {status}, was {code(one)}"
            yield Change(impact, "python", symbol, what, new.pointer, (id,))
    yield from _message(sides)


def _message(sides: Sides) -> Iterator[Change]:
    before, after = sides.old.spec.error_message, sides.new.spec.error_message
    if before != after:
        yield Change(
            Impact.BREAKING,
            "python",
            "StatusError.error_message",
            f"is the property {code(after)} of the answer, was {code(before)}",
            "/components/schemas",
            tuple(new.row.id for _, new in sides.matched),
        )
