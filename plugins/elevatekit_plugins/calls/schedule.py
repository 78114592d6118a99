"""The schedule of polling many resources, without I/O: what to poll next, and how long to wait.

The loops in `polling` execute it: they poll what `start` returns, report each outcome to `ended`,
and yield `results`. A slow poll delays no other.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from itertools import count
from typing import Final, Generic, TypeVar

from msgspec import Struct

from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.waiter import Following, Waited
from elevatekit_plugins.errors import (
    ArgumentError,
    ClosedError,
    DriftError,
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


class Poll(Struct, frozen=True):
    """A resource that is due to be polled."""

    id: str
    state: str = "unknown"
    """The last state that was seen."""


class Schedule(Generic[T]):
    """When each resource is polled. For one thread or task only.

    Args:
        name: the argument that is the id, by its name on the wire.
        ids: they are taken one by one, as there is room for them.
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
            raise ArgumentError(f"the ids must be a list, not one id: [{ids!r}]")
        if not isinstance(ids, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"the ids must be a list or a generator, not {type(ids).__name__}")
        self._following, self._name, self._chance = following, name, chance
        self._ids, self._all_begun = iter(ids), False
        self._numbers = count()
        self._open: list[tuple[float, int, Poll]] = []
        """A heap: when each is due, a number that breaks ties, and the resource."""
        self._polling = 0
        """How many are polled just now."""
        self._ended = deque[Waited[T]]()
        """Results that were not yielded yet."""
        self._stopped: Exception | None = None
        """The error that ended the whole wait."""
        self._began = following.clock()

    def start(self) -> Poll | None:
        """The next resource to poll now, if any. Report its outcome to `ended`."""
        if self._stopped is not None or self._polling == SIDE_BY_SIDE or self._left() <= 0:
            return None
        if self._open and self._open[0][0] <= self._following.clock():
            poll: Poll | None = heapq.heappop(self._open)[2]
        else:
            room = len(self._open) + self._polling < OPEN
            poll = self._begun() if room else None
        self._polling += poll is not None
        return poll

    def look(self, poll: Poll) -> Steps[T]:
        """The steps of one poll. An id that is not valid fails here, not before."""
        return (yield from self._following.look({self._name: poll.id}, poll.state, self._began))

    def ended(self, poll: Poll, outcome: T | BaseException) -> None:
        """Record the answer of a poll, or what it raised.

        The first error that would be the same for all resources ends the wait: see `goes_on`.
        """
        self._polling -= 1
        try:
            if isinstance(outcome, BaseException):
                raise outcome
            state = self._following.state(outcome)
        except (ArgumentError, DriftError, StatusError, TransportError, WaitFailedError) as error:
            if _of_all(error):
                self._stopped = self._stopped or error
            else:
                self._ended.append(Waited(id=poll.id, error=error))
        except Exception as error:
            self._stopped = self._stopped or error
        else:
            self._seen(Poll(poll.id, state), outcome)

    def results(self) -> Iterator[Waited[T]]:
        """What ended since the last call; after the timeout, all that is not polled now as well."""
        while self._ended:
            yield self._ended.popleft()
        while self._stopped is None and self._left() <= 0:
            poll = heapq.heappop(self._open)[2] if self._open else self._begun()
            if poll is None:
                return
            yield self._late(poll)

    def goes_on(self) -> bool:
        """Whether there is more to come, when `results` has no more.

        Raises:
            StatusError: the token is refused: it would be for all of them.
            ClosedError: the client was closed.
            Exception: what else ended all of it: an error of a plugin, of who is told, of the ids.
        """
        if self._polling:
            return True
        if self._stopped is not None:
            raise self._stopped
        return bool(self._open) or not self._all_begun

    def pause(self) -> float | None:
        """Seconds to wait for a poll to end before going on. None: without a limit."""
        left = self._left()
        if self._stopped is not None or self._polling == SIDE_BY_SIDE:
            return None
        if left <= 0 and self._polling:
            return None  # their time is up as well
        due = self._open[0][0] - self._following.clock() if self._open else left
        return max(0.0, min(due, left))

    def _seen(self, poll: Poll, answer: T) -> None:
        """One is done, or polled again later."""
        following = self._following
        if poll.state in following.waiter.done:
            self._ended.append(Waited(id=poll.id, answer=answer))
            return
        every = following.every * (1 + SPREAD * self._chance())
        due = following.next_look(self._began, every)
        if due is None:
            self._ended.append(self._late(poll))
        else:
            heapq.heappush(self._open, (due, next(self._numbers), poll))

    def _begun(self) -> Poll | None:
        """The first poll of the next id; None: there is no other."""
        try:
            return Poll(next(self._ids))
        except StopIteration:
            pass
        except Exception as error:  # of the generator that they come from
            self._stopped = error
        self._all_begun = True
        return None

    def _late(self, poll: Poll) -> Waited[T]:
        return Waited(id=poll.id, error=self._following.late(poll.state, self._began))

    def _left(self) -> float:
        """Seconds until time is up for all."""
        return self._began + self._following.timeout - self._following.clock()


def _of_all(error: Exception) -> bool:
    """Whether polling any other resource would raise the same."""
    if isinstance(error, StatusError):
        return error.status == HTTPStatus.UNAUTHORIZED
    return isinstance(error, ClosedError)
