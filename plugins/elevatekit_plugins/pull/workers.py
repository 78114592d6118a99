"""The workers: threads that run steps, those of the earlier interactions first.

A step that has to wait lies aside and costs no worker. Interactions are let in only as fast as
they are worked off, so memory is bounded by the number of workers and not by the input.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.pull.reach import Reach
from elevatekit_plugins.pull.work import Step

OPEN: Final = 1000
"""Interactions that may be waited for at once: each costs requests, and a little memory."""
TICK: Final = 0.2
"""Seconds between two looks of the caller at what goes on."""


class Workers:
    """Runs steps in threads. One whose request does not reach the server is run again later.

    Args:
        count: how many requests may be under way at once.
    """

    def __init__(self, count: int, reach: Reach | None = None) -> None:
        self._count = count
        self._reach = reach or Reach()
        self.finished = 0
        """Interactions whose last step is done."""
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._ready: list[tuple[int, int, Step]] = []
        self._later: list[tuple[float, int, Step]] = []
        self._open: Counter[int] = Counter()
        """Steps that an interaction has left, by its position."""
        self._running = 0
        self._stopping = False
        self.error: BaseException | None = None
        """What stopped the work, where it did not end by itself."""
        self._threads = [
            # Daemons: a request that hangs must not keep the process from ending.
            threading.Thread(target=self._work, name=f"pull-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def add(self, steps: Sequence[Step], tick: Callable[[], bool]) -> bool:
        """Let an interaction in, as soon as there is room.

        Args:
            tick: called now and then meanwhile; what it returns says whether to go on.

        Returns:
            False where the work is to stop, and the steps were not taken.
        """
        with self._changed:
            while len(self._ready) >= 2 * self._count or len(self._open) >= OPEN:
                if not self._pause(tick):
                    return False
            if self._stopping:
                return False
            self._push(steps)
            return True

    def join(self, tick: Callable[[], bool]) -> bool:
        """Wait until every step is done. False where the work is to stop before that."""
        with self._changed:
            while self._open:
                if not self._pause(tick):
                    return False
        return True

    @property
    def unreached(self) -> float:
        """For how many seconds nothing has reached the server."""
        with self._changed:
            return self._reach.unreached

    def stop(self, grace: float) -> bool:
        """Take up no more steps, and wait for those under way.

        Returns:
            False where some were not done within `grace` seconds.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._running == 0, timeout=grace)

    def _pause(self, tick: Callable[[], bool]) -> bool:
        # With a timeout: a wait without one cannot be interrupted by a signal on Windows.
        self._changed.wait(TICK)
        return tick() and not self._stopping

    def _push(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._open[step.work.position] += 1
            self._lay(step)
        self._changed.notify_all()

    def _lay(self, step: Step) -> None:
        number = next(self._order)
        if step.delay > 0:
            heapq.heappush(self._later, (time.monotonic() + step.delay, number, step))
        else:
            heapq.heappush(self._ready, (step.work.position, number, step))

    def _take(self) -> Step | None:
        """The next step, when there is one; None when it is time to end."""
        with self._changed:
            while not self._stopping:
                now = time.monotonic()
                while self._later and self._later[0][0] <= now:
                    _, number, step = heapq.heappop(self._later)
                    heapq.heappush(self._ready, (step.work.position, number, step))
                if self._ready:
                    self._running += 1
                    return heapq.heappop(self._ready)[2]
                self._changed.wait(self._later[0][0] - now if self._later else None)
        return None

    def _work(self) -> None:
        while (step := self._take()) is not None:
            began = self._reach.clock()
            try:
                following = step.run()
            except TransportError as error:
                self._missed(step, error, began)
            except BaseException as error:
                self._fail(error)
            else:
                self._done(step, following)

    def _done(self, step: Step, following: Sequence[Step]) -> None:
        position = step.work.position
        with self._changed:
            self._running -= 1
            self._reach.hit()
            self._push(following)
            self._open[position] -= 1
            if not self._open[position]:
                del self._open[position]
                self.finished += 1
            self._changed.notify_all()

    def _missed(self, step: Step, error: TransportError, began: float) -> None:
        with self._changed:
            try:
                pause = self._reach.miss(error, began)
            except TransportError as final:
                self._fail(final)
            else:
                self._running -= 1
                self._lay(Step(step.work, step.run, pause))
                self._changed.notify_all()

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._running -= 1
            self._stopping = True
            self.error = self.error or error
            self._changed.notify_all()
