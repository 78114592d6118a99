"""The transports over real sockets: what a server can do wrong, and what comes of it."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from elevatekit_plugins.errors import (
    BrokenResponseError,
    ConnectError,
    DeadlineExceededError,
    TransportError,
)
from elevatekit_plugins.messages import FileBody, Request, Response
from elevatekit_plugins.transport.body import BodyReader
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport, HttpxTransport

Handler = Callable[[socket.socket, bytes], None]


class Server:
    """Answers each connection with a function of the socket and what was received first."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.handler: Handler = lambda connection, data: None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            self.handler(connection, connection.recv(1 << 16))

    def stop(self) -> None:
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


def send_sync(url: str, request: Request, seconds: float) -> Response:
    transport = HttpxTransport(url)
    try:
        return transport.send(request, time.monotonic() + seconds)
    finally:
        transport.close()


def send_async(url: str, request: Request, seconds: float) -> Response:
    async def run() -> Response:
        transport = AsyncHttpxTransport(url)
        try:
            return await transport.send(request, time.monotonic() + seconds)
        finally:
            await transport.aclose()

    return asyncio.run(run())


@pytest.fixture(params=[send_sync, send_async], ids=["sync", "async"])
def send(request: pytest.FixtureRequest, server: Server) -> Callable[..., Response]:
    def send(seconds: float = 20.0, body: Any = None, url: str | None = None) -> Response:
        target = url or server.url
        method = "GET" if body is None else "POST"
        outgoing = Request(operation="a.b", method=method, url=f"{target}/x", body=body)
        response: Response = request.param(target, outgoing, seconds)
        return response

    return send


def answer(text: bytes) -> Handler:
    return lambda connection, data: connection.sendall(text)


