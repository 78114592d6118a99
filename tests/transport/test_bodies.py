"""Bodies: bounded, decoded once, verified to the last byte."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.errors import BrokenResponseError, ResponseTooLargeError
from elevatekit_plugins.messages import Response
from elevatekit_plugins.transport.body import BodyReader

GZIP = b"Content-Encoding: gzip"
SOME = gzip.compress(b'{"a": 1}')


def compressed(size: int) -> bytes:
    """So many zeros, as gzip data, without ever holding them."""
    stream = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    return b"".join([*(stream.compress(bytes(1 << 20)) for _ in range(size >> 20)), stream.flush()])


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(SOME), [GZIP, GZIP]),
        (gzip.compress(SOME), [b"Content-Encoding: gzip, gzip"]),
        (SOME, [b"Content-Encoding: identity", GZIP]),
        (SOME, [b"Content-Encoding: br"]),
    ],
    ids=["two fields", "a list", "identity and gzip", "one that nobody asked for"],
)
def test_a_body_is_encoded_once_or_refused(
    wire: Any, send: Callable[..., Response], body: bytes, headers: list[bytes]
) -> None:
    wire.answers_once(wire.ok(body, *headers))

    with pytest.raises(BrokenResponseError, match="only gzip was requested"):
        send()


@pytest.mark.parametrize("encoding", [b"Content-Encoding: GZip", b"Content-Encoding:  gzip ", GZIP])
def test_the_name_of_an_encoding_is_read_as_http_means_it(
    wire: Any, send: Callable[..., Response], encoding: bytes
) -> None:
    wire.answers_once(wire.ok(SOME, encoding))

    assert send().json() == {"a": 1}


def test_gzip_data_of_several_members_is_the_sum_of_them(
    wire: Any, send: Callable[..., Response]
) -> None:
    wire.answers_once(wire.ok(gzip.compress(b'{"a"') + gzip.compress(b": 1}"), GZIP))

    assert send().json() == {"a": 1}


@pytest.mark.parametrize(
    "broken",
    [SOME[:-8] + bytes(4) + SOME[-4:], SOME[:-4] + bytes(4), SOME[:-1], SOME + SOME[:-1]],
    ids=["a wrong checksum", "a wrong length", "a trailer that is cut", "a second member, cut"],
)
def test_the_trailer_of_gzip_data_is_verified(
    wire: Any, send: Callable[..., Response], broken: bytes
) -> None:
    wire.answers_once(wire.ok(broken, GZIP))

    with pytest.raises(BrokenResponseError, match="gzip data"):
        send()


@pytest.mark.parametrize("size", [7, 1000, 700_000])
def test_however_it_is_cut_gzip_data_is_the_same(size: int) -> None:
    text = os.urandom(600_000) + bytes(600_000)
    data = gzip.compress(text)
    reader = BodyReader((("Content-Encoding", "gzip"),))
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])

    assert reader.finish() == text


def test_a_client_may_take_more_or_less(wire: Any, send: Callable[..., Response]) -> None:
    wire.answers_once(wire.ok(b"x" * 1000))

    assert len(send(max_bytes=1000).body) == 1000
    with pytest.raises(
        ResponseTooLargeError, match="larger than 999 bytes; raise the limit with max_b"
    ):
        send(max_bytes=999)


def test_gzip_data_that_unpacks_to_nothing_for_ever_ends(
    wire: Any, send: Callable[..., Response]
) -> None:
    nothing = gzip.compress(b"") * 100

    def handler(connection: socket.socket, data: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + GZIP + b"\r\n\r\n")
        while True:
            connection.sendall(nothing)

    wire.handler = handler

    with pytest.raises(ResponseTooLargeError):
        send(max_bytes=100_000)


def endless(connection: socket.socket, data: bytes) -> None:
    """300 MB, of which nobody knows before how many there will be."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    for _ in range(300):
        connection.sendall(b" " * 1_000_000)


@pytest.fixture(params=["a bomb", "a body", "a body that says how long it is"])
def flood(request: pytest.FixtureRequest, wire: Any) -> Any:
    """A server that answers with 300 MB."""
    if request.param == "a bomb":
        wire.answers_once(wire.ok(compressed(300 << 20), GZIP, b"Content-Type: application/json"))
    elif request.param == "a body":
        wire.handler = endless
    else:
        wire.answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: 300000000\r\n\r\n" + bytes(1 << 20))
    return wire


MEASURED = """
import asyncio, json, pathlib, sys
from elevatekit import AsyncClient, Client, ResponseTooLargeError

id = "00000000-0000-4000-8000-000000000001"

async def call_async():
    async with AsyncClient("token", base_url=sys.argv[1]) as client:
        await client.gen_ai.cx.summary(id)

def call():
    with Client("token", base_url=sys.argv[1]) as client:
        client.gen_ai.cx.summary(id)

for run in (call, lambda: asyncio.run(call_async())):
    try:
        run()
    except ResponseTooLargeError as error:
        print(len(error.attempts), error)
status = pathlib.Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""
"""What the process held at most, in KiB. (Its `ru_maxrss` begins with that of its parent.)"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of one process")
def test_a_flood_is_refused_at_once_in_little_memory_and_without_a_file(
    flood: Any, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, flood.url],
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    *outcomes, peak = done.stdout.splitlines()
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert outcome.startswith("1 operation gen_ai.cx.summary: the body is larger than 64 MiB")
    assert int(peak) < 150_000
    assert flood.connections == 2, "it was asked for again"
    assert list(tmp_path.iterdir()) == []


def test_json_survives_the_way(wire: Any, send: Callable[..., Response]) -> None:
    document = {"text": "Grüße, 你好 🎉", "n": [1.5, None, True]}
    wire.json(json.dumps(document).encode())

    assert send().json() == document
