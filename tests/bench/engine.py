"""What one call costs in the engine alone: a transport that answers at once, no network.

Retry, deadline, limiter, redaction and the installed plugins are on, as by default.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from elevatekit import Client
from elevatekit.operations import API
from elevatekit_plugins.calls.drivers import drive
from elevatekit_plugins.calls.engine import call
from elevatekit_plugins.calls.job import Job
from elevatekit_plugins.messages import Request, Response

TARGET: Final = 10.0
"""Microseconds."""
ROUNDS, CALLS = 15, 2000


class Ready:
    """A transport that has the answer already."""

    def __init__(self) -> None:
        headers = (("content-type", "application/json"),)
        self._response = Response(operation="bench", status=200, headers=headers, body=b"{}")

    def send(self, request: Request, deadline: float) -> Response:
        return self._response

    def close(self) -> None:
        """There is nothing to close."""


def cost(once: Callable[[], object]) -> float:
    """Microseconds of CPU, the best of some rounds: the rest is other people's."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            once()
        rounds.append((time.process_time() - began) / CALLS * 1e6)
    return min(rounds)


def main() -> None:
    transport = Ready()
    with Client("11111111-1111-4111-8111-111111111111", transport=transport) as client:
        request = Request(operation="bench", method="GET", url="https://api.example.com/v1/x")
        runtime = client._runtime
        for title, limited in (("engine alone", False), ("with the concurrency limit", True)):
            operation: Any = next(
                o for o in API.operations if (o.concurrency is not None) is limited and o.retry.safe
            )
            job: Job[Any] = Job(
                operation=operation,
                request=request,
                timeout=60.0,
                attempt_timeout=60.0,
                arguments=(),
                resource=None,
            )
            spent = cost(lambda job=job: drive(call(job, runtime, lambda r: r), transport))
            print(f"{title:<32} {spent:6.1f} µs a call   target ≤ {TARGET:g} µs")
        whole = cost(lambda: client.raw.interactions.status(ID))
        print(f"{'with the arguments, undecoded':<32} {whole:6.1f} µs a call   for comparison")


ID = "22222222-2222-4222-8222-222222222222"

if __name__ == "__main__":
    main()
