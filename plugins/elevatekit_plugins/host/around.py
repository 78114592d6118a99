"""What stands around each call of a plugin: how the command line traces, and keeps stdout clean.

A host takes the wraps that are in force when it is made. Where there are none, which is
everywhere but in a few commands, a call costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

Wrap = Callable[[str, str, Callable[..., Any]], Callable[..., Any]]
"""`wrap(plugin, hook, function)` gives the function to call instead."""

_WRAPS: Final[ContextVar[tuple[Wrap, ...]]] = ContextVar("elevatekit_wraps", default=())


@contextmanager
def wrapping(wrap: Wrap) -> Generator[None]:
    """Put a wrap around the plugins of every host that this thread or task makes meanwhile."""
    token = _WRAPS.set((*_WRAPS.get(), wrap))
    try:
        yield
    finally:
        _WRAPS.reset(token)


def around(plugin: str, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with all wraps around it that are in force."""
    for wrap in _WRAPS.get():
        function = wrap(plugin, hook, function)
    return function
