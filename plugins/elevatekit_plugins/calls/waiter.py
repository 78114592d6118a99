"""Following one resource or many until they are done: polls, without I/O, like a call."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from itertools import count
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from elevatekit_plugins.api import Operation, Waiter
from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.errors import (
    ArgumentError,
    DeadlineExceededError,
    DriftError,
    ElevateKitError,
    StatusError,
    TransportError,
    WaitFailedError,
)

T = TypeVar("T")

OPEN: Final = 1000
"""How many are followed at once: memory is bounded by this, and not by the number of ids."""
SPREAD: Final = 0.1
"""By which share of an interval polls are put off at random, so that they do not come in gusts."""


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
    clock: Callable[[], float]

    def state(self, answer: T) -> str:
        """The state that an answer tells, where it is not one of failure.

        Raises:
            WaitFailedError: it is.
        """
        state: str = self.read(answer, self.waiter.property)
        if state in self.waiter.failed:
            said = self.read(answer, self.waiter.message) if self.waiter.message else None
            id = self.operation.id
            reason = said or "no reason was given"
            message = f"operation {id}: it ended as {state}: {reason}"
            raise WaitFailedError(message, state=state, operation=id)
        return state

    def late(self, state: str) -> DeadlineExceededError:
        """Time is up, and it was last seen in this state."""
        id = self.operation.id
        return DeadlineExceededError(
            f"operation {id}: still {state} after {self.timeout:g} s; wait longer", operation=id
        )


def interval(waiter: Waiter, kind: str | None) -> float:
    """Seconds between two polls: those of the kind, or the longest where it is not known."""
    longest = max(waiter.intervals.values())
    return longest if kind is None else waiter.intervals.get(kind, longest)


def wait(
    following: Following[T],
    arguments: Mapping[str, object],
    progress: Callable[[T], None] | None,
) -> Steps[T]:
    """Poll until the state is final.

    Args:
        progress: called with each answer.

    Raises:
        WaitFailedError: the state is one of those that mean failure.
        DeadlineExceededError: the time is up before that.
    """
    clock, state = following.clock, "unknown"
    deadline = clock() + following.timeout
    while (left := deadline - clock()) > 0:
        answer = yield from following.poll(arguments, left)
        if progress is not None:
            progress(answer)
        state = following.state(answer)
        if state in following.waiter.done:
            return answer
        if clock() + following.every >= deadline:
            break
        yield Sleep(following.every)
    raise following.late(state)


class WaitAll(Generic[T]):
    """Many that are waited for by one schedule: each is polled when it is due, one at a time.

    Args:
        name: the argument that is the id, by its name on the wire.
        chance: random numbers from 0 up to 1.

    Raises:
        ArgumentError: there is one id where many are due.
    """

    def __init__(
        self,
        following: Following[T],
        name: str,
        ids: Iterable[str],
        chance: Callable[[], float],
    ) -> None:
        if isinstance(ids, str):
            raise ArgumentError(f"these are to be many ids, not one: [{ids!r}]")
        self._following, self._name, self._chance = following, name, chance
        self._ids = iter(ids)
        self._numbers = count()
        self._open: list[tuple[float, int, str, str]] = []
        """When each is due, its number, its id, and its last state."""
        self._deadline = following.clock() + following.timeout

    def next(self) -> Steps[Waited[T] | None]:
        """Go on until one more has ended; None where none is left.

        Raises:
            StatusError: the token is refused: it would be for all of them.
        """
        following = self._following
        while self._fill():
            due, _, id, state = self._open[0]
            left = self._deadline - following.clock()
            if left <= 0:
                heapq.heappop(self._open)
                return Waited(id=id, error=following.late(state))
            if (pause := due - following.clock()) > 0:
                yield Sleep(min(pause, left))
                continue
            heapq.heappop(self._open)
            try:
                answer = yield from following.poll({self._name: id}, left)
                state = following.state(answer)
            except StatusError as error:
                if error.status == HTTPStatus.UNAUTHORIZED:
                    raise
                return Waited(id=id, error=error)
            except (ArgumentError, DriftError, TransportError, WaitFailedError) as error:
                return Waited(id=id, error=error)
            if state in following.waiter.done:
                return Waited(id=id, answer=answer)
            self._add(following.every * (1 + SPREAD * self._chance()), id, state)
        return None

    def _fill(self) -> bool:
        """Follow as many as may be at once; whether there is any."""
        while len(self._open) < OPEN:
            id = next(self._ids, None)
            if id is None:
                break
            self._add(0.0, id, "unknown")
        return bool(self._open)

    def _add(self, delay: float, id: str, state: str) -> None:
        due = self._following.clock() + delay
        heapq.heappush(self._open, (due, next(self._numbers), id, state))
