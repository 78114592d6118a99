"""A transport that somebody gave a client: whether what it returns is a Response, in all its parts.

Ours return nothing else, and their calls are not to pay for the question.
"""

from __future__ import annotations

from elevatekit_plugins.messages import Request, Response, are_headers
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport, contract_broken


class CheckedTransport:
    """One for `Client`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: Request, deadline: float) -> Response:
        return _checked(request, self._transport.send(request, deadline))

    def close(self) -> None:
        self._transport.close()


class AsyncCheckedTransport:
    """One for `AsyncClient`."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def send(self, request: Request, deadline: float) -> Response:
        return _checked(request, await self._transport.send(request, deadline))

    async def aclose(self) -> None:
        await self._transport.aclose()


def _checked(request: Request, response: object) -> Response:
    if type(response) is not Response:
        raise contract_broken(request, f"returned {type(response).__name__}, not Response")
    if type(response.status) is not int or not isinstance(response.body, bytes):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise contract_broken(
            request, "returned a Response whose status is no int or whose body no bytes"
        )
    if not 200 <= response.status <= 999:
        raise contract_broken(request, f"returned status {response.status}, which ends no request")
    if not are_headers(response.headers):
        raise contract_broken(
            request, "returned a Response whose headers are no tuple of pairs of strings"
        )
    return response
