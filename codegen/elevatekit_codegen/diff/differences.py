"""One difference between two schemas, and what it does to whoever sends or receives values.

What an old program sends must still be right, and what it receives must still be what it can read.
So a schema that allows less breaks what is sent, one that allows more breaks what is received.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from elevatekit_codegen.diff.changes import Impact, became, code, worst
from elevatekit_codegen.scalars import LIMITS, LIST_LIMITS
from elevatekit_codegen.shapes import Usage

Limits = tuple[tuple[str, object], ...]
Path = tuple[str, ...]

_LOWER: Final = ("min_length", "ge", "gt")
_SCALAR_WORDS: Final = {meta: word for word, meta in LIMITS.items()}
_LIST_WORDS: Final = {meta: word for word, meta in LIST_LIMITS.items()}


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different, and how far that goes."""

    what: str
    sent: Impact
    received: Impact
    always: Impact = Impact.NONE
    """For whoever has the name in a program, whatever for."""
    path: Path = ()
    """The attribute that it is in, and below that `[]` for an item and `{}` for a value."""
    pointer: str = ""
    """Where that attribute is written."""

    def impact(self, usage: Iterable[Usage]) -> Impact:
        """The worst that it does where values are used like this."""
        return worst((self.always, *(getattr(self, way) for way in usage)))

    @property
    def shows(self) -> bool:
        """Whether recordings made with the old spec may violate the new one."""
        return Impact.BREAKING in (self.sent, self.always)


def below(step: str, differences: Iterable[Difference]) -> Iterator[Difference]:
    """Differences of a part, as those of the whole."""
    for difference in differences:
        yield replace(difference, path=(step, *difference.path))


def narrower(what: str) -> Difference:
    """Less is allowed."""
    return Difference(what, sent=Impact.BREAKING, received=Impact.ADDITIVE)


def wider(what: str) -> Difference:
    """More is allowed."""
    return Difference(what, sent=Impact.ADDITIVE, received=Impact.BREAKING)


def other(what: str) -> Difference:
    """Something else is allowed."""
    return Difference(what, sent=Impact.BREAKING, received=Impact.BREAKING)


def same(what: str) -> Difference:
    """It is worth a word, and allows what it did."""
    return Difference(what, sent=Impact.NONE, received=Impact.NONE)


def stricter(what: str) -> Difference:
    """A limit, which is held for what is sent alone, allows less."""
    return Difference(what, sent=Impact.BREAKING, received=Impact.NONE)


def looser(what: str) -> Difference:
    """Such a limit allows more."""
    return Difference(what, sent=Impact.ADDITIVE, received=Impact.NONE)


def scalar_limits(old: Limits, new: Limits) -> Iterator[Difference]:
    """The differences of the limits of a scalar."""
    return _limits(dict(old), dict(new), _SCALAR_WORDS)


def list_limits(old: Limits, new: Limits) -> Iterator[Difference]:
    """The differences of the limits of a list."""
    return _limits(dict(old), dict(new), _LIST_WORDS)


def choices(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Difference]:
    """The differences of the values of an enum. In an answer it is open: a new value is none."""
    for value in old:
        if value not in new:
            yield stricter(f"{code(value)} is no value of it any more")
    for value in new:
        if value not in old:
            what = f"{code(value)} is a new value of it"
            yield Difference(what, sent=Impact.ADDITIVE, received=Impact.ADDITIVE)


def _limits(
    old: Mapping[str, object], new: Mapping[str, object], words: Mapping[str, str]
) -> Iterator[Difference]:
    for meta in dict.fromkeys([*old, *new]):
        before, after = old.get(meta), new.get(meta)
        if before != after:
            what = became(code(words[meta]), before, after)
            yield looser(what) if _is_looser(meta, before, after) else stricter(what)


def _is_looser(meta: str, before: object, after: object) -> bool:
    if after is None:
        return True
    if not isinstance(before, int | float) or not isinstance(after, int | float):
        # Of two patterns nobody can say which one allows more.
        return False
    if meta == "multiple_of":
        return before % after == 0
    return after < before if meta in _LOWER else after > before
