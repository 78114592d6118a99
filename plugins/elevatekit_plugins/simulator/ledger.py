"""What the simulator itself counted. Tests take their truth from here, never from a client."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field


class Spent(Struct):
    """What a budget has used up."""

    successes: int = 0
    errors: int = 0


class Ledger(Struct):
    """Counted since the start or the last reset."""

    calls: Counter[str] = field(default_factory=Counter[str])
    """Requests that reached an operation, by its id; refused ones too."""
    answered: Counter[str] = field(default_factory=Counter[str])
    """Those of them that were carried out and answered with a success, by operation."""
    statuses: Counter[int] = field(default_factory=Counter[int])
    """Responses by status."""
    declared: int = 0
    """Interactions that were created."""
    deleted: int = 0
    asked: dict[str, Spent] = field(default_factory=dict[str, Spent])
    """Questions by operation."""
    spent: dict[str, dict[str, Spent]] = field(default_factory=dict[str, dict[str, Spent]])
    """The same by interaction, and then by operation."""
    refused: Counter[str] = field(default_factory=Counter[str])
    """Requests beyond a concurrency limit, by the group of the limit."""
    in_flight: Counter[str] = field(default_factory=Counter[str])
    """Requests of a concurrency group that are being served now, over all accounts."""
    most_in_flight: Counter[str] = field(default_factory=Counter[str])
    """The largest number of them for one account."""
    faults: int = 0
    """Answers that a fault replaced."""
    violations: list[str] = field(default_factory=list[str])
    """Failures of the simulator itself: answers that broke the spec (found by the self-check)."""

    def spend(
        self, operation: str, interaction: str, *, successes: int = 0, errors: int = 0
    ) -> None:
        """Count questions of an operation about an interaction."""
        about = self.spent.setdefault(interaction, {})
        for spent in (
            self.asked.setdefault(operation, Spent()),
            about.setdefault(operation, Spent()),
        ):
            spent.successes += successes
            spent.errors += errors
