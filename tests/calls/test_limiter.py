"""Slots shared by threads and tasks: fair, and never lost."""

from __future__ import annotations

import asyncio
import threading

import pytest

from elevatekit_plugins.calls.group import shared_group
from elevatekit_plugins.calls.limiter import Slots


def wait_until_queued(slots: Slots, count: int) -> None:
    """Spin until this many stand in the queue: the only way to see it from outside."""
    while len(slots._queue) < count:
        threading.Event().wait(0.001)


def test_no_more_than_the_limit_are_out_at_once() -> None:
    slots = Slots(2)

    assert [slots.take(0), slots.take(0), slots.take(0)] == [True, True, False]


def test_a_slot_that_comes_back_goes_to_whoever_waits_longest() -> None:
    slots, order = Slots(1), list[int]()
    assert slots.take(0)

    def wait(number: int) -> None:
        assert slots.take(30)
        order.append(number)
        slots.release()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        wait_until_queued(slots, number + 1)
    slots.release()
    for thread in threads:
        thread.join(30)

    assert order == [0, 1, 2, 3, 4]


def test_a_newcomer_does_not_overtake_the_queue() -> None:
    slots = Slots(1)
    assert slots.take(0)
    thread = threading.Thread(target=slots.take, args=(30,))
    thread.start()
    wait_until_queued(slots, 1)
    slots.release()
    thread.join(30)

    assert not slots.take(0)


async def test_a_cancelled_task_leaves_no_slot_behind() -> None:
    slots = Slots(1)
    assert slots.take(0)
    task = asyncio.create_task(slots.take_async(30))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    slots.release()

    assert slots.take(0)


async def test_a_task_cancelled_after_it_was_granted_passes_the_slot_on() -> None:
    slots = Slots(1)
    assert slots.take(0)
    task = asyncio.create_task(slots.take_async(30))
    await asyncio.sleep(0)
    slots.release()  # granted now; the task has not run since
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert slots.take(0)


def test_an_interrupted_thread_leaves_no_slot_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots(1)
    assert slots.take(0)

    def interrupted(event: threading.Event, timeout: float | None = None) -> bool:
        slots.release()  # granted now; and at the same time somebody presses Ctrl-C
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(threading.Event, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            slots.take(30)

    assert slots.take(0)
    assert not slots.take(0)


def test_a_task_whose_loop_was_closed_is_passed_over() -> None:
    slots = Slots(1)
    assert slots.take(0)
    loop = asyncio.new_event_loop()
    waiting = slots.take_async(30)
    task = loop.create_task(waiting)
    loop.run_until_complete(asyncio.sleep(0))
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    loop.close()

    slots.release()

    assert slots.take(0)
    assert not slots.take(0)
    waiting.close()


def test_tasks_of_two_loops_and_threads_are_served_in_the_order_in_which_they_came() -> None:
    slots, order = Slots(1), list[str]()
    assert slots.take(0)

    def thread(name: str) -> None:
        assert slots.take(30)
        order.append(name)
        slots.release()

    async def task(name: str) -> None:
        assert await slots.take_async(30)
        order.append(name)
        slots.release()

    threads = []
    for number in range(6):
        name = str(number)
        target = (lambda n=name: asyncio.run(task(n))) if number % 2 else (lambda n=name: thread(n))
        threads.append(threading.Thread(target=target))
        threads[-1].start()
        wait_until_queued(slots, number + 1)
    slots.release()
    for one in threads:
        one.join(30)

    assert order == ["0", "1", "2", "3", "4", "5"]
    assert slots.take(0)


async def test_threads_and_tasks_share_one_queue() -> None:
    slots = Slots(1)
    assert slots.take(0)
    task = asyncio.create_task(slots.take_async(30))
    await asyncio.sleep(0)
    await asyncio.to_thread(slots.release)

    assert await task


async def test_a_wait_ends_at_its_time() -> None:
    slots = Slots(1)
    assert slots.take(0)

    assert not await slots.take_async(0.01)
    assert not slots.take(0.01)
    slots.release()
    assert slots.take(0)


def test_one_account_shares_its_group_and_another_has_its_own() -> None:
    one = shared_group("https://a.example", "token-1", "group", 10)

    assert shared_group("https://a.example", "token-1", "group", 10) is one
    assert shared_group("https://a.example", "token-2", "group", 10) is not one
    assert shared_group("https://b.example", "token-1", "group", 10) is not one
