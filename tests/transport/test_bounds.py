"""The deadline while connecting and while writing, where each step could take all of it anew."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from elevatekit_plugins.errors import DeadlineExceededError
from elevatekit_plugins.messages import Response


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def named(monkeypatch: pytest.MonkeyPatch, port: int, *addresses: str) -> str:
    """A URL of a host that has all these addresses."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in ("many.example.com", b"many.example.com"):
            return resolve(host, *rest, **more)
        return [found for address in addresses for found in resolve(address, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return f"http://many.example.com:{port}"


@contextmanager
def full(address: str, port: int = 0) -> Iterator[int]:
    """A port on which a connection hangs: the queue of its listener is full."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((address, port))
        listener.listen(0)
        with socket.create_connection(listener.getsockname()[:2]):
            yield listener.getsockname()[1]


def test_all_addresses_of_a_host_together_have_the_time_of_one(
    send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    with full("127.0.0.1") as port:
        url = named(monkeypatch, port, *["127.0.0.1"] * 10)
        started = time.monotonic()

        with pytest.raises(DeadlineExceededError, match=r"while connecting to many\.") as caught:
            send(url=url, seconds=0.4)

    assert not caught.value.sent
    # Generous, for a machine that is busy: ten times the deadline would be four seconds.
    assert time.monotonic() - started < 2.5


@pytest.mark.skipif(not has_ipv6(), reason="this machine has one loopback address")
def test_an_address_that_never_answers_leaves_time_for_the_next(
    wire: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.json(b"{}")
    with full("::1", wire.port):
        url = named(monkeypatch, wire.port, "::1", "127.0.0.1")

        assert send(url=url, seconds=4).status == 200


def test_a_server_that_reads_slowly_meets_the_deadline(
    wire: Any, send: Callable[..., Response]
) -> None:
    def handler(connection: socket.socket, data: bytes) -> None:
        while not wire.stopping.wait(0.05) and connection.recv(100_000):
            pass

    wire.handler = handler
    started = time.monotonic()

    with pytest.raises(DeadlineExceededError) as caught:
        send(body=b"x" * 20_000_000, seconds=0.5)

    assert caught.value.sent
    # Generous, too: at this pace, all of it would take ten seconds.
    assert time.monotonic() - started < 3
