"""Following one resource until it is done: polls, without I/O, like a call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from elevatekit_plugins.api import Operation, Waiter
from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.errors import (
    ArgumentError,
    DeadlineExceededError,
    ElevateKitError,
    WaitFailedError,
)
from elevatekit_plugins.foreign import legible

T = TypeVar("T")

LAST_LOOK: Final = 1.0
"""Seconds before the end that the last look comes, or a tenth of a time that is short."""


class Waited(Struct, Generic[T], frozen=True, kw_only=True):
    """What became of one of many that were waited for: it has an answer or an error."""

    id: str
    answer: T | None = None
    """The last answer, in which it is done."""
    error: ElevateKitError | None = None
    """WaitFailedError, DeadlineExceededError, or what its poll ended with."""


class Following(Struct, Generic[T], frozen=True, kw_only=True):
    """How one operation is polled, and what its answers mean."""

    operation: Operation[T]
    waiter: Waiter
    poll: Callable[[Mapping[str, object], float], Steps[T]]
    """Makes one call with these arguments, that lasts at most the given number of seconds."""
    read: Callable[[T, str], Any]
    """Reads a property of the answer by its name on the wire."""
    every: float
    """Seconds between two polls."""
    timeout: float
    """Seconds for all of it."""
    progress: Callable[[T], None] | None
    """Called with each answer."""
    clock: Callable[[], float]

    def state(self, answer: T) -> str:
        """The state in an answer.

        Raises:
            WaitFailedError: it means failure.
        """
        if self.progress is not None:
            self.progress(answer)
        state: str = self.read(answer, self.waiter.property)
        if state in self.waiter.failed:
            said = self.read(answer, self.waiter.message) if self.waiter.message else None
            id = self.operation.id
            reason = said or "no reason given"
            message = f"operation {id}: it ended as {legible(state)}: {legible(reason)}"
            raise WaitFailedError(message, state=state, operation=id)
        return state

    def late(self, state: str, began: float) -> DeadlineExceededError:
        """The error for a resource that is not done in time, with the last state that was seen."""
        id, elapsed = self.operation.id, round(self.clock() - began, 1)
        return DeadlineExceededError(
            f"operation {id}: still {state} after {elapsed:g} s; the timeout is"
            f" {self.timeout:g} s; wait longer",
            operation=id,
        )

    def look(self, arguments: Mapping[str, object], state: str, began: float) -> Steps[T]:
        """Poll once, in the time that is left.

        Raises:
            DeadlineExceededError: none is left, or it passed meanwhile.
        """
        end = began + self.timeout
        left = end - self.clock()
        if left <= 0:
            raise self.late(state, began)
        try:
            return (yield from self.poll(arguments, left))
        except DeadlineExceededError as error:
            if self.clock() < end:
                raise
            raise self.late(state, began) from error

    def next_look(self, began: float, every: float) -> float | None:
        """When to look again: after an interval, and at the end with the time that a look takes.
        None: that was the last one."""
        now, last = self.clock(), began + self.timeout - min(LAST_LOOK, self.timeout / 10)
        return min(now + every, last) if now < last else None


def interval(waiter: Waiter, kind: str | None) -> float:
    """Seconds between two polls: those of the kind, or the longest where it is not known."""
    longest = max(waiter.intervals.values())
    return longest if kind is None else waiter.intervals.get(kind, longest)


def interval_of(waiter: Waiter, kind: str | None) -> float:
    """`interval` for a kind that a caller gave.

    Raises:
        ArgumentError: there is no such kind.
    """
    if kind is not None and kind not in list(waiter.intervals):
        raise ArgumentError(f"unknown kind {kind!r:.60} (available: {', '.join(waiter.intervals)})")
    return interval(waiter, kind)


def wait(following: Following[T], arguments: Mapping[str, object]) -> Steps[T]:
    """Poll until the state is final.

    Raises:
        WaitFailedError: the state is one of those that mean failure.
        DeadlineExceededError: the time is up before that.
    """
    clock, state = following.clock, "unknown"
    began = clock()
    while True:
        answer = yield from following.look(arguments, state, began)
        state = following.state(answer)
        if state in following.waiter.done:
            return answer
        due = following.next_look(began, following.every)
        if due is None:
            raise following.late(state, began)
        yield Sleep(max(0.0, due - clock()))
