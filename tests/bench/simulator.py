"""How soon the simulator answers, how many requests a second it serves, and what bounds that.

It runs in a process of its own and checks every request and every answer. The client is a loop
over raw sockets that reads no HTTP: it sends the same bytes and counts the bytes that come back.
The processor time of both sides tells which of them is the bound.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time
from typing import Final
from urllib.parse import urlsplit

import httpx2

from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator

TOKEN: Final = "00000000-0000-4000-8000-00000000c0de"
CONNECTIONS, REQUESTS, STARTS = 8, 6_000, 7
CHAT: Final = {
    "type": "chat",
    "languageTag": "en-us",
    "vertical": "default",
    "chat": {
        "participants": [{"participant_id": "1", "name": "Ana", "role": "customer"}],
        "messages": [
            {"participant_id": "1", "timestamp": "2025-01-06T09:00:00Z", "content": text}
            for text in ("I need a refund of $30 for my kettle.", "It broke on March 3rd.") * 5
        ],
    },
}
COLD: Final = """
import asyncio, sys, time
import click, jsonschema_rs, msgspec, python_multipart, starlette.requests, uvicorn
import uvicorn.protocols.http.h11_impl
began = time.perf_counter()
from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator
with Simulator(API):
    print(time.perf_counter() - began)
"""


def main() -> None:
    cold = min(float(_output(COLD)) for _ in range(3))
    print(f"start over importing libraries {cold * 1000:6.0f} ms   target < 500 ms")
    print(f"start in a thread              {_warm() * 1000:6.0f} ms   target < 100 ms")
    command = [sys.executable, "-m", API.package, "simulate", "--port", "0", "--self-check"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        base = process.stdout.readline().strip()
        try:
            _rates(base, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _output(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True
    ).stdout.decode()


def _warm() -> float:
    times: list[float] = []
    for _ in range(STARTS):
        began = time.perf_counter()
        with Simulator(API):
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def _rates(base: str, pid: int) -> None:
    with httpx2.Client(headers={API.key.header: TOKEN}) as client:
        declared = client.post(f"{base}/interactions", json=CHAT).raise_for_status()
    id = declared.json()["interactionIdentifier"]
    about = f"{urlsplit(base).path}/interactions/{id}"
    cases = {
        "status": _request("GET", base, f"{about}/status"),
        "summary": _request("GET", base, f"{about}/gen-ai/cx/summary"),
        "details": _request("GET", base, f"{about}/gen-ai/cx/summary/details"),
        "declare": _request("POST", base, f"{urlsplit(base).path}/interactions", CHAT),
    }
    for name, request in cases.items():
        used, own = _used(pid), _own()
        began = time.perf_counter()
        _drive(base, request, REQUESTS)
        took = time.perf_counter() - began
        server, client_share = (_used(pid) - used) / took, (_own() - own) / took
        print(
            f"{name:8} {REQUESTS / took:6.0f} requests/s   target ≥ 2,000"
            f"   processor: simulator {server:4.0%}, client {client_share:4.0%}"
        )


def _request(method: str, base: str, path: str, body: object = None) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(base).netloc}\r\n{API.key.header}: {TOKEN}"
    length = f"\r\nContent-Type: application/json\r\nContent-Length: {len(content)}" if body else ""
    return f"{head}{length}\r\n\r\n".encode() + content


def _drive(base: str, request: bytes, count: int) -> None:
    """Keep one request in flight on each connection until so many are answered."""
    place = urlsplit(base)
    connections = [
        socket.create_connection((place.hostname, place.port)) for _ in range(CONNECTIONS)
    ]
    try:
        size = len(_answer(connections[0], request))
        for connection in connections:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request)
        for _ in range(count // CONNECTIONS):
            for connection in connections:
                left = size
                while left > 0:
                    left -= len(connection.recv(65_536))
                assert left == 0, "answers differ in length"
                connection.sendall(request)
    finally:
        for connection in connections:
            connection.close()


def _answer(connection: socket.socket, request: bytes) -> bytes:
    connection.sendall(request)
    answer = b""
    while True:
        answer += connection.recv(65_536)
        head, end, body = answer.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        if end and length and len(body) == int(length[1]):
            assert head.startswith(b"HTTP/1.1 20"), head
            return answer


def _used(pid: int) -> float:
    """The processor time of a process, in seconds."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / 100


def _own() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
