"""The ledger of budgets that outlives the process, because it stands in the journal."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.quota import Outcome, Spent
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.journal.writer import Writer


class JournalLedger:
    """Implements `calls.quota.Ledger`: what was reserved is on the disk before it is sent."""

    def __init__(self, writer: Callable[[], Writer]) -> None:
        self._writer = writer

    def spent(self, operation: str, resource: str) -> Spent:
        return self._writer().run(lambda tables: tables.budgets.get(operation, resource))

    def reserve(self, operation: str, resource: str, quota: Quota) -> bool:
        def write(tables: Tables) -> bool:
            spent = tables.budgets.get(operation, resource)
            if not spent.allows(quota):
                return False
            reserved = structs.replace(spent, unknown=spent.unknown + 1)
            tables.budgets.set(operation, resource, reserved)
            return True

        return self._writer().run(write)

    def settle(self, operation: str, resource: str, outcome: Outcome) -> Spent:
        def write(tables: Tables) -> Spent:
            spent = tables.budgets.get(operation, resource).settled(outcome)
            tables.budgets.set(operation, resource, spent)
            return spent

        return self._writer().run(write)
