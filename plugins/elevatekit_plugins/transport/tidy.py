"""A network backend for tasks that leaves no connection behind, and overlooks no early answer.

httpcore2's own closes a connection where its TLS handshake fails, and leaves it open where the task
is cancelled meanwhile: with each deadline that passes in a handshake there would be one socket
more. And a connection that comes about while its pool is closed would belong to nobody.

A server that refuses an upload may answer and close before it has read all of it. A thread finds
that answer where its write fails. asyncio closes a connection at once when a write fails, and what
nobody has read by then is lost: so a long body is written while somebody reads. (An answer that
arrives together with the end of the connection, between two looks of the event loop, may still be
lost. Then the error says that the connection broke, and no more.)

And what asyncio and TLS have read of a connection no longer shows at its socket: more than was
asked for, or the farewell of TLS. The next request would get it for an answer, so it is looked for.
"""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
import weakref
from collections.abc import Iterable
from typing import Any, Final

import httpcore2

from elevatekit_plugins.transport.backend import SocketOption
from elevatekit_plugins.transport.sending import current

_LONG: Final = 32 * 1024
"""Bytes that any connection takes in at once, so that no answer can come before they are out."""
_AT_ONCE: Final = 256 * 1024
"""Bytes that asyncio reads at once, at most. What is left of them is nowhere to be seen."""


class TidyBackend(httpcore2.AsyncNetworkBackend):
    """A backend that closes all of its connections, also those that are being made."""

    def __init__(self, inner: httpcore2.AsyncNetworkBackend) -> None:
        self._inner = inner
        self._streams = weakref.WeakSet[_TidyStream]()
        self._ended = False

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        return await self.watched(
            await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        )

    async def watched(self, stream: httpcore2.AsyncNetworkStream) -> httpcore2.AsyncNetworkStream:
        """The stream, closed by `end`.

        Raises:
            ConnectError: they have ended already.
        """
        watched = _TidyStream(stream, self)
        if self._ended:
            await watched.aclose()
            raise httpcore2.ConnectError("the client was closed")
        self._streams.add(watched)
        return watched

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    async def end(self) -> None:
        """Close every connection, also those that are being made."""
        self._ended = True
        for stream in list(self._streams):
            await stream.aclose()


class _TidyStream(httpcore2.AsyncNetworkStream):
    def __init__(self, inner: httpcore2.AsyncNetworkStream, backend: TidyBackend) -> None:
        self._inner = inner
        self._backend = backend
        self._socket: socket.socket | None = inner.get_extra_info("socket")
        self._tls: ssl.SSLObject | None = inner.get_extra_info("ssl_object")
        self._early: asyncio.Task[bytes] | None = None
        """Reads what is answered while a long body is written."""
        self._ahead = b""
        """What was read already, and not asked for yet."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._early is not None:
            early, self._early = self._early, None
            try:
                self._ahead = await asyncio.wait_for(early, timeout)
            except TimeoutError as error:
                raise httpcore2.ReadTimeout(error) from error
        elif not self._ahead:
            self._ahead = await self._inner.read(_AT_ONCE, timeout)
        data, self._ahead = self._ahead[:max_bytes], self._ahead[max_bytes:]
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        sending = current.get()
        sending.writes(buffer)
        if len(buffer) >= _LONG and self._early is None and not self._ahead:
            self._early = asyncio.create_task(self._inner.read(_AT_ONCE))
            await asyncio.sleep(0)  # it begins to read
        try:
            await self._inner.write(buffer, timeout)
        except httpcore2.WriteError:
            sending.cut = True
            raise

    async def aclose(self) -> None:
        early, self._early = self._early, None
        if early is not None:
            early.cancel()
            await asyncio.gather(early, return_exceptions=True)
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            stream = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._inner.aclose()
            raise
        return await self._backend.watched(stream)

    def get_extra_info(self, info: str) -> Any:
        # The pool asks this twice a request, and the inner stream looks for its socket each time:
        # a tenth of what a call costs.
        if info == "is_readable" and self._socket is not None:
            return bool(self._ahead) or readable(self._socket) or _unread(self._tls)
        return self._inner.get_extra_info(info)


def readable(connection: socket.socket) -> bool:
    """Whether there is something to read, be it the end. So it is with one that is closed here."""
    descriptor = connection.fileno()
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _unread(tls: ssl.SSLObject | None) -> bool:
    """Whether more came than was asked for, be it the end, and TLS has taken it from the socket.

    For a connection that is idle: what there is, is thrown away with it.
    """
    if tls is None:
        return False
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:
        pass  # it is broken
    return True
