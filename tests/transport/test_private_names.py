"""The private names of httpx2 and httpcore2 that the transports rest on: each is named if gone."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import httpx2
import pytest

ADVICE = "an upgrade took it away: see to it, or cap httpx2 below this version in pyproject.toml"


def has(start: object, path: str, what: str) -> None:
    try:
        attrgetter(path)(start)
    except AttributeError as error:
        pytest.fail(f"{what} needs {type(start).__module__}: {path} ({error}); {ADVICE}")


def test_the_pools_have_a_network_backend_that_can_be_replaced() -> None:
    for make in (httpx2.HTTPTransport, httpx2.AsyncHTTPTransport):
        has(make(), "_pool._network_backend", "transport/httpx2.py")


def test_a_response_leads_to_the_state_of_its_connection(wire: Any) -> None:
    wire.json(b"{}")
    with httpx2.HTTPTransport() as transport:
        response = transport.handle_request(httpx2.Request("GET", wire.url))
        for name in ("trailing_data", "send_failed"):
            path = f"_httpcore_stream._stream._connection._h11_state.{name}"
            has(response.stream, path, "transport/surplus.py")
        response.read()
        response.close()
