"""HTTP for exporters: our transport, with its deadlines and size limits."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.transport.protocol import Transport


class Sender:
    """Implements `hooks.descriptors.HttpSender`, with one transport for each server."""

    def __init__(self) -> None:
        self._transports: dict[str, Transport] = {}

    def __call__(self, request: Request, *, timeout: float) -> Response:
        url = urlsplit(request.url)
        origin = f"{url.scheme}://{url.netloc}"
        if origin not in self._transports:
            # Imported when it is needed: most exporters write files.
            from elevatekit_plugins.transport.httpx2 import HttpxTransport

            self._transports[origin] = HttpxTransport(origin)
        return self._transports[origin].send(request, time.monotonic() + timeout)

    def close(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            transport.close()
