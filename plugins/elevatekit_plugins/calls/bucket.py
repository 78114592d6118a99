"""A token bucket for retries: in an outage they add a little traffic, not a multiple of it."""

from __future__ import annotations

from typing import Final

from elevatekit_plugins.forks import Guarded

CAPACITY: Final = 500
COST: Final = 5
COST_WITHOUT_ANSWER: Final = 10
REFUND: Final = 1


class RetryBucket(Guarded):
    """What a client may still spend on retries.

    It begins full; a retry costs 5, one after no answer at all 10, and each success gives 1
    back (the figures of botocore's standard mode). So a client whose calls all fail retries
    some fifty times and then lets failures through at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._tokens = CAPACITY

    def spend(self, *, answered: bool) -> bool:
        """Take the price of a retry; False where it is not there."""
        cost = COST if answered else COST_WITHOUT_ANSWER
        with self._lock:
            if self._tokens < cost:
                return False
            self._tokens -= cost
            return True

    def refund(self) -> None:
        """A call succeeded."""
        if self._tokens >= CAPACITY:
            return
        with self._lock:
            self._tokens = min(CAPACITY, self._tokens + REFUND)
