"""Following a resource until it is done: polls, without I/O, like a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from elevatekit_plugins.api import Operation, Waiter
from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.errors import ArgumentError, DeadlineExceededError, WaitFailedError

T = TypeVar("T")


def interval(waiter: Waiter, kind: str | None) -> float:
    """Seconds between two polls: those of the kind, or the longest where it is not known."""
    longest = max(waiter.intervals.values())
    return longest if kind is None else waiter.intervals.get(kind, longest)


def wait(
    operation: Operation[T],
    poll: Callable[[float], Steps[T]],
    read: Callable[[T, str], Any],
    *,
    every: float,
    timeout: float,
    clock: Callable[[], float],
    progress: Callable[[T], None] | None,
) -> Steps[T]:
    """Poll until the state is final.

    Args:
        poll: makes one call that lasts at most the given number of seconds.
        read: reads a property of the answer by its name on the wire.

    Raises:
        WaitFailedError: the state is one of those that mean failure.
        DeadlineExceededError: `timeout` seconds passed before that.
    """
    waiter = operation.waiter
    if waiter is None:
        raise ArgumentError(f"operation {operation.id} cannot be waited on")
    deadline = clock() + timeout
    state: Any = "unknown"
    while True:
        left = deadline - clock()
        if left <= 0:
            raise _still(operation, state, timeout)
        answer = yield from poll(left)
        if progress is not None:
            progress(answer)
        state = read(answer, waiter.property)
        if state in waiter.done:
            return answer
        if state in waiter.failed:
            said = read(answer, waiter.message) if waiter.message else None
            raise WaitFailedError(
                f"operation {operation.id}: it ended as {state}: {said or 'no reason was given'}",
                state=state,
                operation=operation.id,
            )
        if clock() + every >= deadline:
            raise _still(operation, state, timeout)
        yield Sleep(every)


def _still(operation: Operation[Any], state: object, timeout: float) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"operation {operation.id}: still {state} after {timeout:g} s; wait longer",
        operation=operation.id,
    )
