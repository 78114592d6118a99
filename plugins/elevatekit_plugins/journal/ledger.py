"""The ledger of budgets that outlives the process, because it stands in the journal."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.questions import Asked
from elevatekit_plugins.calls.quota import Outcome, Reservation, Spent
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.journal.writer import Writer


class JournalLedger:
    """Implements `calls.quota.Ledger`: what was reserved is on the disk before it is sent.

    What this process reserved, it can settle. What another one left is unknown until the history
    of the server tells.
    """

    def __init__(self, writer: Callable[[], Writer]) -> None:
        self.asked = Asked()
        self._writer = writer
        self._open = set[str]()

    def spent(self, operation: str, resource: str) -> Spent:
        return self._writer().run(lambda tables: tables.budgets.get(operation, resource))

    def reserve(self, reservation: Reservation, quota: Quota) -> bool:
        operation, resource = reservation.operation, reservation.resource

        def write(tables: Tables) -> bool:
            spent = tables.budgets.get(operation, resource)
            if not spent.allows(quota):
                return False
            reserved = structs.replace(spent, unknown=spent.unknown + 1)
            tables.budgets.set(operation, resource, reserved)
            self._open.add(reservation.id)
            return True

        return self._writer().run(write)

    def settle(self, reservation: Reservation, outcome: Outcome) -> Spent:
        operation, resource = reservation.operation, reservation.resource

        def write(tables: Tables) -> Spent:
            spent = tables.budgets.get(operation, resource)
            if reservation.id in self._open and outcome != "unknown":
                spent = Spent(
                    spent.successes + (outcome == "success"),
                    spent.errors + (outcome == "error"),
                    max(0, spent.unknown - 1),
                )
                tables.budgets.set(operation, resource, spent)
                self._open.discard(reservation.id)
            return spent

        return self._writer().run(write)