def with_length(body: bytes, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_a_body_arrives_whole(server: Server, send: Callable[..., Response]) -> None:
    server.handler = answer(with_length(b'{"a": 1}', b"X-Two: 1", b"x-two: 2"))

    response = send()

    assert response.json() == {"a": 1}
    assert response.header("x-TWO") == "1"


def test_a_gzip_body_is_decoded(server: Server, send: Callable[..., Response]) -> None:
    server.handler = answer(with_length(gzip.compress(b"x" * 100_000), b"Content-Encoding: gzip"))

    assert send().body == b"x" * 100_000


BAD = {
    "a length longer than the body": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    "a gzip body that is cut": with_length(
        gzip.compress(b"x" * 9000)[:-6], b"Content-Encoding: gzip"
    ),
    "a gzip body that is cut before its first byte": with_length(
        gzip.compress(b"x" * 9000)[:8], b"Content-Encoding: gzip"
    ),
    "a gzip body that is none": with_length(b"plain", b"Content-Encoding: gzip"),
    "more after the gzip data": with_length(gzip.compress(b"x") + b"y", b"Content-Encoding: gzip"),
    "an encoding nobody asked for": with_length(b"x", b"Content-Encoding: br"),
    "a chunk that is cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
    "a status line that is none": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "no answer at all": b"",
    "headers over 64 KiB": with_length(b"{}", *[b"X-%d: " % n + b"y" * 60 for n in range(1200)]),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_broken_response_is_typed_and_may_have_been_sent(
    server: Server, send: Callable[..., Response], text: bytes
) -> None:
    server.handler = answer(text)

    with pytest.raises(BrokenResponseError) as caught:
        send()

    assert caught.value.sent


def test_a_bomb_is_not_unpacked(server: Server, send: Callable[..., Response]) -> None:
    bomb = gzip.compress(b"\0" * (70 * 1024 * 1024), 1)
    server.handler = answer(with_length(bomb, b"Content-Encoding: gzip"))

    with pytest.raises(BrokenResponseError, match="larger than 64 MiB"):
        send()


def test_a_bomb_costs_no_more_memory_than_a_body_may_have() -> None:
    bomb = gzip.compress(b"\0" * (64 * 1024 * 1024), 1)
    reader = BodyReader((("Content-Encoding", "gzip"),), max_bytes=1024 * 1024)
    tracemalloc.start()
    try:
        with pytest.raises(BrokenResponseError, match="larger than 1 MiB"):
            reader.feed(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 8 * 1024 * 1024


def drip(text: bytes) -> Callable[[Server], Handler]:
    def bound(server: Server) -> Handler:
        def handler(connection: socket.socket, data: bytes) -> None:
            for byte in text:
                connection.send(bytes([byte]))
                if server.stopping.wait(0.05):
                    return

        return handler

    return bound


def stall(before: bytes) -> Callable[[Server], Handler]:
    def bound(server: Server) -> Handler:
        def handler(connection: socket.socket, data: bytes) -> None:
            connection.sendall(before)
            server.stopping.wait(60)

        return handler

    return bound


@pytest.mark.parametrize(
    "make",
    [
        drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 60),
        drip(with_length(b"x" * 60)),
        stall(b""),
        stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"),
    ],
    ids=["headers that drip", "a body that drips", "silence", "silence in the body"],
)
def test_the_deadline_bounds_a_server_that_never_ends(
    server: Server, send: Callable[..., Response], make: Callable[[Server], Handler]
) -> None:
    server.handler = make(server)
    started = time.monotonic()

    with pytest.raises(DeadlineExceededError):
        send(seconds=0.5)

    # Generous, for a machine that is busy: without the bound it would be three seconds and more.
    assert time.monotonic() - started < 2.5


def test_a_refused_connection_was_not_sent(send: Callable[..., Response]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

    with pytest.raises(ConnectError) as caught:
        send(url=url)

    assert not caught.value.sent


def test_a_redirect_is_not_followed(server: Server, send: Callable[..., Response]) -> None:
    text = f"HTTP/1.1 302 Found\r\nLocation: {server.url}/y\r\nContent-Length: 0\r\n\r\n"
    server.handler = answer(text.encode())

    assert send().status == 302


def test_a_file_is_streamed_with_its_length(
    server: Server, send: Callable[..., Response], tmp_path: Any
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"0123456789" * 30_000)
    received = bytearray()

    def handler(connection: socket.socket, data: bytes) -> None:
        received.extend(data)
        while not received.endswith(b"--end--"):
            received.extend(connection.recv(1 << 16))
        connection.sendall(with_length(b"{}"))

    server.handler = handler

    send(body=FileBody.of(path, before=b"--begin--", after=b"--end--"))

    head, _, body = bytes(received).partition(b"\r\n\r\n")
    assert b"content-length: 300016" in head.lower()
    assert body == b"--begin--" + path.read_bytes() + b"--end--"


def test_a_file_that_vanished_is_named_before_anything_is_sent(
    server: Server, send: Callable[..., Response], tmp_path: Any
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"x")
    body = FileBody.of(path)
    path.unlink()

    with pytest.raises(TransportError, match=r"a\.b: .*call\.wav cannot be read") as caught:
        send(body=body)

    assert not caught.value.sent


def test_a_file_that_shrank_is_named_and_may_have_been_sent(
    server: Server, send: Callable[..., Response], tmp_path: Any
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"0123456789")
    body = FileBody.of(path)
    path.write_bytes(b"012")
    server.handler = answer(with_length(b"{}"))

    with pytest.raises(TransportError, match="became 7 bytes shorter") as caught:
        send(body=body)

    assert caught.value.sent


def test_a_file_that_grew_is_sent_as_it_was(
    server: Server, send: Callable[..., Response], tmp_path: Any
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"0123456789")
    body = FileBody.of(path)
    path.write_bytes(b"0123456789 and more")
    server.handler = answer(with_length(b"{}"))

    assert send(body=body).status == 200


def test_a_broken_body_names_its_operation_and_keeps_the_status(
    server: Server, send: Callable[..., Response]
) -> None:
    server.handler = answer(with_length(b"plain", b"Content-Encoding: gzip"))

    with pytest.raises(BrokenResponseError, match=r"operation a\.b: the body is no gzip") as caught:
        send()

    assert caught.value.operation == "a.b"
    assert caught.value.response is not None
    assert caught.value.response.status == 200


def test_a_server_that_accepts_nothing_was_sent_nothing(send: Callable[..., Response]) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # One connection fills the queue; a further one hangs while it connects.
        filling = socket.create_connection(full.getsockname())
        with filling, pytest.raises(DeadlineExceededError) as caught:
            send(url=f"http://127.0.0.1:{full.getsockname()[1]}", seconds=0.3)

    assert not caught.value.sent


def test_a_body_may_be_just_as_large_as_allowed() -> None:
    reader = BodyReader((), max_bytes=10)
    reader.feed(b"0123456789")

    assert reader.finish() == b"0123456789"
    with pytest.raises(BrokenResponseError):
        reader.feed(b"!")
