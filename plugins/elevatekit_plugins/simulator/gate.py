"""How many requests of an account are in flight in each group, and whether one more may be."""

from __future__ import annotations

from collections import Counter

from elevatekit_plugins.api import Concurrency
from elevatekit_plugins.simulator.ledger import Ledger


class Gate:
    """Counts what is in flight. Used by one event loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._flying: Counter[tuple[str, str]] = Counter()

    def enter(self, token: str, rule: Concurrency) -> bool:
        """Take a place for one request; False: the account has none left."""
        flying = self._flying[token, rule.group]
        if flying >= rule.limit:
            self._ledger.refused[rule.group] += 1
            return False
        self._flying[token, rule.group] = flying + 1
        most = self._ledger.most_in_flight
        most[rule.group] = max(most[rule.group], flying + 1)
        self._ledger.in_flight[rule.group] += 1
        return True

    def leave(self, token: str, rule: Concurrency) -> None:
        """Give the place back."""
        self._flying[token, rule.group] -= 1
        self._ledger.in_flight[rule.group] -= 1
