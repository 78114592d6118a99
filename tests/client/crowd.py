"""Many calls at once from one process. Run as a script by tests and measurements.

    ELEVATEKIT_TOKEN=… python crowd.py BASE_URL ID THREADS CALLS

It waits for a line on standard input, so that several begin together, and prints how many calls
were answered, and how many requests that took.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from elevatekit import Client


def crowd(client: Client, id: str, threads: int, calls: int) -> tuple[int, int]:
    """Make the calls; how many were answered, and the requests that they took."""
    with ThreadPoolExecutor(threads) as pool:
        made = pool.map(lambda _: client.raw.gen_ai.cx.summary(id), range(calls))
        attempts = [len(response.attempts) for response in made]
    return len(attempts), sum(attempts)


if __name__ == "__main__":
    base_url, id, threads, calls = sys.argv[1:]
    with Client(base_url=base_url, timeout=120) as client:
        print("ready", flush=True)
        sys.stdin.readline()
        print(*crowd(client, id, int(threads), int(calls)))
