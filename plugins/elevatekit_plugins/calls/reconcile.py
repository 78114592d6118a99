"""Settling a question whose answer was lost, from the history that the server keeps of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.asked import Asked
from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.calls.history import Entry
from elevatekit_plugins.calls.quota import Ledger
from elevatekit_plugins.errors import ArgumentError, DeadlineExceededError, OutcomeUnknownError
from elevatekit_plugins.messages import Settlement

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 15.0
"""Seconds between two looks."""


def reconcile(
    error: OutcomeUnknownError,
    operation: Operation[Any],
    ledger: Ledger,
    asked: Asked,
    look: Callable[[float], Steps[list[Entry]]],
    *,
    patience: float,
    timeout: float,
    clock: Callable[[], float],
    wall: Callable[[], float],
) -> Steps[Settlement]:
    """Look until the question is listed, or the server can no longer be working on it.

    Args:
        look: reads the history, within at most the given number of seconds.
        patience: seconds after the answer was given up in which it may still be listed.
        timeout: seconds for all of it.
        wall: seconds since 1970.

    Raises:
        DeadlineExceededError: the time is up first; the question stays unknown.
    """
    question, resource = error.question, error.resource
    if question is None or resource is None:
        raise ArgumentError(
            f"operation {operation.id} keeps no history that could tell what became of it",
            operation=operation.id,
        )
    deadline, pause = clock() + timeout, FIRST_PAUSE
    while error.settlement is None:
        patient = error.lost_at + patience - wall()
        entries = yield from look(deadline - clock())
        found = _unaccounted(entries, operation.id, resource, question, asked)
        if found is None and patient > 0:
            pause = min(pause, patient)
            if clock() + pause >= deadline:
                raise DeadlineExceededError(
                    f"operation {operation.id}: the question is not in the history after"
                    f" {timeout:g} s, and may still come; it counts as spent",
                    operation=operation.id,
                )
            yield Sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        if ledger.spent(operation.id, resource).unknown:  # another process's may never have been
            ledger.settle(operation.id, resource, found.outcome if found else "free")
        if found:
            asked.note(operation.id, resource, question, found.outcome)
        error.settlement = Settlement(
            question=question,
            asked=found is not None,
            answer=found.answer if found else None,
            failure=found.failure if found else None,
        )
    return error.settlement


def _unaccounted(
    entries: Sequence[Entry], operation: str, resource: str, question: str, asked: Asked
) -> Entry | None:
    """The newest entry of a question, where there are more of it than this side knows of."""
    outcomes: tuple[Literal["success", "error"], ...] = ("success", "error")
    for outcome in outcomes:
        alike = [
            entry
            for entry in entries
            if entry.outcome == outcome and entry.question.strip() == question.strip()
        ]
        if len(alike) > asked.count(operation, resource, question, outcome):
            return alike[-1]
    return None
