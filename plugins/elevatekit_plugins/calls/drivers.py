"""The two loops that carry out what a call asks for. No logic stands here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from elevatekit_plugins.calls.effects import Run, Send, Sleep, Steps
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport

T = TypeVar("T")


def drive(
    steps: Steps[T], transport: Transport, sleep: Callable[[float], object] = time.sleep
) -> T:
    """Run a call to its end in this thread."""
    try:
        effect = next(steps)
        while True:
            try:
                outcome: Any = None
                match effect:
                    case Send():
                        outcome = transport.send(effect.request, effect.deadline)
                    case Sleep():
                        sleep(effect.seconds)
                    case Run():
                        outcome = effect.run(effect.left)
                    case _:
                        outcome = effect.slots.acquire(effect.slot, effect.timeout)
            except BaseException as error:
                # Thrown in, so that the call gives back what it holds.
                effect = steps.throw(error)
            else:
                effect = steps.send(outcome)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        steps.close()  # an interrupt may have come where nobody could throw it in


async def drive_async(
    steps: Steps[T],
    transport: AsyncTransport,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> T:
    """Run a call to its end in this task."""
    try:
        effect = next(steps)
        while True:
            try:
                outcome: Any = None
                match effect:
                    case Send():
                        outcome = await transport.send(effect.request, effect.deadline)
                    case Sleep():
                        await sleep(effect.seconds)
                    case Run():
                        outcome = await asyncio.to_thread(effect.run, effect.left)
                    case _:
                        outcome = await effect.slots.acquire_async(effect.slot, effect.timeout)
            except BaseException as error:
                effect = steps.throw(error)
            else:
                effect = steps.send(outcome)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        steps.close()  # an interrupt may have come where nobody could throw it in
