"""Slots, shared by the threads and tasks of a process, whatever event loops they live in.

First come, first served: a free slot goes to the longest waiter, thread or task. A waiter that
gives up, for whatever reason, leaks no slot.

Signal handlers and finalizers run at any moment, in any thread, and may release a slot in the
middle of this code. So the lock is reentrant, each change is one step, and waking a thread takes
no lock that the waiting thread holds.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

from elevatekit_plugins.forks import Guarded


class Slot:
    """A slot, or a place in the queue for one. Released at the latest when it is finalized, because
    an interrupt may prevent the release by its holder."""

    __slots__ = ("slots",)

    def __init__(self, slots: Slots) -> None:
        self.slots: Slots | None = slots
        """Those it belongs to; None once it was released."""

    def __del__(self) -> None:
        slots: Slots | None = getattr(self, "slots", None)  # its making may be interrupted
        if slots is not None:
            slots.release(self)


class Slots(Guarded):
    """A semaphore with a FIFO queue, shared by threads and tasks."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def after_fork(self) -> None:
        super().after_fork()
        # By their identities: a slot that nobody has any more must be able to die.
        self._held = set[int]()
        self._queue = OrderedDict[int, Callable[[], object]]()
        """What wakes each waiter. It raises RuntimeError if the event loop of the waiter is
        closed."""

    @property
    def limit(self) -> int:
        """How many there are."""
        return self._limit

    @property
    def taken(self) -> int:
        """How many are acquired."""
        return len(self._held)

    def try_acquire(self, slot: Slot) -> bool:
        """Acquire a slot without waiting. True if one was free and the queue was empty."""
        with self._lock:
            # While somebody waits there is none: what becomes free is handed out at once.
            if len(self._held) >= self._limit:
                return False
            self._held.add(id(slot))
            return True

    def acquire(self, slot: Slot, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, blocking the thread. True if it was acquired."""
        gate = SimpleQueue[None]()
        self._enter(slot, partial(gate.put, None))
        try:
            gate.get(timeout=timeout)
        except Empty:
            pass
        except BaseException:
            self.release(slot)
            raise
        return self._leave(slot)

    async def acquire_async(self, slot: Slot, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, in a task. True if it was acquired."""
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        self._enter(slot, lambda: loop.call_soon_threadsafe(event.set))
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            pass
        except BaseException:
            self.release(slot)
            raise
        return self._leave(slot)

    def release(self, slot: Slot) -> None:
        """Release a slot, or leave the queue; no effect if it has neither.

        A released slot goes to the first in the queue.
        """
        if slot.slots is None:
            return
        with self._lock:
            self._queue.pop(id(slot), None)
            self._held.discard(id(slot))
            if self._queue:
                self._hand_out()
        slot.slots = None  # at last: who is interrupted does all of it again when the slot dies

    def resize(self, limit: int) -> None:
        """Change the number of slots. Those that are acquired stay so until they are released."""
        with self._lock:
            self._limit = limit
            self._hand_out()

    def _enter(self, slot: Slot, wake: Callable[[], object]) -> None:
        with self._lock:
            self._queue[id(slot)] = wake
            self._hand_out()

    def _leave(self, slot: Slot) -> bool:
        """Leave the queue. True if the slot was granted."""
        with self._lock:
            self._queue.pop(id(slot), None)
            return id(slot) in self._held

    def _hand_out(self) -> None:
        while self._queue:
            first = next(iter(self._queue), 0)
            # Who has it and is in the queue was not told: somebody was interrupted in here.
            if len(self._held) >= self._limit and first not in self._held:
                return
            wake = self._queue.get(first)
            if wake is None:
                continue  # it was given up in the middle of this
            self._held.add(first)
            try:
                wake()  # while it is in the queue: who is interrupted here leaves it to the next
            except RuntimeError:
                self._held.discard(first)
            self._queue.pop(first, None)
