"""The transports over real sockets: what a server can do wrong, and what comes of it."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.errors import (
    BrokenResponseError,
    ConnectError,
    DeadlineExceededError,
)
from elevatekit_plugins.messages import FileBody, Response
from elevatekit_plugins.transport.body import BodyReader

Handler = Callable[[socket.socket, bytes], None]


def ok(body: bytes, *headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def test_a_body_arrives_whole(wire: Any, send: Callable[..., Response]) -> None:
    wire.answers_once(ok(b'{"a": 1}', b"X-Two: 1", b"x-two: 2"))

    response = send()

    assert response.json() == {"a": 1}
    assert response.header("x-TWO") == "1"


def test_a_gzip_body_is_decoded(wire: Any, send: Callable[..., Response]) -> None:
    wire.answers_once(ok(gzip.compress(b"x" * 100_000), b"Content-Encoding: gzip"))

    assert send().body == b"x" * 100_000


BAD = {
    "a length longer than the body": b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
    "a gzip body that is cut": ok(gzip.compress(b"x" * 9000)[:-6], b"Content-Encoding: gzip"),
    "a gzip body that is cut before its first byte": ok(
        gzip.compress(b"x" * 9000)[:8], b"Content-Encoding: gzip"
    ),
    "a gzip body that is none": ok(b"plain", b"Content-Encoding: gzip"),
    "more after the gzip data": ok(gzip.compress(b"x") + b"y", b"Content-Encoding: gzip"),
    "an encoding nobody asked for": ok(b"x", b"Content-Encoding: br"),
    "a chunk that is cut": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort",
    "a status line that is none": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "no answer at all": b"",
    "headers over 64 KiB": ok(b"{}", *[b"X-%d: " % n + b"y" * 60 for n in range(1200)]),
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_broken_response_is_typed_and_may_have_been_sent(
    wire: Any, send: Callable[..., Response], text: bytes
) -> None:
    wire.answers_once(text)

    with pytest.raises(BrokenResponseError) as caught:
        send()

    assert caught.value.sent


def test_a_bomb_is_not_unpacked(wire: Any, send: Callable[..., Response]) -> None:
    bomb = gzip.compress(b"\0" * (70 * 1024 * 1024), 1)
    wire.answers_once(ok(bomb, b"Content-Encoding: gzip"))

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


def drip(text: bytes) -> Callable[[Any], Handler]:
    def bound(wire: Any) -> Handler:
        def handler(connection: socket.socket, data: bytes) -> None:
            for byte in text:
                connection.send(bytes([byte]))
                if wire.stopping.wait(0.05):
                    return

        return handler

    return bound


def stall(before: bytes) -> Callable[[Any], Handler]:
    def bound(wire: Any) -> Handler:
        def handler(connection: socket.socket, data: bytes) -> None:
            connection.sendall(before)
            wire.stopping.wait(60)

        return handler

    return bound


@pytest.mark.parametrize(
    "make",
    [
        drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 60),
        drip(ok(b"x" * 60)),
        stall(b""),
        stall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome"),
    ],
    ids=["headers that drip", "a body that drips", "silence", "silence in the body"],
)
def test_the_deadline_bounds_a_server_that_never_ends(
    wire: Any, send: Callable[..., Response], make: Callable[[Any], Handler]
) -> None:
    wire.handler = make(wire)
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


def test_a_file_is_streamed_with_its_length(
    wire: Any, send: Callable[..., Response], tmp_path: Any
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"0123456789" * 30_000)
    received = bytearray()

    def handler(connection: socket.socket, data: bytes) -> None:
        received.extend(data)
        while not received.endswith(b"--end--"):
            received.extend(connection.recv(1 << 16))
        connection.sendall(ok(b"{}"))

    wire.handler = handler

    send(body=FileBody.of(path, before=b"--begin--", after=b"--end--"))

    head, _, body = bytes(received).partition(b"\r\n\r\n")
    assert b"content-length: 300016" in head.lower()
    assert body == b"--begin--" + path.read_bytes() + b"--end--"


def test_a_file_that_grew_is_sent_as_it_was(
    wire: Any, send: Callable[..., Response], tmp_path: Any
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(b"0123456789")
    body = FileBody.of(path)
    path.write_bytes(b"0123456789 and more")
    wire.answers_once(ok(b"{}"))

    assert send(body=body).status == 200


def test_a_broken_body_names_its_operation_and_keeps_the_status(
    wire: Any, send: Callable[..., Response]
) -> None:
    wire.answers_once(ok(b"plain", b"Content-Encoding: gzip"))

    with pytest.raises(
        BrokenResponseError, match=r"operation a\.b: the body is not gzip"
    ) as caught:
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
