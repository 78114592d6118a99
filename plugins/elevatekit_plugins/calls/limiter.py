"""Slots of a concurrency group, shared by all clients, threads and tasks of a process.

First come, first served: a slot that becomes free goes to whoever waits longest, thread or task,
so nobody waits for ever. Whoever stops waiting, for whatever reason, leaves no slot behind.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections import deque
from collections.abc import Callable


class _Waiter:
    """Somebody in the queue, and how to tell them that a slot is theirs."""

    __slots__ = ("granted", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        self.granted = False


class Slots:
    """A number of slots, of which each holder has one until it gives it back."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._taken = 0
        self._queue: deque[_Waiter] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, blocking the thread; whether there was one."""
        event = threading.Event()
        waiter = self._enter(event.set)
        if waiter is None:
            return True
        try:
            event.wait(timeout)
        except BaseException:
            self._leave(waiter, keep=False)
            raise
        return self._leave(waiter, keep=True)

    async def take_async(self, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, in a task; whether there was one."""
        loop = asyncio.get_running_loop()
        event = asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

        waiter = self._enter(wake)
        if waiter is None:
            return True
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
            self._pass_on()

    def _enter(self, wake: Callable[[], object]) -> _Waiter | None:
        with self._lock:
            if self._taken < self.limit:  # so the queue is empty: slots are passed on, not freed
                self._taken += 1
                return None
            waiter = _Waiter(wake)
            self._queue.append(waiter)
            return waiter

    def _leave(self, waiter: _Waiter, *, keep: bool) -> bool:
        with self._lock:
            if not waiter.granted:
                self._queue.remove(waiter)
                return False
            if not keep:
                self._pass_on()
            return True

    def _pass_on(self) -> None:
        if self._queue:
            waiter = self._queue.popleft()
            waiter.granted = True
            waiter.wake()
        else:
            self._taken -= 1


_shared: dict[tuple[str, str, str], Slots] = {}
_shared_lock = threading.Lock()


def shared_slots(base_url: str, token: str, group: str, limit: int) -> Slots:
    """The slots of a group for one account: the same object for the same base URL and token."""
    key = (base_url, hashlib.sha256(token.encode()).hexdigest(), group)
    with _shared_lock:
        return _shared.setdefault(key, Slots(limit))
