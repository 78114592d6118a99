"""Which questions this side knows the outcome of, so that the history's others stand out."""

from __future__ import annotations

from collections import Counter

from elevatekit_plugins.forks import Guarded


class Asked(Guarded):
    """Counts outcomes by operation, resource and question. Safe to use from many threads.

    Questions are kept as hashes: they are not to lie about in memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[tuple[str, str], Counter[tuple[str, int]]] = {}

    def note(self, operation: str, resource: str, question: str, outcome: str) -> None:
        """A question had this outcome."""
        with self._lock:
            counts = self._counts.setdefault((operation, resource), Counter())
            counts[outcome, hash(question.strip())] += 1

    def count(self, operation: str, resource: str, question: str, outcome: str) -> int:
        """How often it had."""
        with self._lock:
            counts = self._counts.get((operation, resource))
            return 0 if counts is None else counts[outcome, hash(question.strip())]
