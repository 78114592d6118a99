"""What changed about when a call is made, made again or refused, and what a pull makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, cast

import msgspec

from elevatekit_codegen.diff.changes import Change, Impact, code, counted, listed
from elevatekit_codegen.diff.sides import Sides
from elevatekit_plugins.api import Concurrency, Operation, PullRule, Quota, Waiter

T = TypeVar("T")
Fact = tuple[Impact, str]
"""What became of a rule, as the rest of a sentence that begins with the call."""


def rules(sides: Sides) -> Iterator[Change]:
    """Each change of an extension of ours: retries, limits, quotas, waiters, pulls."""
    for old, new in sides.matched:
        for impact, what in _operation(old.row, new.row):
            symbol, id = f"client.{new.row.id}", new.row.id
            yield Change(impact, "behaviour", symbol, what, new.pointer, (id,))
    known = {new.row.id for _, new in sides.matched}
    for id, operation in sides.new.operations.items():
        pull = operation.row.pull
        if id not in known and pull is not None and pull.kind in ("result", "question"):
            each = "interaction" if pull.kind == "result" else "question"
            what = f"sends one more request for each {each}: {code(f'client.{id}')}"
            symbol = f"{sides.new.package.name} pull"
            yield Change(Impact.ADDITIVE, "behaviour", symbol, what, operation.pointer, (id,))
    for impact, what in _root(sides.old.spec.pull, sides.new.spec.pull):
        yield Change(impact, "behaviour", f"{sides.new.package.name} pull", what, "/x-pull")


def _operation(old: Operation[Any], new: Operation[Any]) -> Iterator[Fact]:
    yield from _retry(old, new)
    yield from _concurrency(old.concurrency, new.concurrency)
    yield from _quota(old.quota, new.quota)
    if old.waiter is not None and new.waiter is not None:
        yield from _waiter(old.waiter, new.waiter)
    yield from _pull(old.pull, new.pull)
    if old.public != new.public:
        what = "is sent without the token" if new.public else "is sent with the token"
        yield _less(old.public), f"{what} now"


def _retry(old: Operation[Any], new: Operation[Any]) -> Iterator[Fact]:
    before, after = old.retry, new.retry
    if before.deadline != after.deadline:
        what = f"takes at most {after.deadline:g} s in all, was {before.deadline:g} s"
        yield _less(after.deadline < before.deadline), what
    for status in before.statuses:
        if status not in after.statuses:
            yield Impact.BREAKING, f"is not sent again on {status} any more"
    for status in after.statuses:
        if status not in before.statuses:
            yield Impact.ADDITIVE, f"is sent again on {status}"
    if before.safe and not after.safe:
        what = "raises `OutcomeUnknownError` where it was sent again with its outcome unknown"
        yield Impact.BREAKING, what
    if after.safe and not before.safe:
        what = "is sent again with its outcome unknown, where `OutcomeUnknownError` was raised"
        yield Impact.ADDITIVE, what


def _concurrency(old: Concurrency | None, new: Concurrency | None) -> Iterator[Fact]:
    """It may take longer or shorter; what comes out is the same."""
    if old == new:
        return
    if new is None:
        yield Impact.NONE, "waits for no other request any more"
        return
    was = "" if old is None else f", was {old.limit} of {code(old.group)}"
    yield Impact.NONE, f"is one of at most {new.limit} requests of {code(new.group)} at once{was}"


def _quota(old: Quota | None, new: Quota | None) -> Iterator[Fact]:
    if old is None and new is not None:
        counts = f"{counted(new.successes, 'success')} and {counted(new.errors, 'error')}"
        yield Impact.BREAKING, f"has a quota now: {counts} for each {code(new.per)}"
    if old is not None and new is None:
        yield Impact.ADDITIVE, "has no quota any more"
    if old is None or new is None:
        return
    for word, before, after in (
        ("success", old.successes, new.successes),
        ("error", old.errors, new.errors),
    ):
        if before != after:
            what = f"has a quota of {counted(after, word)}, was {before}"
            yield _less(after < before), what
    if old.per != new.per:
        yield Impact.BREAKING, f"has its quota for each {code(new.per)}, was {code(old.per)}"
    for status in sorted({*old.free} ^ {*new.free}):
        was_free = status in old.free
        what = f"has {status} {'counted' if was_free else 'left out'} in its quota of errors now"
        yield _less(was_free), what
    if old.history != new.history:
        impact = Impact.NONE if old.history and new.history else _less(new.history is None)
        what = f"has its questions read back by {code(new.history)}, was {code(old.history)}"
        yield impact, what


def _waiter(old: Waiter, new: Waiter) -> Iterator[Fact]:
    wait = code(new.method)
    if old.property != new.property:
        what = f"is waited for by {code(new.property)}, was by {code(old.property)}"
        yield Impact.BREAKING, what
    for word, before, after in (
        ("done", old.done, new.done),
        ("failed", old.failed, new.failed),
    ):
        for state in dict.fromkeys((*before, *after)):
            if (state in before) != (state in after):
                now = "now" if state in after else "no more"
                yield Impact.BREAKING, f"has {code(state)} taken for {word} by {wait} {now}"
    if old.waiting != new.waiting:
        what = f"lets a pull send a file again in {listed(new.waiting) or 'no state'}"
        yield Impact.NONE, f"{what}, was {listed(old.waiting) or 'no state'}"
    if old.message != new.message:
        what = f"has {wait} tell {code(new.message)} of a failure, was {code(old.message)}"
        yield Impact.NONE, what
    for kind in sorted(old.intervals.keys() | new.intervals.keys()):
        one, two = old.intervals.get(kind), new.intervals.get(kind)
        if one != two:
            what = f"is polled every {_seconds(two)} for {code(kind)}, was {_seconds(one)}"
            yield Impact.NONE, what


def _pull(old: PullRule | None, new: PullRule | None) -> Iterator[Fact]:
    if old == new:
        return
    if old is None or new is None:
        now = "no longer read by a pull" if new is None else "read or asked by a pull now"
        yield _less(new is None), f"is {now}"
        return
    if old.kind != new.kind:
        yield Impact.BREAKING, f"is a {code(new.kind)} of a pull, was a {code(old.kind)}"
    if old.types != new.types:
        lost = bool(new.types) and (not old.types or not {*old.types} <= {*new.types})
        what = f"is read or asked by a pull for {listed(new.types) or 'all types'}"
        yield _less(lost), f"{what}, was {listed(old.types) or 'all types'}"


def _root(old: object, new: object) -> Iterator[Fact]:
    """The rules of a pull as a whole, each a change of what the same pull does."""
    befores, afters = _flat(old), _flat(new)
    if not befores or not afters:
        if befores or afters:
            yield _less(not afters), "is gone" if not afters else "is new"
        return
    for key in dict.fromkeys((*befores, *afters)):
        before, after = befores.get(key), afters.get(key)
        if before != after:
            yield Impact.BREAKING, f"has {code(key)} {code(after)}, was {code(before)}"


def _flat(value: object, prefix: str = "") -> dict[str, object]:
    plain: object = msgspec.to_builtins(value)
    if not isinstance(plain, dict):
        return {} if plain is None else {prefix: plain}
    found: dict[str, object] = {}
    for key, item in cast("dict[str, object]", plain).items():
        found.update(_flat(item, f"{prefix}.{key}" if prefix else key))
    return found


def _less(is_less: bool) -> Impact:
    return Impact.BREAKING if is_less else Impact.ADDITIVE


def _seconds(seconds: float | None) -> str:
    return "the longest interval" if seconds is None else f"{seconds:g} s"
