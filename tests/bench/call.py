"""What one call costs beside `httpx2.Client.get(url).json()`, in CPU time of this process.

Everything is on: retry, deadline, limiter, quota guard, installed plugins, redaction, and 1 KB of
JSON becomes a typed result. Both sides talk to the same server on loopback, which is C
(`answering.c`, compiled with the `cc` of this machine): it takes no time of the interpreter. They
take turns in short rounds, so that what else the machine does meets both. All figures are medians.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

import httpx2

from elevatekit import AsyncClient, Client

ROUNDS: Final = 200
CALLS: Final = 50
"""In each round, on each side."""
IN_FLIGHT: Final = 10
SYNC_TARGET, ASYNC_TARGET = 0.90, 0.95

TOKEN: Final = "11111111-1111-4111-8111-111111111111"
ID: Final = "22222222-2222-4222-8222-222222222222"
DETAILS: Final = {
    "reasons": ["The caller wanted to know why the parcel had not arrived. " * 4] * 2,
    "actionsTakenByAgent": ["Looked up the order, and promised to call back. " * 4],
    "entities": [{"type": "date", "value": f"{day} May"} for day in range(1, 9)],
    "isResolved": True,
}


def main() -> None:
    body = json.dumps(DETAILS).encode()
    with answering(body) as base_url:
        print(f"{len(body)} bytes of JSON; {ROUNDS} rounds of {CALLS} calls on each side")
        synchronous(base_url)
        asyncio.run(asynchronous(base_url))


def synchronous(base_url: str) -> None:
    with Client(TOKEN, base_url=base_url) as client, httpx2.Client() as bare:
        url = f"{base_url}/interactions/{ID}/gen-ai/cx/summary-details"

        def ours() -> None:
            for _ in range(CALLS):
                client.gen_ai.cx.summary_details(ID)

        def theirs() -> None:
            for _ in range(CALLS):
                bare.get(url).json()

        ours_all, theirs_all = [], []
        for _ in range(ROUNDS + 1):
            theirs_all.append(cost(theirs))
            ours_all.append(cost(ours))
    say("sync", ours_all, theirs_all, SYNC_TARGET)


async def asynchronous(base_url: str) -> None:
    async with AsyncClient(TOKEN, base_url=base_url) as client, httpx2.AsyncClient() as bare:
        url = f"{base_url}/interactions/{ID}/gen-ai/cx/summary-details"

        async def ours() -> None:
            for _ in range(CALLS // IN_FLIGHT):
                await client.gen_ai.cx.summary_details(ID)

        async def theirs() -> None:
            for _ in range(CALLS // IN_FLIGHT):
                (await bare.get(url)).json()

        ours_all, theirs_all = [], []
        for _ in range(ROUNDS + 1):
            theirs_all.append(await cost_of_many(theirs))
            ours_all.append(await cost_of_many(ours))
    say(f"async, {IN_FLIGHT} in flight", ours_all, theirs_all, ASYNC_TARGET)


def cost(calls: Callable[[], None]) -> float:
    """Microseconds of CPU a call."""
    began = time.process_time()
    calls()
    return (time.process_time() - began) / CALLS * 1e6


async def cost_of_many(calls: Callable[[], Awaitable[None]]) -> float:
    began = time.process_time()
    await asyncio.gather(*(calls() for _ in range(IN_FLIGHT)))
    return (time.process_time() - began) / CALLS * 1e6


def say(what: str, ours: list[float], theirs: list[float], target: float) -> None:
    """The figures, without the first round of each, which connects and imports."""
    our_cost, their_cost = median(ours[1:]), median(theirs[1:])
    # That of each round: a machine that slows down and speeds up does so for both sides of one.
    ratio = median(a / b for a, b in zip(ours[1:], theirs[1:], strict=True))
    print(
        f"{what:<22} {our_cost:6.1f} µs a call, bare httpx2 {their_cost:6.1f} µs:"
        f" ratio {ratio:.3f}   target ≤ {target:.2f}"
    )


@contextmanager
def answering(body: bytes) -> Generator[str]:
    """The base URL of a server that answers everything with this JSON."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        sys.exit("this needs a C compiler, and there is no cc: apt install gcc, or xcode-select")
    head = (
        "HTTP/1.1 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nServer: answering\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        program, response = Path(folder) / "answering", Path(folder) / "response"
        response.write_bytes(head.encode() + body)
        source = Path(__file__).with_name("answering.c")
        subprocess.run([compiler, "-O2", "-o", program, source], check=True)
        with subprocess.Popen(
            [program, response], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            # Leaving this closes its standard input, at which it ends.
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"


if __name__ == "__main__":
    main()
