"""The request that a thread or a task is sending: its deadline, and whether it was sent."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Final

from elevatekit_plugins.messages import Request
from elevatekit_plugins.secrecy import header_secrets

_TO_A_PROXY: Final = b"CONNECT "


class Sending:
    """One sending of a request, as the network backends below see it."""

    __slots__ = ("cut", "deadline", "request", "sent")

    def __init__(self, request: Request, deadline: float) -> None:
        self.request = request
        self.deadline = deadline
        self.sent = False
        """Whether a byte of it may have been sent. A CONNECT to a proxy does not count."""
        self.cut = False
        """Whether the connection broke before all of it was out."""

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Seconds until the deadline, or `timeout` where that is sooner.

        Raises:
            late: it has passed. However short a timeout is, what is there already is read: so a
                server that never pauses would hold a call for as long as it likes.
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise late("the deadline passed")
        return left if timeout is None else min(left, timeout)

    def writes(self, buffer: bytes) -> None:
        """Note that these bytes are about to be written. In doubt, the request counts as sent."""
        if not self.sent:
            self.sent = not buffer.startswith(_TO_A_PROXY)


current: Final = ContextVar[Sending]("current")
"""What is being sent. httpcore2 connects, writes and reads where it was called."""


def credentials(request: Request) -> list[str]:
    """The texts of a request that may be credentials, for the redaction of what a server echoes."""
    shown = request.redacted().headers
    return header_secrets(
        value for (_, value), (_, seen) in zip(request.headers, shown, strict=True) if value != seen
    )
