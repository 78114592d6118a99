"""How long a pull goes on while none of its requests reaches the server."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from elevatekit_plugins.errors import CertificateError, TransportError

OUTAGE: Final = 60.0
"""Seconds in which nothing reaches a server that was reached before, until a pull stops."""
ABSENCE: Final = 5.0
"""The same for a server that was never reached: its address is wrong, or it is not there yet."""
SHORTEST: Final = 0.5
LONGEST: Final = 10.0
"""Seconds until a request that did not reach the server is made again: as long as the outage has
lasted, within these limits."""


class Reach:
    """Since when nothing has reached the server. For use by one thread at a time.

    Args:
        clock: seconds, from any point. One that stands still while a computer sleeps is best.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._reached: float | None = None
        self._missed: float | None = None

    @property
    def unreached(self) -> float:
        """For how many seconds nothing has reached the server; 0.0 where the last request did."""
        missed = self._missed
        return 0.0 if missed is None else self.clock() - missed

    def hit(self) -> None:
        """A request reached the server."""
        self._reached, self._missed = self.clock(), None

    def miss(self, error: TransportError, began: float) -> float:
        """A request that was begun at this time did not; how long to wait before the next.

        Raises:
            TransportError: it has lasted too long, and the message says since when; or the
                server's certificate was refused, or a credential, as it would be the next time.
        """
        if isinstance(error, CertificateError) or not error.temporary:
            raise error
        if self._missed is None:
            self._missed = began if self._reached is None else max(began, self._reached)
        lasted = self.clock() - self._missed
        if lasted < (ABSENCE if self._reached is None else OUTAGE):
            return min(LONGEST, max(SHORTEST, lasted))
        since = datetime.now().astimezone() - timedelta(seconds=lasted)
        raise TransportError(
            f"no request has reached the server since {since:%Y-%m-%d %H:%M:%S%z}: {error}",
            sent=False,
            operation=error.operation,
            attempts=error.attempts,
        ) from error
