"""Settling a question whose answer was lost, from the history that the server keeps of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.calls.history import Entry
from elevatekit_plugins.calls.quota import Ledger, Reservation
from elevatekit_plugins.errors import DeadlineExceededError
from elevatekit_plugins.messages import LostQuestion, Settlement

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 15.0
"""Seconds between two looks."""


def reconcile(
    lost: LostQuestion,
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
    deadline, pause = clock() + timeout, FIRST_PAUSE
    while True:
        patient = lost.lost_at + patience - wall()
        entries = yield from look(deadline - clock())
        found = ledger.asked.find(lost, entries, final=patient <= 0)
        if found is not None:
            break
        pause = min(pause, patient)
        if clock() + pause >= deadline:
            raise DeadlineExceededError(
                f"operation {lost.operation}: the question is not in the history after"
                f" {timeout:g} s but may still appear; it counts as spent",
                operation=lost.operation,
            )
        yield Sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    entry = found.entry
    reservation = Reservation(lost.operation, lost.resource, lost.reservation)
    ledger.settle(reservation, entry.outcome if entry else "free")
    return Settlement(
        question=lost.question,
        asked=entry is not None,
        answer=entry.answer if entry else None,
        failure=entry.failure if entry else None,
    )
