"""The transports over httpx2, its transport classes called directly.

There is no redirect, no cookie and no `.netrc` that way: nothing that nobody asked for. Proxies
and CA certificates of the environment are used, as `network` says.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from typing import Final

import httpx2

from elevatekit_plugins.errors import BrokenResponseError, ClosedError, ConfigError
from elevatekit_plugins.forks import in_each_child
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.transport.backend import DeadlineBackend
from elevatekit_plugins.transport.body import BodyReader
from elevatekit_plugins.transport.failures import late, ours, without_frames
from elevatekit_plugins.transport.files import opened
from elevatekit_plugins.transport.network import route
from elevatekit_plugins.transport.protocol import MAX_BYTES
from elevatekit_plugins.transport.surplus import end_surplus
from elevatekit_plugins.transport.tidy import TidyBackend
from elevatekit_plugins.transport.translation import (
    AsyncFileStream,
    FileStream,
    head,
    incoming,
    named,
    outgoing,
)
from elevatekit_plugins.transport.urls import Urls

_GRACE: Final = 0.05
_LIMITS: Final = httpx2.Limits(max_connections=None, max_keepalive_connections=64)


class HttpxTransport:
    """The transport of `Client`. One for all threads; a forked child gets connections of its own.

    Connections that nobody closed are closed with the transport, or with the interpreter.
    """

    def __init__(self, base_url: str, max_bytes: int = MAX_BYTES) -> None:
        """
        Raises:
            ConfigError: the environment names a proxy or CA certificates that cannot be used.
        """
        self._tls, self._proxy = route(base_url)
        self._urls = Urls(base_url)
        self._max_bytes = max_bytes
        self._closed = False
        self._connect()
        in_each_child(self)

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
        started = time.monotonic()
        self._backend.local.deadline = deadline
        try:
            if self._closed:
                raise _closed(request)
            with opened(request) as body:
                url = self._urls.of(request.url)
                sending = outgoing(request, url, body, deadline, FileStream)
                response = self._http.handle_request(sending)
                stream = response.stream
                assert isinstance(stream, httpx2.SyncByteStream)
                try:
                    headers = head(response)
                    reader = BodyReader(headers, self._max_bytes)
                    for chunk in stream:
                        reader.feed(chunk)
                    whole = reader.finish()
                except BrokenResponseError as error:
                    raise named(error, request, response) from None
                finally:
                    end_surplus(response)
                    stream.close()
                return incoming(request, response, headers, whole, started)
        except (httpx2.TransportError, OSError) as error:
            if self._closed:
                raise _closed(request) from None
            raise ours(error, request, deadline) from error
        except BaseException as error:
            without_frames(error)
            raise

    def close(self) -> None:
        self._closed = True
        self._backend.end()
        self._close()


class AsyncHttpxTransport:
    """The transport of `AsyncClient`. One for all tasks of an event loop."""

    def __init__(self, base_url: str, max_bytes: int = MAX_BYTES) -> None:
        """
        Raises:
            ConfigError: the environment names a proxy or CA certificates that cannot be used.
        """
        self._tls, self._proxy = route(base_url)
        self._urls = Urls(base_url)
        self._max_bytes = max_bytes
        self._closed = False
        self.after_fork()
        in_each_child(self)

    def after_fork(self) -> None:
        self._http = httpx2.AsyncHTTPTransport(verify=self._tls, limits=_LIMITS, proxy=self._proxy)
        pool = self._http._pool  # pyright: ignore[reportPrivateUsage]
        pool._network_backend = TidyBackend(pool._network_backend)  # pyright: ignore[reportPrivateUsage]
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, request: Request, deadline: float) -> Response:
        started = time.monotonic()
        try:
            if self._closed:
                raise _closed(request)
            self._stay_in_loop()
            # httpx2's own timeouts are to come first: they tell connecting from reading.
            async with asyncio.timeout(deadline - started + _GRACE):
                with opened(request) as body:
                    url = self._urls.of(request.url)
                    sending = outgoing(request, url, body, deadline, AsyncFileStream)
                    response = await self._http.handle_async_request(sending)
                    stream = response.stream
                    assert isinstance(stream, httpx2.AsyncByteStream)
                    try:
                        headers = head(response)
                        reader = BodyReader(headers, self._max_bytes)
                        async for chunk in stream:
                            reader.feed(chunk)
                        whole = reader.finish()
                    except BrokenResponseError as error:
                        raise named(error, request, response) from None
                    finally:
                        end_surplus(response)
                        await stream.aclose()
                    return incoming(request, response, headers, whole, started)
        except TimeoutError:
            raise late(request) from None
        except (httpx2.TransportError, OSError) as error:
            if self._closed:
                raise _closed(request) from None
            raise ours(error, request, deadline) from error
        except BaseException as error:
            without_frames(error)
            raise

    async def aclose(self) -> None:
        self._stay_in_loop()
        self._closed = True
        await self._http.aclose()

    def _stay_in_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop not in (None, loop):
            raise ConfigError(
                "this client was used in another event loop, to which its connections belong;"
                " make a client in each loop (asyncio.run starts one)"
            )
        self._loop = loop


def _closed(request: Request) -> ClosedError:
    return ClosedError(
        f"operation {request.operation}: the client was closed meanwhile; make a new one",
        operation=request.operation,
    )
