"""Our requests as httpx2's, its responses as ours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager

import httpx2

from elevatekit_plugins.errors import BrokenResponseError
from elevatekit_plugins.messages import Headers, Request, Response
from elevatekit_plugins.transport.body import BodyReader
from elevatekit_plugins.transport.failures import CONNECT_TIMEOUT
from elevatekit_plugins.transport.files import OpenFile


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
    body: bytes | OpenFile | None,
    deadline: float,
    stream: type[FileStream] | type[AsyncFileStream],
) -> httpx2.Request:
    """The request as httpx2 takes it, each of its steps bounded by the deadline."""
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
        headers.append(("Host", httpx2.URL(request.url).netloc.decode("ascii")))
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
def named(request: Request, response: httpx2.Response) -> Generator[None]:
    """Say of which operation a broken body was, and what could be read of the response."""
    try:
        yield
    except BrokenResponseError as error:
        raise type(error)(
            f"operation {request.operation}: {error}",
            response=Response(
                operation=request.operation,
                status=response.status_code,
                headers=head(response),
            ),
            operation=request.operation,
        ) from None


def head(response: httpx2.Response) -> Headers:
    """The header fields of a response."""
    return tuple((k.decode("latin-1"), v.decode("latin-1")) for k, v in response.headers.raw)


def incoming(
    request: Request, response: httpx2.Response, reader: BodyReader, started: float
) -> Response:
    """The response, whole.

    Raises:
        BrokenResponseError: its body ended early.
    """
    return Response(
        operation=request.operation,
        status=response.status_code,
        headers=head(response),
        body=reader.finish(),
        elapsed=time.monotonic() - started,
    )
