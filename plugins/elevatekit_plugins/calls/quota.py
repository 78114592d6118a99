"""The ledger of budgets that the server keeps, as far as this side knows them.

A question is counted as unknown *before* it is sent, and turned into what it was when the answer
came. So a process that dies in between has counted it: it can never be asked again by mistake.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex
from typing import Literal, Protocol

import msgspec
from msgspec import Struct

from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.accounts import PerAccount
from elevatekit_plugins.calls.questions import Asked
from elevatekit_plugins.forks import Guarded

Outcome = Literal["success", "error", "unknown", "free"]
"""What became of a reserved unit. `free`: it was not counted by the server."""


class Reservation(Struct, frozen=True):
    """One unit of a budget, counted before its question is sent."""

    operation: str
    resource: str
    id: str = msgspec.field(default_factory=partial(token_hex, 8))
    """Of its own in all processes, so that none settles what another one counted."""


class Spent(Struct, frozen=True):
    """What is spent of one budget."""

    successes: int = 0
    errors: int = 0
    unknown: int = 0

    def allows(self, quota: Quota) -> bool:
        """Whether one more may be sent; every unknown one counts on both sides."""
        return (
            self.successes + self.unknown < quota.successes
            and self.errors + self.unknown < quota.errors
        )


class Ledger(Protocol):
    """Keeps what is spent, for each operation and resource. Safe to use from many threads."""

    @property
    def asked(self) -> Asked:
        """What this process knows of the questions that the budgets were spent on."""
        ...

    def spent(self, operation: str, resource: str) -> Spent:
        """What is spent of this budget."""
        ...

    def reserve(self, reservation: Reservation, quota: Quota) -> bool:
        """Count it as unknown, durably, if the budget allows it; else return False."""
        ...

    def settle(self, reservation: Reservation, outcome: Outcome) -> Spent:
        """Replace the unknown unit by its outcome, and return what is spent now.

        A reservation that is settled already, or was made by another ledger, changes nothing.
        """
        ...


@dataclass(slots=True)
class _Budget:
    """What is spent of one budget. What is unknown are the reservations that are open."""

    successes: int = 0
    errors: int = 0
    open: set[str] = field(default_factory=set[str])


class MemoryLedger(Guarded):
    """A ledger that is forgotten with the process."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = Asked()
        self._budgets: dict[tuple[str, str], _Budget] = defaultdict(_Budget)

    def spent(self, operation: str, resource: str) -> Spent:
        budget = self._budgets[operation, resource]
        return Spent(budget.successes, budget.errors, len(budget.open))

    def reserve(self, reservation: Reservation, quota: Quota) -> bool:
        operation, resource = reservation.operation, reservation.resource
        with self._lock:
            if not self.spent(operation, resource).allows(quota):
                return False
            self._budgets[operation, resource].open.add(reservation.id)
            return True

    def settle(self, reservation: Reservation, outcome: Outcome) -> Spent:
        operation, resource = reservation.operation, reservation.resource
        with self._lock:
            budget = self._budgets[operation, resource]
            if reservation.id in budget.open and outcome != "unknown":
                # Counted before it is let go: an interrupt in between must not loosen the budget.
                budget.successes += outcome == "success"
                budget.errors += outcome == "error"
                budget.open.remove(reservation.id)
            return self.spent(operation, resource)


_shared = PerAccount[MemoryLedger]()


def shared_ledger(base_url: str, token: str) -> MemoryLedger:
    """The ledger of this process for one account: budgets belong to accounts, not to clients."""
    return _shared.get(base_url, token, "", MemoryLedger)


def forget_ledgers(base_url: str) -> None:
    """Forget what was spent at a service that begins again."""
    _shared.forget(base_url)
