"""What the simulator itself counted. Tests take their truth from here, never from a client."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field


class Spent(Struct):
    """What one operation with a budget has used up, over all interactions."""

    successes: int = 0
    errors: int = 0


class Ledger(Struct):
    """Counted since the start or the last reset."""

    calls: Counter[str] = field(default_factory=Counter[str])
    """Requests that reached an operation, by its id; refused ones too."""
    statuses: Counter[int] = field(default_factory=Counter[int])
    """Responses by status."""
    declared: int = 0
    """Interactions that were created."""
    deleted: int = 0
    asked: dict[str, Spent] = field(default_factory=dict[str, Spent])
    """Questions by operation."""
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
