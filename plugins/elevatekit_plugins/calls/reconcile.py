"""Settling a question whose answer was lost, from the history that the server keeps of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.calls.history import Entry
from elevatekit_plugins.calls.quota import Ledger, Spent
from elevatekit_plugins.errors import ArgumentError, DeadlineExceededError, OutcomeUnknownError
from elevatekit_plugins.messages import Settlement

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 15.0
"""Seconds between two looks."""


def reconcile(
    error: OutcomeUnknownError,
    operation: Operation[Any],
    ledger: Ledger,
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
        # Before the look: what is settled meanwhile by others is then counted once, not twice.
        spent, patient = ledger.spent(operation.id, resource), error.lost_at + patience - wall()
        entries = yield from look(deadline - clock())
        found = _listed(entries, question, spent)
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
        if spent.unknown:  # a ledger of another process may never have counted it
            ledger.settle(operation.id, resource, found.outcome if found else "free")
        error.settlement = Settlement(
            question=question,
            asked=found is not None,
            answer=found.answer if found else None,
            failure=found.failure if found else None,
        )
    return error.settlement


def _listed(entries: Sequence[Entry], question: str, spent: Spent) -> Entry | None:
    """The newest entry of a question, where the history has more than this side knows of."""
    for outcome, known in (("success", spent.successes), ("error", spent.errors)):
        alike = [entry for entry in entries if entry.outcome == outcome]
        if len(alike) > known:
            for entry in reversed(alike):
                if entry.question.strip() == question.strip():
                    return entry
    return None
