"""Following one resource or many until they are done: polls, without I/O, like a call."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from itertools import count
from typing import Any, Final, Generic, TypeVar, cast

from msgspec import Struct

from elevatekit_plugins.api import Operation, Waiter
from elevatekit_plugins.calls.effects import Sleep, Steps, Together
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
SIDE_BY_SIDE: Final = 10
"""How many are polled at the same time, at most."""
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
    progress: Callable[[T], None] | None
    """Told each answer."""
    clock: Callable[[], float]

    def state(self, answer: T) -> str:
        """The state that an answer tells, where it is not one of failure.

        Raises:
            WaitFailedError: it is.
        """
        if self.progress is not None:
            self.progress(answer)
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


def wait(following: Following[T], arguments: Mapping[str, object]) -> Steps[T]:
    """Poll until the state is final.

    Raises:
        WaitFailedError: the state is one of those that mean failure.
        DeadlineExceededError: the time is up before that.
    """
    clock, state = following.clock, "unknown"
    deadline = clock() + following.timeout
    while (left := deadline - clock()) > 0:
        answer = yield from following.poll(arguments, left)
        state = following.state(answer)
        if state in following.waiter.done:
            return answer
        if clock() + following.every >= deadline:
            break
        yield Sleep(following.every)
    raise following.late(state)


class WaitAll(Generic[T]):
    """Many that are waited for by one schedule: each is polled when it is due, some side by side.

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
        self._ended = deque[Waited[T]]()
        """Those that were not handed out yet."""
        self._stopped: Exception | None = None
        """What ended all of it."""
        self._deadline = following.clock() + following.timeout

    def next(self) -> Steps[Waited[T] | None]:
        """Go on until one more has ended; None where none is left.

        Raises:
            StatusError: the token is refused: it would be for all of them.
        """
        while not self._ended and self._stopped is None and self._fill():
            yield from self._go_on()
        if self._ended:
            return self._ended.popleft()
        if self._stopped is not None:
            raise self._stopped
        return None

    def _go_on(self) -> Steps[None]:
        """Poll those that are due, or wait until one is."""
        following, now = self._following, self._following.clock()
        left = self._deadline - now
        if left <= 0:
            _, _, id, state = heapq.heappop(self._open)
            self._ended.append(Waited(id=id, error=following.late(state)))
        elif (pause := self._open[0][0] - now) > 0:
            yield Sleep(min(pause, left))
        else:
            ids: list[str] = []
            while self._open and self._open[0][0] <= now and len(ids) < SIDE_BY_SIDE:
                ids.append(heapq.heappop(self._open)[2])
            outcomes = yield Together([self._poll(id, left) for id in ids])
            for id, outcome in zip(ids, cast("list[T | BaseException]", outcomes), strict=True):
                self._judge(id, outcome)

    def _poll(self, id: str, left: float) -> Steps[T]:
        # A generator, so that an id which is refused as an argument is an outcome like others.
        return (yield from self._following.poll({self._name: id}, left))

    def _judge(self, id: str, outcome: T | BaseException) -> None:
        """One has ended, or is polled again later."""
        following = self._following
        try:
            if isinstance(outcome, BaseException):
                raise outcome
            state = following.state(outcome)
        except StatusError as error:
            if error.status == HTTPStatus.UNAUTHORIZED:
                self._stopped = error
            else:
                self._ended.append(Waited(id=id, error=error))
        except (ArgumentError, DriftError, TransportError, WaitFailedError) as error:
            self._ended.append(Waited(id=id, error=error))
        except Exception as error:
            self._stopped = error
        else:
            if state in following.waiter.done:
                self._ended.append(Waited(id=id, answer=outcome))
            else:
                self._add(following.every * (1 + SPREAD * self._chance()), id, state)

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
