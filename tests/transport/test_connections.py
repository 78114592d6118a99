"""Connections: closed when told, one process's alone, and never left behind."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import weakref
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from elevatekit_plugins.errors import ClosedError, ConfigError
from elevatekit_plugins.messages import Request
from elevatekit_plugins.transport.backend import DeadlineBackend
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport, HttpxTransport


def request(wire: Any) -> Request:
    return Request(operation="a.b", method="GET", url=f"{wire.url}/x")


def test_a_closed_transport_says_so_and_opens_nothing(wire: Any) -> None:
    transport = HttpxTransport(wire.url)
    transport.close()
    transport.close()

    with pytest.raises(ClosedError, match=r"operation a\.b: the client was closed"):
        transport.send(request(wire), time.monotonic() + 20)
    assert wire.connections == 0


async def test_a_closed_async_transport_says_so_and_opens_nothing(wire: Any) -> None:
    transport = AsyncHttpxTransport(wire.url)
    await transport.aclose()
    await transport.aclose()

    with pytest.raises(ClosedError, match=r"operation a\.b: the client was closed"):
        await transport.send(request(wire), time.monotonic() + 20)
    assert wire.connections == 0


def in_flight(wire: Any) -> threading.Event:
    """Make the server answer nothing; what is returned is set once a request is there."""
    arrived = threading.Event()

    def handler(connection: socket.socket, data: bytes) -> None:
        arrived.set()
        wire.stopping.wait(60)

    wire.handler = handler
    return arrived


def test_closing_ends_the_calls_of_other_threads_whose_requests_are_out(wire: Any) -> None:
    arrived, transport = in_flight(wire), HttpxTransport(wire.url)
    ended: list[ClosedError] = []

    def call() -> None:
        try:
            transport.send(request(wire), time.monotonic() + 60)
        except ClosedError as error:
            ended.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert arrived.wait(20)
    transport.close()
    thread.join(20)

    assert [error.sent for error in ended] == [True]


async def test_closing_ends_the_calls_of_other_tasks_whose_requests_are_out(wire: Any) -> None:
    arrived, transport = in_flight(wire), AsyncHttpxTransport(wire.url)

    call = asyncio.create_task(transport.send(request(wire), time.monotonic() + 60))
    assert await asyncio.to_thread(arrived.wait, 20)
    await transport.aclose()

    with pytest.raises(ClosedError) as caught:
        await asyncio.wait_for(call, 20)
    assert caught.value.sent


async def test_closing_beside_a_task_that_connects_leaves_no_connection(wire: Any) -> None:
    wire.json(b"{}")
    transport = AsyncHttpxTransport(wire.url)

    call = asyncio.create_task(transport.send(request(wire), time.monotonic() + 60))
    await asyncio.sleep(0)
    await transport.aclose()

    with pytest.raises(ClosedError) as caught:
        await call
    assert not caught.value.sent
    assert not any(wire.received), "the request went out on a connection that nobody closes"


def test_closing_beside_a_thread_that_connects_leaves_no_connection(
    wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = HttpxTransport(wire.url)
    resolve = socket.getaddrinfo

    def resolved(*arguments: Any, **more: Any) -> Any:
        transport.close()
        return resolve(*arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)

    with pytest.raises(ClosedError) as caught:
        transport.send(request(wire), time.monotonic() + 60)
    assert not caught.value.sent
    assert not any(wire.received)


def test_closing_and_connecting_take_turns() -> None:
    """Else one thread adds to the set of connections while another goes through it."""
    backend, held = DeadlineBackend(), list[bool]()

    class Streams(weakref.WeakSet[Any]):
        def add(self, item: Any) -> None:
            held.append(backend._lock.locked())

        def __iter__(self) -> Any:
            held.append(backend._lock.locked())
            return super().__iter__()

    backend._streams = Streams()
    with socket.socket() as one:
        stream: Any = SimpleNamespace(get_extra_info=lambda name: one)
        backend.watched(stream)
        backend.end()

    assert held == [True, True]


def test_a_tls_connection_that_is_ended_is_still_one_of_tls(wire: Any) -> None:
    """A thread that writes to it meanwhile would show the token in clear text."""
    certificate = trustme.CA().issue_cert("127.0.0.1")
    wire.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(wire.tls)
    arrived, trusting = in_flight(wire), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", wire.port))
    with trusting.wrap_socket(plain) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert arrived.wait(20)
        backend = DeadlineBackend()
        stream: Any = SimpleNamespace(get_extra_info=lambda name: connection)
        watched = backend.watched(stream)

        backend.end()

        assert watched.get_extra_info("socket").version() is not None
        with pytest.raises((BrokenPipeError, ssl.SSLError)):
            connection.send(b"token")


def test_an_async_transport_stays_in_its_event_loop(wire: Any) -> None:
    wire.answers_once(wire.ok(b"{}", b"Connection: close"))
    transport = AsyncHttpxTransport(wire.url)

    async def call() -> int:
        return (await transport.send(request(wire), time.monotonic() + 20)).status

    assert asyncio.run(call()) == 200
    with pytest.raises(ConfigError, match=r"another event loop.* create one client per loop"):
        asyncio.run(call())


def run(script: str, *arguments: str) -> str:
    """What a script prints in an interpreter that complains about all that is left behind."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout


