"""Connections that are kept: none is used again on which more came than was asked for."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from elevatekit_plugins.messages import Request
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport, HttpxTransport

CORK = getattr(socket, "TCP_CORK", socket.TCP_NODELAY)
"""Holds back what is written, so that it arrives in one piece: on Linux alone."""
READ_AT_ONCE = 64 * 1024
"""Bytes that httpcore2 asks a connection for."""

Twice = Callable[[str], list[bytes]]


def twice(url: str) -> list[bytes]:
    """Two requests, one after the other, and what came back."""
    transport, request = HttpxTransport(url), Request(operation="a.b", method="GET", url=url)
    try:
        return [transport.send(request, time.monotonic() + 20).body for _ in range(2)]
    finally:
        transport.close()


def twice_async(url: str) -> list[bytes]:
    async def run() -> list[bytes]:
        transport = AsyncHttpxTransport(url)
        request = Request(operation="a.b", method="GET", url=url)
        try:
            return [(await transport.send(request, time.monotonic() + 20)).body for _ in range(2)]
        finally:
            await transport.aclose()

    return asyncio.run(run())


@pytest.fixture(params=[twice, twice_async], ids=["sync", "async"])
def two(request: pytest.FixtureRequest) -> Twice:
    chosen: Twice = request.param
    return chosen


@pytest.fixture
def secure_wire(wire: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    wire.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(wire.tls)
    return wire


def in_one_piece(wire: Any, *then: Callable[[Any], object]) -> None:
    """Answer the requests of a connection, the first and what else is done after it at once."""

    def handler(connection: Any, data: bytes) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, CORK, 1)
        connection.sendall(wire.ok(b"its own"))
        for step in then:
            step(connection)
        connection.setsockopt(socket.IPPROTO_TCP, CORK, 0)
        while connection.recv(1 << 16):
            connection.sendall(wire.ok(b"its own"))

    wire.handler = handler


def farewell(connection: ssl.SSLSocket) -> None:
    """Say that nothing more comes, and leave the connection open."""
    connection.settimeout(0)
    with pytest.raises(ssl.SSLWantReadError):
        connection.unwrap()  # it would wait for the same of the other side
    connection.settimeout(20)


def test_a_tls_connection_is_kept(secure_wire: Any, two: Twice) -> None:
    in_one_piece(secure_wire)

    assert two(secure_wire.url) == [b"its own"] * 2
    assert secure_wire.connections == 1


def test_an_answer_that_nobody_asked_for_is_none_of_the_next_request_over_tls(
    secure_wire: Any, two: Twice
) -> None:
    in_one_piece(secure_wire, lambda c: c.sendall(secure_wire.ok(b"somebody else's")))

    assert two(secure_wire.url) == [b"its own"] * 2
    assert secure_wire.connections == 2


def test_a_tls_connection_that_was_taken_leave_of_is_not_used_again(
    secure_wire: Any, two: Twice
) -> None:
    in_one_piece(secure_wire, farewell)

    assert two(secure_wire.url) == [b"its own"] * 2
    assert secure_wire.connections == 2


def test_an_answer_behind_one_that_fills_a_read_is_none_of_the_next_request(
    wire: Any, two: Twice
) -> None:
    long = b"a" * (READ_AT_ONCE - len(wire.ok(b"a" * 60_000)) + 60_000)
    assert len(wire.ok(long)) == READ_AT_ONCE
    wire.answers(wire.ok(long) + wire.ok(b"somebody else's"))

    assert two(wire.url) == [long] * 2
    assert wire.connections == 2
