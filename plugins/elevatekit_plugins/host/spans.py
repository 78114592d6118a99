"""Spans: what plugins wrap around a call. One that fails is reported, and harms nobody."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Any, Final

from msgspec import Struct

from elevatekit_plugins.hooks.events import CallStarted
from elevatekit_plugins.host.calling import Calls
from elevatekit_plugins.host.failures import report
from elevatekit_plugins.host.implementation import Implementation


class Span(Struct, frozen=True):
    """The three moments of a span, as functions that the host calls."""

    open: Implementation
    enter: Implementation
    leave: Implementation

    @property
    def moments(self) -> tuple[Implementation, ...]:
        return (self.open, self.enter, self.leave)


def span(plugin: str, name: str, opens: Callable[[CallStarted], Any]) -> Span:
    """The span of this name of a plugin."""
    hook = f"span {name}"
    return Span(
        Implementation(plugin, hook, opens),
        Implementation(plugin, hook, _enter),
        Implementation(plugin, hook, _leave),
    )


@contextmanager
def wrapped(calls: Calls, spans: Iterable[Span], started: CallStarted) -> Generator[None]:
    """Enter each span and leave it again, the last one first.

    A span sees the error that the call ends with, and cannot make it go away.
    """
    entered: list[tuple[Span, AbstractContextManager[Any]]] = []
    for one in spans:
        opened = _attempt(calls, one.open, started)
        if opened is not _FAILED and _attempt(calls, one.enter, opened) is not _FAILED:
            entered.append((one, opened))
    ended: BaseException | None = None
    try:
        yield
    except BaseException as error:
        ended = error
        raise
    finally:
        seen = (None, None, None) if ended is None else (type(ended), ended, ended.__traceback__)
        for one, opened in reversed(entered):
            _attempt(calls, one.leave, opened, *seen)


_FAILED: Final = object()


def _attempt(calls: Calls, implementation: Implementation, *arguments: Any) -> Any:
    try:
        return calls.call(implementation, *arguments)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        report(implementation)
        return _FAILED


def _enter(opened: AbstractContextManager[Any]) -> None:
    opened.__enter__()


def _leave(
    opened: AbstractContextManager[Any],
    kind: type[BaseException] | None,
    error: BaseException | None,
    traceback: TracebackType | None,
) -> None:
    try:
        opened.__exit__(kind, error, traceback)
    except BaseException as raised:
        if raised is not error:  # handing on what the call ended with is no fault
            raise