START = """
import asyncio, os, sys, threading, time
from elevatekit import AsyncClient, Client
id = "00000000-0000-4000-8000-000000000001"
url = sys.argv[1]
"""


@pytest.mark.parametrize(
    "rest",
    [
        "client = Client('t', base_url=url); print(client.raw.gen_ai.summary(id).status)",
        "print(Client('t', base_url=url).raw.gen_ai.summary(id).status)",
        "print(Client('t', base_url=url).with_options(timeout=9).raw.gen_ai.summary(id).status)",
        """
def forget():
    client = Client("t", base_url=url)
    client.me = client
    print(client.raw.gen_ai.summary(id).status)
forget()
""",
        """
async def main():
    asyncio.get_running_loop().slow_callback_duration = 60  # or its debug mode complains
    async with AsyncClient("t", base_url=url) as client:
        print((await client.raw.gen_ai.summary(id)).status)
asyncio.run(main())
""",
        """
client = Client("t", base_url=url)
threading.Thread(target=lambda: client.raw.gen_ai.summary(id), daemon=True).start()
print(client.raw.gen_ai.summary(id).status)
""",
    ],
    ids=["never closed", "never named", "a child", "a cycle", "async", "a daemon thread"],
)
def test_the_end_of_the_interpreter_leaves_nothing_behind(wire: Any, rest: str) -> None:
    wire.json(b"{}")

    assert run(START + rest, wire.url) == "200\n"


FORKED = """
with Client("t", base_url=url) as client:
    def call():
        os.write(1, b"%d\\n" % client.raw.gen_ai.summary(id).status)
    call()
    child = os.fork()
    call()
    if child:
        assert os.waitpid(child, 0)[1] == 0
        call()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_child_gets_connections_of_its_own(wire: Any) -> None:
    wire.json(b"{}")

    assert run(START + FORKED, wire.url) == "200\n" * 4
    assert wire.connections == 2, "the parent's one, and the child's"


LOCKED = """
from elevatekit_plugins.calls import group, quota
client = Client("t", base_url=url)
def held():
    with client._core._making, group._shared._lock, quota._shared._lock:
        ready.set(); done.wait(60)
ready, done = threading.Event(), threading.Event()
thread = threading.Thread(target=held)
thread.start(); ready.wait(60)
import warnings; warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: threads and fork
child = os.fork()
if child == 0:
    import signal; signal.alarm(20)  # a child that waits for ever ends with this
    print(client.raw.gen_ai.summary(id).status, flush=True)
    client.close()
    Client("another-account", base_url=url).close()
    os._exit(0)
done.set(); thread.join()
assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_child_is_not_held_up_by_what_another_thread_of_its_parent_held(wire: Any) -> None:
    wire.json(b"{}")

    assert run(START + LOCKED, wire.url) == "200\n"


