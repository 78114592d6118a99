"""How many requests an account may have in flight, and how many declarations in some time."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import Final

from elevatekit_plugins.api import Concurrency
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.switches import Switches

SECONDS: Final = {"minute": 60.0, "month": 30 * 86_400.0}


class Gate:
    """Counts what is in flight in each group. Used by one event loop."""

    def __init__(self, ledger: Ledger, switches: Switches) -> None:
        self._ledger = ledger
        self._limit = switches.limit_concurrent
        self._flying: Counter[tuple[str, str]] = Counter()

    def enter(self, token: str, rule: Concurrency) -> bool:
        """Take a place for one request; False: the account has none left."""
        flying = self._flying[token, rule.group]
        if flying >= self.limit(rule):
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

    def limit(self, rule: Concurrency) -> int:
        """How many requests of this group an account may have in flight."""
        return rule.limit if self._limit is None else self._limit


class Allowance:
    """Counts the declarations of each account in the time that a switch says."""

    def __init__(self, switches: Switches) -> None:
        self._limit = switches.declare_limit
        self._seconds = SECONDS[switches.declare_limit_per]
        self._times: defaultdict[str, deque[float]] = defaultdict(deque)

    def take(self, token: str, now: float) -> bool:
        """Count one at this simulated second; False: there is none left, and none is counted."""
        if self._limit is None:
            return True
        times = self._times[token]
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True
