"""The rules of one simulator, and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.faults.rules import EVERY, Fault, check_operation


class Scheduled(Struct):
    """A rule that waits for its call."""

    rule: Fault
    fired: int = 0
    """How often it was carried out."""


class Faults:
    """The rules of one simulator, and how often each operation was called.

    Used by one event loop; a test may read and set it from another thread.
    """

    def __init__(self, api: Api) -> None:
        self.api = api
        self.set(())

    def set(self, rules: Sequence[Fault]) -> None:
        """Replace all rules and count calls from nothing.

        Raises:
            ValueError: a rule names an operation that does not exist.
        """
        for rule in rules:
            check_operation(rule, self.api)
        self._scheduled = tuple(Scheduled(rule) for rule in rules)
        self._calls: Counter[str] = Counter()

    def add(self, rule: Fault) -> None:
        """Add a rule to those that there are; calls keep their count.

        Raises:
            ValueError: the rule names an operation that does not exist.
        """
        check_operation(rule, self.api)
        self._scheduled += (Scheduled(rule),)

    def early(self, operation: str) -> Scheduled | None:
        """The rule that strikes before the body of a call is read, if that is the next one due.

        Then the call is counted. Else `due` counts it, once it has been accepted.
        """
        due = self._next(operation)
        if due is None or due.rule.found is None or not due.rule.found.early:
            return None
        self._count(operation)
        return due

    def due(self, operation: str) -> Scheduled | None:
        """Count a call, and give the rule that it meets; of several the first."""
        due = self._next(operation)
        self._count(operation)
        return due

    @property
    def standing(self) -> tuple[Scheduled, ...]:
        """All rules, and how often each fired so far."""
        return self._scheduled

    @property
    def unfired(self) -> tuple[Fault, ...]:
        """The rules that never fired, so far."""
        return tuple(one.rule for one in self._scheduled if not one.fired)

    def _next(self, operation: str) -> Scheduled | None:
        for one in self._scheduled:
            rule = one.rule
            if rule.operation in (operation, EVERY):
                count = self._calls[rule.operation] + 1
                if rule.nth <= count < rule.nth + rule.times:
                    return one
        return None

    def _count(self, operation: str) -> None:
        self._calls[operation] += 1
        self._calls[EVERY] += 1
