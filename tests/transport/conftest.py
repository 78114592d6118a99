"""Both transports, behind one function."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.api import Api, ApiKey, Operation, RetryRule
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport, HttpxTransport
from elevatekit_plugins.transport.protocol import MAX_BYTES


def _sync(url: str, request: Request, seconds: float, max_bytes: int) -> Response:
    transport = HttpxTransport(url, max_bytes)
    try:
        return transport.send(request, time.monotonic() + seconds)
    finally:
        transport.close()


def _async(url: str, request: Request, seconds: float, max_bytes: int) -> Response:
    async def run() -> Response:
        transport = AsyncHttpxTransport(url, max_bytes)
        try:
            return await transport.send(request, time.monotonic() + seconds)
        finally:
            await transport.aclose()

    return asyncio.run(run())


@pytest.fixture(params=[_sync, _async], ids=["sync", "async"])
def send(request: pytest.FixtureRequest, wire: Any) -> Callable[..., Response]:
    """Send one request, to `wire` unless told otherwise."""

    def send(
        seconds: float = 20.0,
        body: Any = None,
        url: str | None = None,
        max_bytes: int = MAX_BYTES,
        headers: Any = (),
    ) -> Response:
        target = url or wire.url
        method = "GET" if body is None else "POST"
        outgoing = Request(
            operation="a.b", method=method, url=f"{target}/x", body=body, headers=headers
        )
        response: Response = request.param(target, outgoing, seconds, max_bytes)
        return response

    return send


@pytest.fixture
def things() -> Any:
    """An API of one operation, without a spec."""
    read: Operation[Any] = Operation(
        id="things.read",
        method="GET",
        path="/things",
        summary="A thing.",
        success=(200,),
        retry=RetryRule(deadline=60.0, statuses={}, safe=True),
        evidence="documented",
    )
    api = Api(
        name="elevatekit",
        title="Things",
        version="1",
        package="elevatekit",
        base_url="https://api.example.com/v1",
        key=ApiKey(header="X-Key"),
        error_message="errorMessage",
        operations=(read,),
    )
    return SimpleNamespace(API=api, READ=read)
