"""The ledger of budgets that the server keeps, as far as this side knows them.

A question is counted as unknown *before* it is sent, and turned into what it was when the answer
came. So a process that dies in between has counted it: it can never be asked again by mistake.
"""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct, structs

from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.accounts import PerAccount
from elevatekit_plugins.calls.asked import Asked
from elevatekit_plugins.forks import Guarded

Outcome = Literal["success", "error", "unknown", "free"]
"""What became of a reserved unit. `free`: it was not counted by the server."""


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

    def settled(self, outcome: Outcome) -> Spent:
        """With one unknown turned into what it was."""
        match outcome:
            case "success":
                return structs.replace(self, unknown=self.unknown - 1, successes=self.successes + 1)
            case "error":
                return structs.replace(self, unknown=self.unknown - 1, errors=self.errors + 1)
            case "free":
                return structs.replace(self, unknown=self.unknown - 1)
            case "unknown":
                return self


class Ledger(Protocol):
    """Keeps what is spent, for each operation and resource. Safe to use from many threads."""

    def spent(self, operation: str, resource: str) -> Spent:
        """What is spent of this budget."""
        ...

    def reserve(self, operation: str, resource: str, quota: Quota) -> bool:
        """Count one as unknown, durably, if the budget allows it; else return False."""
        ...

    def settle(self, operation: str, resource: str, outcome: Outcome) -> Spent:
        """Turn one unknown into what it was, and return what is spent now."""
        ...


class MemoryLedger(Guarded):
    """A ledger that is forgotten with the process."""

    def __init__(self) -> None:
        self.asked = Asked()
        super().__init__()
        self._spent: dict[tuple[str, str], Spent] = {}

    def spent(self, operation: str, resource: str) -> Spent:
        return self._spent.get((operation, resource), Spent())

    def reserve(self, operation: str, resource: str, quota: Quota) -> bool:
        with self._lock:
            spent = self.spent(operation, resource)
            if not spent.allows(quota):
                return False
            self._spent[operation, resource] = structs.replace(spent, unknown=spent.unknown + 1)
            return True

    def settle(self, operation: str, resource: str, outcome: Outcome) -> Spent:
        with self._lock:
            spent = self.spent(operation, resource).settled(outcome)
            self._spent[operation, resource] = spent
            return spent


_shared = PerAccount[MemoryLedger]()


def shared_ledger(base_url: str, token: str) -> MemoryLedger:
    """The ledger of this process for one account: the server's budgets know no clients."""
    return _shared.get(base_url, token, "", MemoryLedger)


def forget_ledgers(base_url: str) -> None:
    """Forget what was spent at a service that begins again."""
    _shared.forget(base_url)
