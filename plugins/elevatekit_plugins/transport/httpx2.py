"""The transports over httpx2, its transport classes called directly.

There is no redirect, no cookie and no `.netrc` that way: nothing that nobody asked for. Proxies
and CA certificates of the environment are used, as `network` says.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from abc import ABC, abstractmethod
from typing import Final

import httpx2

from elevatekit_plugins.errors import BrokenResponseError, ConfigError, TransportError
from elevatekit_plugins.forks import in_each_child
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.transport.backend import DeadlineBackend
from elevatekit_plugins.transport.body import BodyReader
from elevatekit_plugins.transport.failures import closed, late, ours, without_frames
from elevatekit_plugins.transport.files import opened
from elevatekit_plugins.transport.network import route, shown_proxy
from elevatekit_plugins.transport.protocol import MAX_BYTES
from elevatekit_plugins.transport.sending import Sending, current
from elevatekit_plugins.transport.surplus import end_surplus
from elevatekit_plugins.transport.tidy import TidyBackend
from elevatekit_plugins.transport.translation import (
    AsyncFileStream,
    FileStream,
    check_order,
    head,
    incoming,
    named,
    outgoing,
)
from elevatekit_plugins.transport.urls import Urls
from elevatekit_plugins.transport.wirelog import watch

_GRACE: Final = 0.05
_LIMITS: Final = httpx2.Limits(max_connections=None, max_keepalive_connections=64)

watch()


class _OverHttpx(ABC):
    """What both transports know of the way to the server."""

    def __init__(self, base_url: str, max_bytes: int = MAX_BYTES) -> None:
        """
        Raises:
            ConfigError: the environment names a proxy or CA certificates that cannot be used.
        """
        self._tls, self._proxy = route(base_url)
        self._via = shown_proxy(self._proxy)
        self._urls = Urls(base_url)
        self._max_bytes = max_bytes
        self._closed = False
        self._connect()
        in_each_child(self)

    @abstractmethod
    def _connect(self) -> None:
        """Make a pool of connections, with a network backend of ours."""

    @abstractmethod
    def after_fork(self) -> None:
        """Have connections of its own."""


class HttpxTransport(_OverHttpx):
    """The transport of `Client`. One for all threads; a forked child gets connections of its own.

    Connections that nobody closed are closed with the transport, or with the interpreter.
    """

    def _connect(self) -> None:
        self._backend = DeadlineBackend()
        self._http = httpx2.HTTPTransport(verify=self._tls, limits=_LIMITS, proxy=self._proxy)
        self._http._pool._network_backend = self._backend  # pyright: ignore[reportPrivateUsage]
        self._close = weakref.finalize(self, self._http.close)

    def after_fork(self) -> None:
        self._close.detach()  # its pool is the parent's, and may be locked
        self._backend.forget()
        self._connect()

    def send(self, request: Request, deadline: float) -> Response:
        sending = Sending(request, deadline)
        token = current.set(sending)
        try:
            return self._send(sending)
        except (httpx2.TransportError, OSError) as error:
            failed = closed(sending) if self._closed else ours(error, sending, self._via)
        except BaseException as error:
            without_frames(error)
            raise
        finally:
            current.reset(token)
        raise failed

    def _send(self, sending: Sending) -> Response:
        request, started = sending.request, time.monotonic()
        if self._closed:
            raise closed(sending)
        with opened(request) as body:
            made = outgoing(request, self._urls, body, sending.deadline, FileStream)
            response = self._http.handle_request(made)
            stream = response.stream
            assert isinstance(stream, httpx2.SyncByteStream)
            try:
                check_order(sending, response)
                headers = head(response)
                reader = BodyReader(headers, self._max_bytes)
                for chunk in stream:
                    reader.feed(chunk)
                whole = reader.finish()
            except BrokenResponseError as error:
                raise named(error, request, response) from None
            finally:
                try:
                    end_surplus(response)
                finally:
                    stream.close()
            return incoming(request, response, headers, whole, started)

    def close(self) -> None:
        self._closed = True
        try:
            self._backend.end()
        finally:
            self._close()


class AsyncHttpxTransport(_OverHttpx):
    """The transport of `AsyncClient`. One for all tasks of an event loop."""

    def _connect(self) -> None:
        self._http = httpx2.AsyncHTTPTransport(verify=self._tls, limits=_LIMITS, proxy=self._proxy)
        pool = self._http._pool  # pyright: ignore[reportPrivateUsage]
        self._backend = TidyBackend(pool._network_backend)  # pyright: ignore[reportPrivateUsage]
        pool._network_backend = self._backend  # pyright: ignore[reportPrivateUsage]
        self._loop: asyncio.AbstractEventLoop | None = None

    def after_fork(self) -> None:
        self._connect()

    async def send(self, request: Request, deadline: float) -> Response:
        sending = Sending(request, deadline)
        token = current.set(sending)
        try:
            self._stay_in_loop()
            # httpx2's own timeouts are to come first: they tell connecting from reading.
            async with asyncio.timeout(deadline - time.monotonic() + _GRACE):
                return await self._send(sending)
        except TimeoutError:
            failed: TransportError = late(sending, self._via)
        except (httpx2.TransportError, OSError) as error:
            failed = closed(sending) if self._closed else ours(error, sending, self._via)
        except BaseException as error:
            without_frames(error)
            raise
        finally:
            current.reset(token)
        raise failed

    async def _send(self, sending: Sending) -> Response:
        request, started = sending.request, time.monotonic()
        if self._closed:
            raise closed(sending)
        with opened(request) as body:
            made = outgoing(request, self._urls, body, sending.deadline, AsyncFileStream)
            response = await self._http.handle_async_request(made)
            stream = response.stream
            assert isinstance(stream, httpx2.AsyncByteStream)
            try:
                check_order(sending, response)
                headers = head(response)
                reader = BodyReader(headers, self._max_bytes)
                async for chunk in stream:
                    reader.feed(chunk)
                whole = reader.finish()
            except BrokenResponseError as error:
                raise named(error, request, response) from None
            finally:
                try:
                    end_surplus(response)
                finally:
                    await stream.aclose()
            return incoming(request, response, headers, whole, started)

    async def aclose(self) -> None:
        self._stay_in_loop()
        self._closed = True
        try:
            await self._backend.end()
        finally:
            await self._http.aclose()

    def _stay_in_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            raise ConfigError(
                "this client's connections belong to another event loop;"
                " create one client per loop (asyncio.run starts a new loop)"
            )
        self._loop = loop
