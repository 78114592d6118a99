"""Checks that a transport which a user gave to a client keeps the contract of transports.

Our own transports keep it, so their calls do not pay for the checks.
"""

from __future__ import annotations

from typing import Final

from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.foreign import legible
from elevatekit_plugins.messages import Request, Response, are_headers
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport, contract_broken

_LONGEST: Final = 200
"""Characters of another's error that are shown."""


class CheckedTransport:
    """A checked transport for `Client`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: Request, deadline: float) -> Response:
        try:
            response = self._transport.send(request, deadline)
        except TransportError:
            raise
        except Exception as error:
            raise _broken(request, error) from error
        return _checked(request, response)

    def close(self) -> None:
        self._transport.close()


class AsyncCheckedTransport:
    """A checked transport for `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def send(self, request: Request, deadline: float) -> Response:
        try:
            response = await self._transport.send(request, deadline)
        except TransportError:
            raise
        except Exception as error:
            raise _broken(request, error) from error
        return _checked(request, response)

    async def aclose(self) -> None:
        await self._transport.aclose()


def _broken(request: Request, error: Exception) -> TransportError:
    """For any other error than a TransportError: one of ours, too, tells of no attempt."""
    try:
        said = legible(str(error), _LONGEST)
    except Exception:  # its own __str__ fails
        said = "?"
    return contract_broken(request, f"raised {type(error).__name__}: {said}")


def _checked(request: Request, response: object) -> Response:
    if type(response) is not Response:
        raise contract_broken(request, f"returned {type(response).__name__}, not Response")
    if type(response.status) is not int or not isinstance(response.body, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise contract_broken(
            request, "returned a Response whose status is not an int or whose body is not bytes"
        )
    if not 200 <= response.status <= 999:
        raise contract_broken(
            request, f"returned status {response.status}, which is not a final status"
        )
    if not are_headers(response.headers):
        raise contract_broken(
            request, "returned a Response whose headers are not a tuple of pairs of strings"
        )
    return response
