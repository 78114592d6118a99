"""What the engine needs of a transport, and nothing more."""

from __future__ import annotations

from typing import Final, Protocol, runtime_checkable

from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.messages import Request, Response

MAX_BYTES: Final = 64 * 1024 * 1024
"""The default limit of a response's decoded body, in bytes."""

MAX_HEADER_BYTES: Final = 64 * 1024
"""The limit of all header fields of a response together, in bytes."""


@runtime_checkable
class Transport(Protocol):
    """Sends one request. Bounds time and bytes while it reads. Follows no redirect."""

    def send(self, request: Request, deadline: float) -> Response:
        """
        Args:
            deadline: the instant of `time.monotonic` at which it gives up.

        Raises:
            TransportError: no usable response; `sent` says whether the server may have seen it.
        """
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


@runtime_checkable
class AsyncTransport(Protocol):
    """The same for asyncio."""

    async def send(self, request: Request, deadline: float) -> Response:
        """As `Transport.send`."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...


def contract_broken(request: Request, what: str) -> TransportError:
    """The error for a transport that does anything else. The request may have been sent."""
    return TransportError(
        f"operation {request.operation}: the transport {what}; it may only return a Response or"
        " raise a TransportError",
        operation=request.operation,
    )
