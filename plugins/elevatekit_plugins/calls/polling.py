"""The two loops that carry out a schedule: threads or tasks that poll side by side."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from elevatekit_plugins.calls.drivers import drive, drive_async
from elevatekit_plugins.calls.schedule import Poll, Schedule
from elevatekit_plugins.calls.waiter import Waited
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport

T = TypeVar("T")


def follow(schedule: Schedule[T], transport: Callable[[], Transport]) -> Iterator[Waited[T]]:
    """Poll in threads, and hand out what has ended in this one.

    Where nobody goes through it to the end, polls that were begun end by themselves.
    """
    outcomes = SimpleQueue[tuple[Poll, T | BaseException]]()

    def run(poll: Poll) -> None:
        try:
            outcome: T | BaseException = drive(schedule.look(poll), transport())
        except BaseException as error:
            outcome = error
        outcomes.put((poll, outcome))

    while True:
        while (poll := schedule.start()) is not None:
            # A daemon: where the caller is interrupted, nobody has to wait for it.
            Thread(target=copy_context().run, args=(run, poll), daemon=True).start()
        yield from schedule.results()
        if not schedule.goes_on():
            return
        try:
            poll, outcome = outcomes.get(timeout=schedule.pause())
        except Empty:
            continue
        schedule.ended(poll, outcome)


async def follow_async(
    schedule: Schedule[T], transport: Callable[[], AsyncTransport]
) -> AsyncIterator[Waited[T]]:
    """Poll in tasks, and hand out what has ended in this one. None outlives it."""
    outcomes = asyncio.Queue[tuple[Poll, T | BaseException]]()
    tasks = set[asyncio.Task[None]]()

    async def run(poll: Poll) -> None:
        try:
            outcome: T | BaseException = await drive_async(schedule.look(poll), transport())
        except BaseException as error:
            outcome = error
        outcomes.put_nowait((poll, outcome))

    try:
        while True:
            while (poll := schedule.start()) is not None:
                tasks.add(task := asyncio.create_task(run(poll)))
                task.add_done_callback(tasks.discard)
            for one in schedule.results():
                yield one
            if not schedule.goes_on():
                return
            try:
                async with asyncio.timeout(schedule.pause()):
                    poll, outcome = await outcomes.get()
            except TimeoutError:
                continue
            schedule.ended(poll, outcome)
    finally:
        left = list(tasks)
        for task in left:
            task.cancel()
        # One that had not begun is cancelled in the eyes of `gather`; whoever waits for it is not.
        await asyncio.gather(*left, return_exceptions=True)
