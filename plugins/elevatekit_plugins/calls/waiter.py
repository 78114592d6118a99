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
from elevatekit_plugins.calls.outcome import legible
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
LAST_LOOK: Final = 1.0
"""Seconds before the end that the last look comes, or a tenth of a time that is short."""
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
            message = f"operation {id}: it ended as {legible(state)}: {legible(reason)}"
            raise WaitFailedError(message, state=state, operation=id)
        return state

    def late(self, state: str, began: float) -> DeadlineExceededError:
        """It was last seen in this state, and time does not allow another look."""
        id, elapsed = self.operation.id, round(self.clock() - began, 1)
        return DeadlineExceededError(
            f"operation {id}: still {state} after {elapsed:g} s; the timeout is"
            f" {self.timeout:g} s, wait longer",
            operation=id,
        )

    def look(self, arguments: Mapping[str, object], state: str, began: float) -> Steps[T]:
        """Poll once, in the time that is left."""
        end = began + self.timeout
        try:
            return (yield from self.poll(arguments, end - self.clock()))
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
    """The same for a kind that a caller names.

    Raises:
        ArgumentError: there is no such kind.
    """
    if kind is not None and kind not in list(waiter.intervals):
        raise ArgumentError(
            f"there is no kind {kind!r:.60} to wait for (there are: {', '.join(waiter.intervals)})"
        )
    return interval(waiter, kind)


def wait(following: Following[T], arguments: Mapping[str, object]) -> Steps[T]:
    """Poll until the state is final.

    Raises:
        WaitFailedError: the state is one of those that mean failure.
        DeadlineExceededError: the time is up before that.
    """
    clock, state = following.clock, "unknown"
    began = clock()
    while clock() < began + following.timeout:
        answer = yield from following.look(arguments, state, began)
        state = following.state(answer)
        if state in following.waiter.done:
            return answer
        due = following.next_look(began, following.every)
        if due is None:
            break
        yield Sleep(max(0.0, due - clock()))
    raise following.late(state, began)


class WaitAll(Generic[T]):
    """Many that are waited for by one schedule: each is polled when it is due, some side by side.

    Args:
        name: the argument that is the id, by its name on the wire.
        chance: random numbers from 0 up to 1.

    Raises:
        ArgumentError: there is one id where many are due, or nothing to go through.
    """

    def __init__(
        self,
        following: Following[T],
        name: str,
        ids: Iterable[str],
        chance: Callable[[], float],
    ) -> None:
        if isinstance(ids, str | bytes):
            raise ArgumentError(f"these are to be many ids, not one: [{ids!r}]")
        if not isinstance(ids, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(
                f"the ids come from a list or a generator, not from {type(ids).__name__}"
            )
        self._following, self._name, self._chance = following, name, chance
        self._ids = iter(ids)
        self._numbers = count()
        self._open: list[tuple[float, int, str, str]] = []
        """When each is due, its number, its id, and its last state."""
        self._ended = deque[Waited[T]]()
        """Those that were not handed out yet."""
        self._stopped: Exception | None = None
        """What ended all of it."""
        self._began = following.clock()

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
        left = self._began + following.timeout - now
        if left <= 0:
            _, _, id, state = heapq.heappop(self._open)
            self._late(id, state)
        elif (pause := self._open[0][0] - now) > 0:
            yield Sleep(min(pause, left))
        else:
            due: list[tuple[str, str]] = []
            while self._open and self._open[0][0] <= now and len(due) < SIDE_BY_SIDE:
                due.append(heapq.heappop(self._open)[2:])
            outcomes = yield Together([self._look(id, state) for id, state in due])
            for (id, _), outcome in zip(
                due, cast("list[T | BaseException]", outcomes), strict=True
            ):
                self._judge(id, outcome)

    def _look(self, id: str, state: str) -> Steps[T]:
        # A generator, so that an id which is refused as an argument is an outcome like others.
        return (yield from self._following.look({self._name: id}, state, self._began))

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
                every = following.every * (1 + SPREAD * self._chance())
                due = following.next_look(self._began, every)
                if due is None:
                    self._late(id, state)
                else:
                    self._add(due, id, state)

    def _late(self, id: str, state: str) -> None:
        error = self._following.late(state, self._began)
        self._ended.append(Waited(id=id, error=error))

    def _fill(self) -> bool:
        """Follow as many as may be at once; whether there is any."""
        while len(self._open) < OPEN:
            try:
                id = next(self._ids)
            except StopIteration:
                break
            self._add(self._following.clock(), id, "unknown")
        return bool(self._open)

    def _add(self, due: float, id: str, state: str) -> None:
        heapq.heappush(self._open, (due, next(self._numbers), id, state))
