"""Make very many calls and watch what grows: `python tests/soak/soak.py [CALLS]`.

Half of the calls are made by threads that share a client, half by tasks of an event loop. The
server is a process of its own. It closes every 50th connection, answers every 97th request with a
503 and cuts the body of every 101st, so connections break and calls are sent again all the time.

Memory must grow by less than 1 MB for 10,000 calls after a warm-up, open files and threads not at
all, and Python must not find a connection that nobody closed. Memory is judged from 10,000 calls
of each kind on: fewer say nothing.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from elevatekit import AsyncClient, Client, CxSummary

TOKEN: Final = "11111111-1111-4111-8111-111111111111"
ID: Final = "22222222-2222-4222-8222-222222222222"
AT_ONCE: Final = 10
SAMPLES: Final = 20
WARM_UP: Final = 5
"""Samples that do not count."""
LIMIT: Final = 1.0
"""MB for 10,000 calls."""
JUDGED_FROM: Final = 10_000
"""Calls of one kind."""
SETTINGS: Final[Any] = {"settings": {"standard": {"base": 1e-6}}, "timeout": 60.0}


@dataclass(frozen=True)
class Sample:
    """What there is at one moment."""

    calls: int
    megabytes: float
    files: int
    threads: int


def main(calls: int) -> int:
    """Run both halves; the exit code is 1 where something grew."""
    if not Path("/proc/self/statm").exists():
        sys.exit("this reads /proc, and there is none: run it on Linux")
    unclosed: list[str] = []
    warnings.simplefilter("always", ResourceWarning)
    warnings.showwarning = lambda message, category, *_: unclosed.append(f"{message}")
    with subprocess.Popen(
        [sys.executable, __file__, "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        base_url = f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        flat = [
            flat_in("threads", with_threads(base_url, calls // 2)),
            flat_in("tasks", asyncio.run(with_tasks(base_url, calls // 2))),
        ]
    gc.collect()
    for text in unclosed[:5]:
        print(f"ResourceWarning: {text}")
    print(f"ResourceWarnings: {len(unclosed)}   target 0")
    return int(not all(flat) or bool(unclosed))


def with_threads(base_url: str, calls: int) -> list[Sample]:
    samples: list[Sample] = []
    with (
        Client(TOKEN, base_url=base_url, **SETTINGS) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        for done in portions(calls, samples):
            for answer in pool.map(lambda _: client.gen_ai.cx.summary(ID), range(done)):
                right(answer)
    return samples


async def with_tasks(base_url: str, calls: int) -> list[Sample]:
    samples: list[Sample] = []
    async with AsyncClient(TOKEN, base_url=base_url, **SETTINGS) as client:

        async def some(count: int) -> None:
            for _ in range(count):
                right(await client.gen_ai.cx.summary(ID))

        for done in portions(calls, samples):
            await asyncio.gather(*(some(done // AT_ONCE) for _ in range(AT_ONCE)))
    return samples


def portions(calls: int, samples: list[Sample]) -> Any:
    """Sizes of the portions in which the calls are made; after each, what there is is noted."""
    size = max(AT_ONCE, calls // SAMPLES)
    for number in range(1, SAMPLES + 1):
        yield size
        gc.collect()
        samples.append(now(size * number))


def right(answer: CxSummary) -> None:
    if answer.summary != "All is well.":
        raise AssertionError(f"a wrong answer: {answer}")


def now(calls: int) -> Sample:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Sample(
        calls=calls,
        megabytes=pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        files=len(os.listdir("/proc/self/fd")),
        threads=threading.active_count(),
    )


def flat_in(what: str, samples: list[Sample]) -> bool:
    """Print what grew, and say whether all is flat."""
    samples = samples[WARM_UP:]
    first, last = samples[0], samples[-1]
    growth = slope([s.calls for s in samples], [s.megabytes for s in samples]) * 10_000
    # As many connections as calls at once may be open, or fewer: some have just been closed.
    files, threads = spread(samples, lambda s: s.files), spread(samples, lambda s: s.threads)
    judged = last.calls >= JUDGED_FROM
    print(
        f"{what:<8} {last.calls} calls: {last.megabytes:.1f} MB, {growth:+.3f} MB for 10,000 calls"
        f" (target < {LIMIT:g}{'' if judged else ', not judged: too few'});"
        f" files {first.files} to {last.files}, threads {first.threads} to {last.threads}"
        f" (target: within {AT_ONCE} and 0)"
    )
    return files <= AT_ONCE and threads == 0 and (growth < LIMIT or not judged)


def spread(samples: list[Sample], of: Callable[[Sample], int]) -> int:
    return max(map(of, samples)) - min(map(of, samples))


def slope(xs: list[int], ys: list[float]) -> float:
    """That of the straight line that fits best."""
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)


async def serve() -> None:
    """Answer until standard input ends."""
    requests = 0
    body = b'{"summary": "All is well."}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                requests += 1
                text = head % len(body) + b"\r\n" + body
                if requests % 97 == 0:
                    text = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
                elif requests % 101 == 0:
                    text = text[:-5]
                elif requests % 50 == 0:
                    text = head % len(body) + b"Connection: close\r\n\r\n" + body
                writer.write(text)
                if requests % 101 == 0 or requests % 50 == 0:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        asyncio.run(serve())
    else:
        began = time.monotonic()
        code = main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
        print(f"{time.monotonic() - began:.0f} s")
        sys.exit(code)
