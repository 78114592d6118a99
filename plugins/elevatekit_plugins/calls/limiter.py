"""Slots, shared by the threads and tasks of a process, whatever event loops they live in.

First come, first served: a slot that becomes free goes to whoever waits longest, thread or task,
so nobody waits for ever. Whoever stops waiting, for whatever reason, leaves no slot behind.

Signals and finalizers come at any moment, in any thread, and may give a slot back in the middle of
what stands here. So the lock may be taken again by who has it, each change is one step, and what
wakes a thread takes no lock that its waiting holds.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from queue import Empty, SimpleQueue

from elevatekit_plugins.forks import Guarded


class Slot:
    """Somebody's slot, or their place in the queue for one. It is given back when this dies, at
    the latest: an interrupt may come in the very moment in which it would be given back."""

    __slots__ = ("slots",)

    def __init__(self, slots: Slots) -> None:
        self.slots: Slots | None = slots
        """Whose it is; None once it was given back."""

    def __del__(self) -> None:
        slots: Slots | None = getattr(self, "slots", None)  # its making may be interrupted
        if slots is not None:
            slots.release(self)


class Slots(Guarded):
    """A number of slots, of which each holder has one until it gives it back."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def after_fork(self) -> None:
        super().after_fork()
        # By their identities: a slot that nobody has any more must be able to die.
        self._held = set[int]()
        self._queue = OrderedDict[int, Callable[[], object]]()
        """How to tell each that a slot is theirs. It raises RuntimeError where nobody is left to
        hear it: their event loop is closed."""

    @property
    def limit(self) -> int:
        """How many there are."""
        return self._limit

    @property
    def taken(self) -> int:
        """How many are out."""
        return len(self._held)

    def try_acquire(self, slot: Slot) -> bool:
        """Acquire a slot if one is free and nobody waits for it; whether that was so."""
        with self._lock:
            # While somebody waits there is none: what becomes free is handed out at once.
            if len(self._held) >= self._limit:
                return False
            self._held.add(id(slot))
            return True

    def acquire(self, slot: Slot, timeout: float) -> bool:
        """Wait for a slot up to `timeout` seconds, blocking the thread; whether there was one."""
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
        """Wait for a slot up to `timeout` seconds, in a task; whether there was one."""
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
        """Give a slot back, or its place in the queue; nothing where it has neither.

        The slot goes to the first in the queue.
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
        """Have more slots, or fewer: those that are out stay out until they are given back."""
        with self._lock:
            self._limit = limit
            self._hand_out()

    def _enter(self, slot: Slot, wake: Callable[[], object]) -> None:
        with self._lock:
            self._queue[id(slot)] = wake
            self._hand_out()

    def _leave(self, slot: Slot) -> bool:
        """Wait no more; whether the slot came."""
        with self._lock:
            self._queue.pop(id(slot), None)
            return id(slot) in self._held

    def _hand_out(self) -> None:
        while self._queue and len(self._held) < self._limit:
            first = next(iter(self._queue), 0)
            wake = self._queue.get(first)
            if wake is None:
                continue  # it was given up in the middle of this
            self._held.add(first)
            try:
                wake()  # while it is in the queue: who is interrupted here leaves it to the next
            except RuntimeError:
                self._held.discard(first)
            self._queue.pop(first, None)
