"""The time of the simulated service: it starts at a fixed instant and runs at a chosen rate."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

START: Final = datetime(2025, 1, 6, 9, 0, 0, tzinfo=UTC)
"""When every simulated service begins, so that equal runs give equal answers."""
_END: Final = (datetime(9999, 1, 1, tzinfo=UTC) - START).total_seconds()
"""Calendars end with that year: no instant that is written down is later."""


class VirtualClock:
    """Simulated seconds since `START`.

    Args:
        rate: Simulated seconds for each real one. 0: the clock stands still until it is moved.
        monotonic: Where real time comes from, in seconds.

    Raises:
        ValueError: the rate is negative or not finite.
    """

    def __init__(self, rate: float = 0.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        if not (rate >= 0 and math.isfinite(rate)):
            raise ValueError(f"the clock rate must be 0 or more, not {rate}")
        self._rate = rate
        self._monotonic = monotonic
        self._begun = monotonic()
        self._added = 0.0

    def now(self) -> float:
        """Simulated seconds since the beginning."""
        return (self._monotonic() - self._begun) * self._rate + self._added

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        Raises:
            ValueError: `seconds` is negative or not finite.
        """
        if not (seconds >= 0 and math.isfinite(seconds)):
            raise ValueError(f"the clock cannot be moved by {seconds} seconds; use 0 or more")
        self._added += seconds

    def reset(self) -> None:
        """Back to the beginning."""
        self._begun = self._monotonic()
        self._added = 0.0


def timestamp(seconds: float) -> str:
    """The instant `seconds` after the beginning, as RFC 3339 in UTC with microseconds."""
    return _instant(seconds).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def http_date(seconds: float) -> str:
    """The same as HTTP writes it (RFC 9110, 5.6.7), in whole seconds."""
    return format_datetime(_instant(seconds), usegmt=True)


def _instant(seconds: float) -> datetime:
    return START + timedelta(seconds=min(seconds, _END))
