"""Slots shared by threads and tasks: fair, and never lost."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from queue import SimpleQueue
from random import Random
from types import FrameType
from typing import Any

import pytest

from elevatekit_plugins.calls import limiter
from elevatekit_plugins.calls.drivers import drive
from elevatekit_plugins.calls.effects import Acquire, Send, Steps
from elevatekit_plugins.calls.group import shared_group
from elevatekit_plugins.calls.limiter import Slot, Slots
from elevatekit_plugins.messages import Request


def wait_until_queued(slots: Slots, count: int) -> None:
    """Spin until this many stand in the queue: the only way to see it from outside."""
    while len(slots._queue) < count:
        threading.Event().wait(0.001)


def test_no_more_than_the_limit_are_out_at_once() -> None:
    slots = Slots(2)
    some = [Slot(slots) for _ in range(3)]

    assert [slots.acquire(slot, 0) for slot in some] == [True, True, False]


def test_a_slot_that_comes_back_goes_to_whoever_waits_longest() -> None:
    slots, order = Slots(1), list[int]()
    mine = Slot(slots)
    assert slots.acquire(mine, 0)

    def wait(number: int) -> None:
        slot = Slot(slots)
        assert slots.acquire(slot, 30)
        order.append(number)
        slots.release(slot)

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        wait_until_queued(slots, number + 1)
    slots.release(mine)
    for thread in threads:
        thread.join(30)

    assert order == [0, 1, 2, 3, 4]


def test_a_newcomer_does_not_overtake_the_queue() -> None:
    slots = Slots(1)
    mine, other, late = Slot(slots), Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)
    thread = threading.Thread(target=slots.acquire, args=(other, 30))
    thread.start()
    wait_until_queued(slots, 1)
    slots.release(mine)
    thread.join(30)

    assert not slots.acquire(late, 0)


def test_whoever_gave_up_waiting_is_handed_no_slot() -> None:
    slots = Slots(1)
    mine, late, next_one = Slot(slots), Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)
    assert not slots.acquire(late, 0)

    slots.release(mine)

    assert slots.try_acquire(next_one)


async def test_a_cancelled_task_leaves_no_slot_behind() -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)
    task = asyncio.create_task(slots.acquire_async(other, 30))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    slots.release(mine)

    assert slots.taken == 0
    assert slots.acquire(mine, 0)


async def test_a_task_cancelled_after_it_was_granted_passes_the_slot_on() -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)
    task = asyncio.create_task(slots.acquire_async(other, 30))
    await asyncio.sleep(0)
    slots.release(mine)  # granted now; the task has not run since
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert slots.acquire(mine, 0)


def test_an_interrupted_thread_leaves_no_slot_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)

    class Interrupted(SimpleQueue[None]):
        def get(self, block: bool = True, timeout: float | None = None) -> None:
            slots.release(mine)  # granted now; and at the same time somebody presses Ctrl-C
            raise KeyboardInterrupt

    monkeypatch.setattr(limiter, "SimpleQueue", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        slots.acquire(other, 30)
    monkeypatch.undo()

    assert slots.acquire(mine, 0)
    assert not slots.acquire(other, 0)


def test_who_was_handed_a_slot_is_told_even_if_that_was_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    interrupts = [KeyboardInterrupt()]

    class Interrupted(SimpleQueue[None]):
        def put(self, item: None, block: bool = True, timeout: float | None = None) -> None:
            if interrupts:
                raise interrupts.pop()
            super().put(item)

    monkeypatch.setattr(limiter, "SimpleQueue", Interrupted)
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.try_acquire(mine)
    thread = threading.Thread(target=slots.acquire, args=(other, 300), daemon=True)
    thread.start()
    wait_until_queued(slots, 1)

    with contextlib.suppress(KeyboardInterrupt):
        slots.release(mine)
    del mine
    thread.join(10)

    assert not thread.is_alive()
    assert not interrupts


def test_a_task_whose_loop_was_closed_is_passed_over() -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)
    loop = asyncio.new_event_loop()
    waiting = slots.acquire_async(other, 30)
    task = loop.create_task(waiting)
    loop.run_until_complete(asyncio.sleep(0))
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    loop.close()

    slots.release(mine)

    assert slots.acquire(mine, 0)
    assert slots.taken == 1
    waiting.close()


def test_tasks_of_two_loops_and_threads_are_served_in_the_order_in_which_they_came() -> None:
    slots, order = Slots(1), list[str]()
    mine = Slot(slots)
    assert slots.acquire(mine, 0)

    def thread(name: str) -> None:
        slot = Slot(slots)
        assert slots.acquire(slot, 30)
        order.append(name)
        slots.release(slot)

    async def task(name: str) -> None:
        slot = Slot(slots)
        assert await slots.acquire_async(slot, 30)
        order.append(name)
        slots.release(slot)

    threads = []
    for number in range(6):
        name = str(number)
        target = (lambda n=name: asyncio.run(task(n))) if number % 2 else (lambda n=name: thread(n))
        threads.append(threading.Thread(target=target))
        threads[-1].start()
        wait_until_queued(slots, number + 1)
    slots.release(mine)
    for one in threads:
        one.join(30)

    assert order == ["0", "1", "2", "3", "4", "5"]
    assert slots.acquire(mine, 0)


async def test_threads_and_tasks_share_one_queue() -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)
    task = asyncio.create_task(slots.acquire_async(other, 30))
    await asyncio.sleep(0)
    await asyncio.to_thread(slots.release, mine)

    assert await task


async def test_a_wait_ends_at_its_time() -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.acquire(mine, 0)

    assert not await slots.acquire_async(other, 0.01)
    assert not slots.acquire(other, 0.01)
    slots.release(mine)
    assert slots.acquire(other, 0)


def test_a_slot_dies_with_who_had_it_and_goes_to_the_next() -> None:
    slots = Slots(1)
    gone, other = Slot(slots), Slot(slots)
    assert slots.try_acquire(gone)
    thread = threading.Thread(target=slots.acquire, args=(other, 30))
    thread.start()
    wait_until_queued(slots, 1)

    del gone
    thread.join(30)

    assert slots.taken == 1


def test_a_slot_is_given_back_once() -> None:
    slots = Slots(1)
    mine, other = Slot(slots), Slot(slots)
    assert slots.try_acquire(mine)

    for _ in range(3):
        slots.release(mine)
    assert slots.try_acquire(other)
    slots.release(mine)

    assert slots.taken == 1


def test_a_finalizer_may_give_a_slot_back_while_the_lock_is_held() -> None:
    slots = Slots(1)
    abandoned, mine = Slot(slots), Slot(slots)
    assert slots.try_acquire(abandoned)

    def given_back() -> None:
        with slots._lock:  # the collector runs here, and finds what nobody waits for any more
            slots.release(abandoned)

    thread = threading.Thread(target=given_back, daemon=True)
    thread.start()
    thread.join(10)

    assert not thread.is_alive()
    assert slots.try_acquire(mine)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="nothing interrupts here")
def test_interrupts_at_any_moment_cost_no_slot() -> None:
    slots, random, interrupts, ended = Slots(2), Random(1), 0, 0

    def again() -> None:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(0.00005, 0.001))

    def interrupt(number: int, frame: FrameType | None) -> None:
        while frame is not None:
            if frame.f_code is Slot.__del__.__code__:
                return again()  # what is raised in there, Python ignores
            frame = frame.f_back
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)

    class Transport:
        def send(self, request: Request, deadline: float) -> Any:
            return None

    def call() -> Steps[None]:
        slot = Slot(slots)
        try:
            if not slots.try_acquire(slot):
                yield Acquire(slots, slot, 0.01)
            yield Send(Request(operation="it", method="GET", url="https://h/"), 0.0)
        finally:
            slots.release(slot)

    try:
        while interrupts < 300:
            try:
                again()
                while True:
                    drive(call(), Transport())  # type: ignore[arg-type]
                    ended += 1
            except KeyboardInterrupt:
                interrupts += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    assert ended
    assert slots.taken == 0


def test_one_account_shares_its_group_and_another_has_its_own() -> None:
    one = shared_group("https://a.example", "token-1", "group", 10)

    assert shared_group("https://a.example", "token-1", "group", 10) is one
    assert shared_group("https://a.example", "token-2", "group", 10) is not one
    assert shared_group("https://b.example", "token-1", "group", 10) is not one
