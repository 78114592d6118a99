"""Two objects held against each other, property by property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from elevatekit_codegen.classes import attribute
from elevatekit_codegen.diff.changes import Impact, became, code
from elevatekit_codegen.diff.differences import Difference, below, other
from elevatekit_codegen.diff.keywords import keywords
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.shapes import Field, Object, Shape, nullable

Compare = Callable[[Shape, Shape], Iterator[Difference]]
"""Compares two shapes, null aside."""


def properties(
    before: tuple[Spec, Object], after: tuple[Spec, Object], compare: Compare
) -> Iterator[Difference]:
    """What is different between two objects, each difference at its attribute."""
    (old_spec, old), (new_spec, new) = before, after
    befores, afters = _properties(old_spec, old), _properties(new_spec, new)
    if old.tag is not None and new.tag is not None and old.tag != new.tag:
        tags = [f"{code(name)} {code(value)}" for name, value in (old.tag, new.tag)]
        yield other(f"is told apart by {tags[1]}, was by {tags[0]}")
    gone = [p for name, p in befores.items() if name not in afters]
    added = [p for name, p in afters.items() if name not in befores]
    for name, kept in befores.items():
        if name in afters:
            now = afters[name]
            pointers = kept.field.pointer, now.field.pointer
            yield from now.place(_one(kept, now, compare))
            yield from now.place(keywords(old_spec, new_spec, *pointers))
    for lost in gone:
        successor = _successor(lost, gone, added)
        if successor is not None:
            added.remove(successor)
        yield from lost.place([_gone(lost, successor)])
    for made in added:
        yield from made.place([_added(made)])
    yield from keywords(old_spec, new_spec, old.pointer, new.pointer)


@dataclass(frozen=True, slots=True)
class _Property:
    """A property, and what becomes of it in the class."""

    field: Field
    annotation: str
    null: bool
    """Whether it may be null on the wire."""
    default: object
    """What is sent where it is left out; None: nothing is."""
    received: bool
    """Whether an answer may hold its object."""

    @property
    def must_be_given(self) -> bool:
        return self.field.required and (self.received or self.field.default is None)

    @property
    def may_be_none(self) -> bool:
        """Whether a reader may find None: it stands for null and for absent alike."""
        return self.null or not self.field.required

    def place(self, differences: Iterator[Difference] | list[Difference]) -> Iterator[Difference]:
        for difference in below(self.field.python, differences):
            yield replace(difference, pointer=difference.pointer or self.field.pointer)


def _properties(spec: Spec, target: Object) -> Mapping[str, _Property]:
    """By name in Python: one that is spelt differently on the wire may have kept it."""
    received = "received" in spec.usage.get(target.name, ())
    spelt_out = target.name in {
        o.body.rule.model for o in spec.operations if o.body is not None and o.body.rule.fields
    }
    return {
        field.python: _Property(
            field=field,
            annotation=attribute(field, received).annotation.replace("typing.", ""),
            null=nullable(field.shape, spec.definitions),
            # A keyword of a method that is left out is not sent.
            default=None if received or spelt_out else field.default,
            received=received,
        )
        for field in target.fields
        if target.tag is None or field.name != target.tag[0]
    }


def _one(old: _Property, new: _Property, compare: Compare) -> Iterator[Difference]:
    before, after = old.field, new.field
    if before.name != after.name:
        yield other(f"is {code(after.name)} on the wire, was {code(before.name)}")
    yield from _presence(old, new)
    yield from _default(old, new)
    yield from compare(before.shape, after.shape)


def _presence(old: _Property, new: _Property) -> Iterator[Difference]:
    words = [
        word
        for before, after, on, off in (
            (old.field.required, new.field.required, "became required", "became optional"),
            (old.null, new.null, "may be null now", "is never null now"),
        )
        if before != after
        for word in [on if after else off]
    ]
    if not words:
        return
    what = " and ".join(words)
    if old.annotation != new.annotation:
        what += f", so {code(old.annotation)} became {code(new.annotation)}"
    yield Difference(
        what,
        sent=max(
            _demand(old.must_be_given, new.must_be_given), _demand(not old.null, not new.null)
        ),
        received=_demand(old.may_be_none, new.may_be_none),
    )


def _demand(before: bool, after: bool) -> Impact:
    """What it does that something is asked of the user now, or is asked no more."""
    if before == after:
        return Impact.NONE
    return Impact.BREAKING if after else Impact.ADDITIVE


def _default(old: _Property, new: _Property) -> Iterator[Difference]:
    before, after = old.field.default, new.field.default
    if before == after:
        return
    what = became("its default", before, after)
    # Who left it out, and still may, sends something else.
    silent = not old.must_be_given and not new.must_be_given and old.default != new.default
    yield Difference(what, sent=Impact.BREAKING if silent else Impact.NONE, received=Impact.NONE)


def _added(new: _Property) -> Difference:
    needed = " and required" if new.must_be_given and not new.received else ""
    return Difference(
        f"is new{needed}, {code(new.annotation)}",
        sent=_demand(False, new.must_be_given),
        received=Impact.ADDITIVE,
        always=Impact.ADDITIVE,
    )


def _gone(old: _Property, successor: _Property | None) -> Difference:
    what = "is gone"
    if successor is not None:
        name = code(successor.field.python)
        what += f"; {name} is new and of its type: perhaps it was renamed"
    return Difference(what, sent=Impact.BREAKING, received=Impact.BREAKING, always=Impact.BREAKING)


def _successor(old: _Property, gone: list[_Property], added: list[_Property]) -> _Property | None:
    """The one new property that may be an old one under another name."""
    alike = [p for p in added if p.field.shape == old.field.shape]
    rivals = [p for p in gone if p.field.shape == old.field.shape]
    return alike[0] if len(alike) == len(rivals) == 1 else None
