"""The transports over httpx2, its transport classes called directly.

There is no redirect, no cookie and no `.netrc` that way: nothing that nobody asked for. Proxies
(`HTTPS_PROXY`, `NO_PROXY`, …) and CA bundles (`SSL_CERT_FILE`, `SSL_CERT_DIR`) of the
environment work as people expect.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from elevatekit_plugins.errors import (
    BrokenResponseError,
    CertificateError,
    ConnectError,
    DeadlineExceededError,
    TransportError,
)
from elevatekit_plugins.messages import Headers, Request, Response
from elevatekit_plugins.transport.backend import DeadlineBackend
from elevatekit_plugins.transport.body import BodyReader
from elevatekit_plugins.transport.files import OpenFile, opened

CONNECT_TIMEOUT: Final = 10.0
"""Seconds for one connection to come about, where the deadline leaves that much."""

_GRACE: Final = 0.05
_LIMITS: Final = httpx2.Limits(max_connections=None, max_keepalive_connections=64)


class HttpxTransport:
    """The transport of `Client`. One for all threads."""

    def __init__(self, base_url: str) -> None:
        self._backend = DeadlineBackend()
        self._http = httpx2.HTTPTransport(
            verify=_tls(base_url), limits=_LIMITS, proxy=_proxy(base_url)
        )
        self._http._pool._network_backend = self._backend  # pyright: ignore[reportPrivateUsage]

    def send(self, request: Request, deadline: float) -> Response:
        started = time.monotonic()
        self._backend.local.deadline = deadline
        try:
            with opened(request) as body:
                outgoing = _outgoing(request, body, deadline, _FileStream)
                response = self._http.handle_request(outgoing)
                try:
                    with _named(request, response):
                        reader = BodyReader(_headers(response))
                        for chunk in response.iter_raw():
                            reader.feed(chunk)
                        return _incoming(request, response, reader, started)
                finally:
                    response.close()
        except (httpx2.TransportError, OSError) as error:
            raise _ours(error, request, deadline) from error

    def close(self) -> None:
        self._http.close()


class AsyncHttpxTransport:
    """The transport of `AsyncClient`. One for all tasks of an event loop."""

    def __init__(self, base_url: str) -> None:
        self._http = httpx2.AsyncHTTPTransport(
            verify=_tls(base_url), limits=_LIMITS, proxy=_proxy(base_url)
        )

    async def send(self, request: Request, deadline: float) -> Response:
        started = time.monotonic()
        try:
            # httpx2's own timeouts are to come first: they tell connecting from reading.
            async with asyncio.timeout(deadline - started + _GRACE):
                with opened(request) as body:
                    outgoing = _outgoing(request, body, deadline, _AsyncFileStream)
                    response = await self._http.handle_async_request(outgoing)
                    try:
                        with _named(request, response):
                            reader = BodyReader(_headers(response))
                            async for chunk in response.aiter_raw():
                                reader.feed(chunk)
                            return _incoming(request, response, reader, started)
                    finally:
                        await response.aclose()
        except TimeoutError:
            raise _late(request) from None
        except (httpx2.TransportError, OSError) as error:
            raise _ours(error, request, deadline) from error

    async def aclose(self) -> None:
        await self._http.aclose()


class _FileStream(httpx2.SyncByteStream):
    def __init__(self, file: OpenFile) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        yield self._file.body.before
        while chunk := self._file.read():
            yield chunk
        yield self._file.body.after


class _AsyncFileStream(httpx2.AsyncByteStream):
    def __init__(self, file: OpenFile) -> None:
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._file.body.before
        while chunk := await asyncio.to_thread(self._file.read):
            yield chunk
        yield self._file.body.after


def _tls(base_url: str) -> ssl.SSLContext:
    if urlsplit(base_url).scheme == "http" and _proxy(base_url) is None:
        # Loopback without TLS: reading the CA bundle would cost 18 ms for nothing.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = httpx2.create_ssl_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _proxy(base_url: str) -> str | None:
    url = urlsplit(base_url)
    host = url.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1") or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(url.scheme) or proxies.get("all")


def _outgoing(
    request: Request,
    body: bytes | OpenFile | None,
    deadline: float,
    stream: type[_FileStream] | type[_AsyncFileStream],
) -> httpx2.Request:
    left = max(deadline - time.monotonic(), 1e-6)
    extensions = {
        "timeout": {
            "connect": min(CONNECT_TIMEOUT, left),
            "read": left,
            "write": left,
            "pool": left,
        }
    }
    headers = list(request.headers)
    if isinstance(body, OpenFile):
        # httpx2 adds these two itself for bytes, and neither for a stream.
        headers.append(("Host", urlsplit(request.url).netloc))
        headers.append(("Content-Length", str(len(body.body))))
        return httpx2.Request(
            request.method,
            request.url,
            headers=headers,
            stream=stream(body),
            extensions=extensions,
        )
    return httpx2.Request(
        request.method, request.url, headers=headers, content=body, extensions=extensions
    )


@contextmanager
def _named(request: Request, response: httpx2.Response) -> Generator[None]:
    """Say of which operation a broken body was, and what could be read of the response."""
    try:
        yield
    except BrokenResponseError as error:
        raise BrokenResponseError(
            f"operation {request.operation}: {error}",
            response=Response(
                operation=request.operation,
                status=response.status_code,
                headers=_headers(response),
            ),
            operation=request.operation,
        ) from None


def _headers(response: httpx2.Response) -> Headers:
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw)


def _incoming(
    request: Request, response: httpx2.Response, reader: BodyReader, started: float
) -> Response:
    return Response(
        operation=request.operation,
        status=response.status_code,
        headers=_headers(response),
        body=reader.finish(),
        elapsed=time.monotonic() - started,
    )


def _late(request: Request, *, sent: bool = True) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"operation {request.operation}: the deadline passed before the whole response was there",
        sent=sent,
        operation=request.operation,
    )


def _ours(error: Exception, request: Request, deadline: float) -> TransportError:
    """The error of this package that says the same."""
    operation, host = request.operation, urlsplit(request.url).netloc
    late = time.monotonic() >= deadline - 0.001
    match error:
        case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
            if late:
                return _late(request, sent=False)
            text = f"no connection to {host} within {CONNECT_TIMEOUT:g} s"
            return ConnectError(f"operation {operation}: {text}", sent=False, operation=operation)
        case httpx2.ConnectError() | httpx2.ProxyError() | httpx2.UnsupportedProtocol():
            if (reason := _certificate(error)) is not None:
                return CertificateError(
                    f"operation {operation}: the certificate of {host} was refused: {reason}",
                    sent=False,
                    operation=operation,
                )
            return ConnectError(
                f"operation {operation}: no connection to {host}: {error or type(error).__name__}",
                sent=False,
                operation=operation,
            )
        case httpx2.TimeoutException():
            return _late(request)
        case httpx2.LocalProtocolError():
            return TransportError(
                f"operation {operation}: the request cannot be written as HTTP",
                sent=False,
                operation=operation,
            )
        case _:
            return BrokenResponseError(
                f"operation {operation}: the connection to {host} broke before the response was"
                f" whole: {error or type(error).__name__}",
                operation=operation,
            )


def _certificate(error: BaseException) -> str | None:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = " (is this machine's clock right?)" if cause.verify_code in (9, 10) else ""
            return f"{cause.verify_message}{hint}"
        cause = cause.__cause__ or cause.__context__
    return None
