"""Two schemas held against each other: what values each allows, and how Python has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from elevatekit_codegen.annotations import annotation
from elevatekit_codegen.diff.changes import Impact, code
from elevatekit_codegen.diff.differences import (
    Difference,
    below,
    choices,
    list_limits,
    narrower,
    other,
    same,
    scalar_limits,
    wider,
)
from elevatekit_codegen.diff.keywords import keywords
from elevatekit_codegen.diff.properties import properties
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import (
    Alias,
    Anything,
    Choice,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Object,
    OneOf,
    Scalar,
    Shape,
    nullable,
    strip,
)


@dataclass(frozen=True, slots=True)
class Values:
    """Compares schemas of two specs."""

    old: Spec
    new: Spec
    _open: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    """The objects of different names that are being compared: they may hold themselves."""

    def shapes(self, old: Shape, new: Shape) -> Iterator[Difference]:
        """What is different between two shapes, null included."""
        before = nullable(old, self.old.definitions)
        after = nullable(new, self.new.definitions)
        if after and not before:
            yield wider(f"may be null now: {_became(old, new)}")
        if before and not after:
            yield narrower(f"is never null now: {_became(old, new)}")
        yield from self.plain(old, new)

    def plain(self, old: Shape, new: Shape) -> Iterator[Difference]:
        """What is different between two shapes, null aside."""
        # What has one name before and after is compared under that name, once.
        if _bare(old) != _bare(new) or not isinstance(_bare(old), Named):
            before, after = strip(old, self.old.definitions), strip(new, self.new.definitions)
            yield from self._stripped(before, after)

    def definitions(self, old: Object | Alias, new: Object | Alias) -> Iterator[Difference]:
        """What is different between two definitions of one name."""
        match old, new:
            case Object(), Object():
                yield from properties((self.old, old), (self.new, new), self.plain)
            case Alias(), Alias():
                yield from self.shapes(old.shape, new.shape)
                yield from keywords(self.old, self.new, old.pointer, new.pointer)
            case _:
                kinds = ("class", "type") if isinstance(old, Object) else ("type", "class")
                became = f"the {kinds[0]} became a {kinds[1]} of another kind"
                yield replace(other(became), always=Impact.BREAKING)

    def _stripped(self, old: Shape, new: Shape) -> Iterator[Difference]:
        match old, new:
            case Named(), Named():
                yield from self._named(old.name, new.name)
            case Scalar(), Scalar():
                yield from _scalars(old, new)
            case Choice(), Choice():
                yield from choices(old.values, new.values)
            case Scalar(type="string"), Choice():
                yield narrower(f"is one of {', '.join(map(code, new.values))} now, was any text")
            case Choice(), Scalar(type="string"):
                what = "is any text now, was one of " + ", ".join(map(code, old.values))
                # An answer's enum is open, so any text was to be expected before.
                yield replace(wider(what), received=Impact.ADDITIVE)
            case ListOf(), ListOf():
                yield from below("[]", self.shapes(old.items, new.items))
                yield from list_limits(old.limits, new.limits)
            case MapOf(), MapOf():
                yield from below("{}", self.shapes(old.values, new.values))
            case Anything(), Anything():
                pass
            case _, Anything():
                yield wider(_became(old, new))
            case Anything(), _:
                yield narrower(_became(old, new))
            case (OneOf(), _) | (_, OneOf()):
                yield from self._unions(_members(old), _members(new))
            case _:
                yield other(_became(old, new))

    def _named(self, old: str, new: str) -> Iterator[Difference]:
        """Objects of different names: what they hold decides, and the class is another."""
        before, after = self.old.definitions[old], self.new.definitions[new]
        if old == new or not isinstance(before, Object) or not isinstance(after, Object):
            return
        yield same(f"{code(old)} became {code(new)}")
        if (old, new) not in self._open:
            self._open.add((old, new))
            yield from properties((self.old, before), (self.new, after), self.plain)
            self._open.discard((old, new))

    def _unions(self, old: dict[str, Shape], new: dict[str, Shape]) -> Iterator[Difference]:
        if not old.keys() & new.keys():
            yield other(_became(*(OneOf(tuple(members.values())) for members in (old, new))))
            return
        for key, member in old.items():
            if key not in new:
                yield narrower(f"{code(python(member))} is no member of it any more")
            else:
                for difference in self.plain(member, new[key]):
                    # Beside any text, a list of values is a hint: nothing is refused.
                    hint = key == "choice" and "string" in old and "string" in new
                    yield replace(difference, sent=Impact.NONE) if hint else difference
        for key, member in new.items():
            if key not in old:
                yield wider(f"{code(python(member))} is a new member of it")


def python(shape: Shape) -> str:
    """A shape as people write its type."""
    return annotation(shape, received=True).replace("typing.", "")


def _became(old: Shape, new: Shape) -> str:
    return f"{code(python(old))} became {code(python(new))}"


def _bare(shape: Shape) -> Shape:
    return shape.inner if isinstance(shape, Nullable) else shape


def _members(shape: Shape) -> dict[str, Shape]:
    """The members of a union, or the one that it would have, by what tells them apart."""
    members = shape.members if isinstance(shape, OneOf) else (shape,)
    return {_key(member): member for member in members}


def _key(shape: Shape) -> str:
    match shape:
        case Named(name=name):
            return f"the object {name}"
        case Scalar():
            return shape.type
        case Choice():
            return "choice"
        case _:
            return type(shape).__name__


def _scalars(old: Scalar, new: Scalar) -> Iterator[Difference]:
    became = _became(old, new)
    match old.type, new.type:
        case "integer", "number":
            yield wider(became)
        case "number", "integer":
            yield narrower(became)
        case before, after if before != after:
            yield other(became)
            return
        case _:
            if old.type == "string":
                yield from _formats(old.format, new.format)
    yield from scalar_limits(old.limits, new.limits)


def _formats(old: str | None, new: str | None) -> Iterator[Difference]:
    if old == new:
        return
    if old is None:
        yield narrower(f"has the format {code(new)} now")
    elif new is None:
        yield wider(f"has the format {code(old)} no more")
    else:
        yield other(f"has the format {code(new)} now, was {code(old)}")
