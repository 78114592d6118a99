"""What a client knows of its server: whether one ever answered, and whether it is away now.

A patient policy rides out outages. A server that nobody has ever reached is not away: its address
is wrong, or it is not there yet. So it is given no longer than a call takes without patience.
"""

from __future__ import annotations

import logging
from typing import Final

from elevatekit_plugins.errors import ConnectError, TransportError
from elevatekit_plugins.messages import Attempt

LONG: Final = 10.0
"""Seconds of a wait from which on a warning is logged."""

log = logging.getLogger("elevatekit.calls")


class Contact:
    """The server of a client, as all of its calls see it.

    It has no lock: threads that meet in the same instant may tell the same thing twice.
    """

    __slots__ = ("_reached", "_told")

    def __init__(self) -> None:
        self._reached = False
        self._told = False

    def answered(self, *, well: bool) -> None:
        """A server answered, with a result or with an error."""
        self._reached = True
        if well:
            self._told = False

    def never_made(self, error: TransportError | None) -> bool:
        """Whether no connection could be made, now or ever before."""
        nobody = isinstance(error, ConnectError) or (
            error is not None and isinstance(error.__cause__, ConnectError)
        )
        return nobody and not self._reached

    def waiting(self, operation: str, attempt: Attempt, delay: float, left: float) -> None:
        """Log a warning for the first long wait of a patient call in an outage.

        Args:
            left: seconds that it may go on.
        """
        if self._told or (delay < LONG and self._reached):
            return
        self._told = True
        what = attempt.error or f"operation {operation} answered {attempt.status}"
        state = "it to recover" if self._reached else "a server that has never responded"
        log.warning("%s; waiting for %s, for up to %.0f s", what, state, left)