BUSY = """
client = Client("t", base_url=url, timeout=20)
limit = next(o.concurrency.limit for o in client.api.operations if o.id == "gen_ai.summary")
for _ in range(limit):
    threading.Thread(target=lambda: client.raw.gen_ai.summary(id), daemon=True).start()
slots = client._core.runtime.group(client.api.operation("gen_ai.summary")).slots
while slots.taken < limit:
    time.sleep(0.01)
import warnings; warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: threads and fork
if os.fork() == 0:
    print(client.raw.gen_ai.summary(id, accept_language="en").status, flush=True)
    os._exit(0)
print(os.wait()[1], flush=True)
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_child_has_all_slots_of_its_own_while_those_of_its_parent_are_taken(wire: Any) -> None:
    def handler(connection: socket.socket, data: bytes) -> None:
        if b"accept-language: en" in data.lower():
            connection.sendall(wire.ok(b"{}"))
        wire.stopping.wait(60)

    wire.handler = handler

    assert run(START + BUSY, wire.url) == "200\n0\n"


def test_nothing_is_imported_while_a_request_is_sent(wire: Any) -> None:
    """A child that is forked meanwhile would wait for that import for ever."""
    wire.json(b"{}")

    assert run(START + IMPORTS, wire.url) == "200 set()\n"


IMPORTS = """
with Client("t", base_url=url) as client:
    client._core.transport()
    before = set(sys.modules)
    status = client.raw.gen_ai.summary(id).status
print(status, set(sys.modules) - before)
"""


def test_a_transport_that_is_gone_is_forgotten(wire: Any) -> None:
    from elevatekit_plugins import forks

    before = len(forks._living)
    transport = HttpxTransport(wire.url)
    assert len(forks._living) == before + 1
    transport.close()
    del transport

    assert len(forks._living) == before


def test_connections_are_used_again(wire: Any) -> None:
    wire.json(b"{}")
    transport: Any = HttpxTransport(wire.url)

    for _ in range(3):
        assert transport.send(request(wire), time.monotonic() + 20).status == 200

    assert wire.connections == 1
    transport.close()


def hangs_up(wire: Any) -> threading.Event:
    """Make the server close each connection after an answer; set once it has."""
    closed = threading.Event()

    def handler(connection: socket.socket, data: bytes) -> None:
        connection.sendall(wire.ok(b"{}", b"Content-Type: application/json"))
        connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    wire.handler = handler
    return closed


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(wire: Any) -> None:
    closed = hangs_up(wire)
    transport: Any = HttpxTransport(wire.url)

    for _ in range(2):
        assert transport.send(request(wire), time.monotonic() + 20).status == 200
        assert closed.wait(20)
        closed.clear()

    assert wire.connections == 2
    transport.close()


async def test_an_async_connection_that_the_server_closed_meanwhile_is_not_used_again(
    wire: Any,
) -> None:
    closed = hangs_up(wire)
    transport: Any = AsyncHttpxTransport(wire.url)

    for _ in range(2):
        response = await transport.send(request(wire), time.monotonic() + 20)
        assert response.status == 200
        assert await asyncio.to_thread(closed.wait, 20)
        closed.clear()

    assert wire.connections == 2
    await transport.aclose()


HANDSHAKE = """
import gc, socket, time
from elevatekit_plugins.messages import Request
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport
async def main():
    asyncio.get_running_loop().slow_callback_duration = 60  # or its debug mode complains
    silent = socket.create_server(("127.0.0.1", 0))
    url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1"
    transport = AsyncHttpxTransport(url)
    request = Request(operation="a.b", method="GET", url=f"{url}/x")
    task = asyncio.create_task(transport.send(request, time.monotonic() + 60))
    accepted, _ = await asyncio.to_thread(silent.accept)
    hello = await asyncio.to_thread(accepted.recv, 65536)
    task.cancel()
    await asyncio.wait([task])
    accepted.settimeout(20)
    rest = await asyncio.to_thread(accepted.recv, 65536)
    print(bool(hello), task.cancelled(), rest)
    accepted.close(); silent.close()
    await transport.aclose()
    gc.collect()
asyncio.run(main())
"""


def test_a_handshake_that_is_cancelled_leaves_no_connection_behind() -> None:
    assert run("import asyncio" + HANDSHAKE) == "True True b''\n"
