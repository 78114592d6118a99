"""Closing a client beside its first call, and from another event loop."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from elevatekit import AsyncClient, Client
from elevatekit_plugins.errors import ClosedError, ConfigError, OutcomeUnknownError

ID = "00000000-0000-4000-8000-000000000001"


class Noticed:
    """A lock that tells of the second who wants it."""

    def __init__(self) -> None:
        self._lock, self._wanted = threading.Lock(), 0
        self.second = threading.Event()

    def __enter__(self) -> None:
        self._wanted += 1
        if self._wanted == 2:
            self.second.set()
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_a_transport_that_is_made_while_the_client_is_closed_is_closed_with_it() -> None:
    client: Any = Client("token", base_url="http://127.0.0.1:1/v1")
    client._core._making = lock = Noticed()
    closing, closed = threading.Thread(target=client.close), list[str]()

    class Made:
        def close(self) -> None:
            closed.append("once")

    def make(*_: object) -> Made:
        closing.start()
        assert lock.second.wait(20), "nobody waits for the transport, and nobody will close it"
        return Made()

    client._core._make_transport = make
    client._core.transport()
    closing.join(20)

    assert closed == ["once"]


def test_a_client_that_another_event_loop_would_close_stays_open_in_its_own(wire: Any) -> None:
    wire.json(b"{}")
    client, own = AsyncClient("token", base_url=wire.url), asyncio.new_event_loop()
    try:
        own.run_until_complete(client.raw.gen_ai.summary(ID))

        with pytest.raises(ConfigError, match="another event loop"):
            asyncio.run(client.aclose())

        assert own.run_until_complete(client.raw.gen_ai.summary(ID)).status == 200
        assert wire.connections == 1
        own.run_until_complete(client.aclose())
    finally:
        own.close()


def test_a_question_that_is_on_its_way_when_the_client_is_closed_is_not_lost(wire: Any) -> None:
    arrived, ended = threading.Event(), list[BaseException]()

    def handler(connection: socket.socket, data: bytes) -> None:
        arrived.set()
        wire.stopping.wait(60)

    wire.handler = handler
    client = Client("closing-token", base_url=wire.url)

    def ask() -> None:
        try:
            client.gen_ai.cx.ask(ID, question="Was it refunded?")
        except BaseException as error:
            ended.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert arrived.wait(20)
    client.close()
    asking.join(20)

    (error,) = ended
    assert isinstance(error, OutcomeUnknownError)
    assert isinstance(error.__cause__, ClosedError)
    assert [attempt.sent for attempt in error.attempts] == [True]
