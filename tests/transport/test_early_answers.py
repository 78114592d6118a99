"""A server that answers before it has read a request, and closes: sync and async see the same."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.errors import BrokenResponseError
from elevatekit_plugins.messages import Response

LONG = b"x" * 20_000_000


def early(wire: Any, text: bytes) -> None:
    """Answer as soon as there is a head, and close while more of the body comes."""
    wire.handler = lambda connection, data: connection.sendall(text)


@pytest.mark.parametrize("status", [b"413 Too Large", b"401 Unauthorized", b"308 Elsewhere"])
def test_an_early_refusal_is_the_answer(
    wire: Any, send: Callable[..., Response], status: bytes
) -> None:
    early(wire, wire.ok(b'{"a": 1}', status=status))

    response = send(body=LONG)

    assert response.status == int(status[:3])
    assert response.json() == {"a": 1}


def test_an_early_success_is_none(wire: Any, send: Callable[..., Response]) -> None:
    early(wire, wire.ok(b'{"a": 1}'))

    with pytest.raises(BrokenResponseError, match=r"200 and closed .* before the whole") as caught:
        send(body=LONG)

    assert caught.value.sent
    assert caught.value.response is not None
    assert caught.value.response.status == 200


def test_a_connection_that_breaks_without_an_answer_says_so(
    wire: Any, send: Callable[..., Response]
) -> None:
    wire.handler = lambda connection, data: None

    with pytest.raises(
        BrokenResponseError, match=r"broke before the response was complete: \S"
    ) as got:
        send(body=LONG)

    assert got.value.sent


def test_a_long_body_is_followed_by_its_answer(wire: Any, send: Callable[..., Response]) -> None:
    received = 0

    def handler(connection: socket.socket, data: bytes) -> None:
        nonlocal received
        received = len(data)
        connection.sendall(b"HTTP/1.1 102 Processing\r\n\r\n")
        while received < len(LONG):
            received += len(connection.recv(1 << 20))
        connection.sendall(wire.ok(b"y" * 300_000))

    wire.handler = handler

    assert send(body=LONG).body == b"y" * 300_000
    assert received > len(LONG)
