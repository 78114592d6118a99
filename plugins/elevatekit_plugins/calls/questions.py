"""The questions that this process asked: they tell which entries of a history are of others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from msgspec import Struct

from elevatekit_plugins.calls.history import Entry, find
from elevatekit_plugins.forks import Guarded
from elevatekit_plugins.messages import LostQuestion


class Found(Struct, frozen=True):
    """What became of a lost question."""

    entry: Entry | None
    """Its entry in the history. None: it was never asked."""


class Asked(Guarded):
    """Counts outcomes, and assigns each lost question an entry of the history. Thread-safe.

    Settled questions are kept as hashes, so that their texts do not stay in memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[tuple[str, str, int], Counter[str]] = defaultdict(Counter)
        self._taken: dict[tuple[str, str], set[int]] = defaultdict(set)
        """The places in the history that lost questions were found at."""
        self._settled: dict[str, int | None] = {}
        """For each reservation that was lost and is settled: where it was found."""
        self._lost: dict[str, LostQuestion] = {}

    def note(self, operation: str, resource: str, question: str, outcome: str) -> None:
        """A question had this outcome."""
        with self._lock:
            self._counts[operation, resource, hash(question.strip())][outcome] += 1

    def count(self, operation: str, resource: str, question: str, outcome: str) -> int:
        """How often a question had this outcome."""
        return self._counts[operation, resource, hash(question.strip())][outcome]

    def lose(self, lost: LostQuestion) -> None:
        """The answer to a question did not come."""
        self._lost[lost.reservation] = lost

    def unsettled(self, account: str) -> list[LostQuestion]:
        """The questions of an account of which nobody knows what became, the oldest first."""
        return [lost for lost in list(self._lost.values()) if lost.account == account]

    def find(self, lost: LostQuestion, entries: Sequence[Entry], *, final: bool) -> Found | None:
        """What became of a lost question. Whoever asks again is told the same.

        Args:
            final: whether it will not be listed any more; else None stands for "not yet".
        """
        counts = self._counts[lost.operation, lost.resource, hash(lost.question.strip())]
        taken = self._taken[lost.operation, lost.resource]
        # One at a time: two who look at once must not take the same entry for theirs.
        with self._lock:
            if lost.reservation in self._settled:
                place = self._settled[lost.reservation]
                return Found(next((e for e in entries if e.place == place), None))
            entry = find(entries, lost.question, counts, taken)
            if entry is not None:
                counts[entry.outcome] += 1
                taken.add(entry.place)
            elif not final:
                return None
            self._settled[lost.reservation] = None if entry is None else entry.place
            self._lost.pop(lost.reservation, None)
            return Found(entry)
