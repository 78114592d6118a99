"""What a call can ask its driver to do. Everything else in a call is plain computation."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from msgspec import Struct

from elevatekit_plugins.calls.limiter import Slot, Slots
from elevatekit_plugins.messages import Request

T = TypeVar("T")


class Send(Struct, frozen=True):
    """Send the request; the driver hands back a Response or throws a TransportError in."""

    request: Request
    deadline: float
    """An instant of the clock (`time.monotonic`)."""


class Sleep(Struct, frozen=True):
    """Wait this many seconds."""

    seconds: float


class Acquire(Struct, frozen=True):
    """Acquire a slot; the driver hands back whether there was one within `timeout` seconds."""

    slots: Slots
    slot: Slot
    """The holder. The call releases it, even if the driver never reports the outcome."""
    timeout: float


class Run(Struct, frozen=True):
    """Call a blocking function: in this thread or, under asyncio, in another one."""

    run: Callable[[float], Any]
    left: float
    """The argument of `run`: seconds until the deadline."""


Effect = Send | Sleep | Acquire | Run
Steps = Generator[Effect, Any, T]
"""A call in progress: yields effects, is handed their outcomes, returns its result."""
