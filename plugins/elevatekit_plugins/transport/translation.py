"""Our requests as httpx2's, its responses as ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx2

from elevatekit_plugins.errors import BrokenResponseError
from elevatekit_plugins.messages import Headers, Request, Response, header
from elevatekit_plugins.transport.failures import CONNECT_TIMEOUT, unsendable
from elevatekit_plugins.transport.fields import SentHeaders
from elevatekit_plugins.transport.files import OpenFile
from elevatekit_plugins.transport.sending import Sending
from elevatekit_plugins.transport.urls import Urls

_NOWHERE: Final = httpx2.URL()
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})
"""Methods that say how long their body is where there is none, too (RFC 9110, 8.6)."""


class _Nothing(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """No body. An empty one would be a piece of data, which is handed on from layer to layer."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        return
        yield  # makes this a generator, one of nothing


_NOTHING: Final = _Nothing()


class FileStream(httpx2.SyncByteStream):
    """A file as the body of a request, read while it is sent."""

    def __init__(self, file: OpenFile) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        yield self._file.body.before
        while chunk := self._file.read():
            yield chunk
        yield self._file.body.after


class AsyncFileStream(httpx2.AsyncByteStream):
    """The same, read in a thread."""

    def __init__(self, file: OpenFile) -> None:
        self._file = file

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._file.body.before
        while chunk := await asyncio.to_thread(self._file.read):
            yield chunk
        yield self._file.body.after


def outgoing(
    request: Request,
    urls: Urls,
    body: bytes | OpenFile | None,
    deadline: float,
    stream: type[FileStream] | type[AsyncFileStream],
) -> httpx2.Request:
    """The request as httpx2 takes it, each of its steps bounded by the deadline.

    Raises:
        TransportError: there is no such request. What plugins made of it may be anything.
    """
    try:
        return _outgoing(request, urls.of(request.url), body, deadline, stream)
    except httpx2.InvalidURL as error:
        raise unsendable(request, f"its URL cannot be used: {error}") from None
    except Exception as error:
        raise unsendable(request, _at_fault(request, error)) from None


def _at_fault(request: Request, error: Exception) -> str:
    for name, value in request.headers:
        if not (type(name) is type(value) is str and name.isascii() and value.isascii()):
            return f"header {name!r} is not ASCII; check where it is set"
    return f"the request cannot be written as HTTP: {type(error).__name__}"


def _outgoing(
    request: Request,
    url: httpx2.URL,
    body: bytes | OpenFile | None,
    deadline: float,
    stream: type[FileStream] | type[AsyncFileStream],
) -> httpx2.Request:
    left = max(deadline - time.monotonic(), 1e-6)
    timeout = {"connect": min(CONNECT_TIMEOUT, left), "read": left, "write": left, "pool": left}
    # httpx2 adds these by itself to a body of bytes, and takes a tenth of a call's time for it.
    headers = list(request.headers)
    if header(request.headers, "host") is None:
        headers.insert(0, ("Host", url.netloc.decode("ascii")))
    announced = body is not None or request.method in _WITH_BODY
    if announced and header(request.headers, "content-length") is None:
        headers.append(("Content-Length", str(_length(body))))
    sending = httpx2.Request(
        request.method,
        _NOWHERE,
        stream=_stream(body, stream),
        extensions={"timeout": timeout},
    )
    # Given above, they would be copied, and taken apart for that.
    sending.url, sending.headers = url, SentHeaders(headers)
    return sending


def _stream(
    body: bytes | OpenFile | None, stream: type[FileStream] | type[AsyncFileStream]
) -> httpx2.SyncByteStream | httpx2.AsyncByteStream:
    if body is None:
        return _NOTHING
    return stream(body) if isinstance(body, OpenFile) else httpx2.ByteStream(body)


def _length(body: bytes | OpenFile | None) -> int:
    if body is None:
        return 0
    return len(body.body if isinstance(body, OpenFile) else body)


def check_order(sending: Sending, response: httpx2.Response) -> None:
    """
    Raises:
        BrokenResponseError: a success came for a request that was cut. An error may well come
            early: so a server says that a body is too large, or the token wrong.
    """
    if sending.cut and response.status_code < 300:
        raise BrokenResponseError(
            f"the server answered {response.status_code} and closed the connection before the whole"
            " request was sent"
        )


def head(response: httpx2.Response) -> Headers:
    """The header fields of a response."""
    return tuple([(k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw])


def incoming(
    request: Request, response: httpx2.Response, headers: Headers, body: bytes, started: float
) -> Response:
    """The response, whole."""
    return Response(
        operation=request.operation,
        status=response.status_code,
        headers=headers,
        body=body,
        elapsed=time.monotonic() - started,
    )


def named(
    error: BrokenResponseError, request: Request, response: httpx2.Response
) -> BrokenResponseError:
    """The error of a broken body, with the operation, and what could be read of the response."""
    return type(error)(
        f"operation {request.operation}: {error}",
        response=Response(
            operation=request.operation, status=response.status_code, headers=head(response)
        ),
        operation=request.operation,
    )
