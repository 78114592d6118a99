"""Slots, shared by the threads and tasks of a process, whatever event loops they live in.

First come, first served: a slot that becomes free goes to whoever waits longest, thread or task,
so nobody waits for ever. Whoever stops waiting, for whatever reason, leaves no slot behind.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable

from elevatekit_plugins.forks import Guarded


class _Waiter:
    """Somebody in the queue, and how to tell them that a slot is theirs."""

    __slots__ = ("granted", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        """Raises RuntimeError where nobody is left to hear it: their event loop is closed."""
        self.granted = False


class Slots(Guarded):
    """A number of slots, of which each holder has one until it gives it back."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def after_fork(self) -> None:
        super().after_fork()
        self._taken = 0
        self._queue: deque[_Waiter] = deque()

    @property
    def limit(self) -> int:
        """How many there are."""
        return self._limit

    def take_free(self) -> bool:
        """Take a slot, if there is one for which nobody waits; whether there was."""
        with self._lock:
            # While somebody waits there is none: what becomes free is handed out at once.
            if self._taken >= self._limit:
                return False
            self._taken += 1
            return True

    def take(self, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, blocking the thread; whether there was one."""
        event = threading.Event()
        waiter = self._enter(event.set)
        try:
            event.wait(timeout)
        except BaseException:
            self._leave(waiter, keep=False)
            raise
        return self._leave(waiter, keep=True)

    async def take_async(self, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, in a task; whether there was one."""
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        waiter = self._enter(lambda: loop.call_soon_threadsafe(event.set))
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            pass
        except BaseException:
            self._leave(waiter, keep=False)
            raise
        return self._leave(waiter, keep=True)

    def release(self) -> None:
        """Give a slot back. It goes to the first in the queue."""
        with self._lock:
            self._taken -= 1
            self._hand_out()

    def resize(self, limit: int) -> None:
        """Have more slots, or fewer: those that are out stay out until they are given back."""
        with self._lock:
            self._limit = limit
            self._hand_out()

    def _enter(self, wake: Callable[[], object]) -> _Waiter:
        waiter = _Waiter(wake)
        with self._lock:
            self._queue.append(waiter)
            self._hand_out()
        return waiter

    def _leave(self, waiter: _Waiter, *, keep: bool) -> bool:
        with self._lock:
            if not waiter.granted:
                if waiter in self._queue:
                    self._queue.remove(waiter)
            elif not keep:
                self._taken -= 1
                self._hand_out()
            return waiter.granted

    def _hand_out(self) -> None:
        while self._queue and self._taken < self._limit:
            waiter = self._queue.popleft()
            try:
                waiter.wake()
            except RuntimeError:
                continue
            waiter.granted = True
            self._taken += 1
