"""The private names of httpx2 and httpcore2 that the transports rest on: each is named if gone."""

from __future__ import annotations

import tomllib
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx2
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ADVICE = "an upgrade took it away: see to it, or cap httpx2 below this version in pyproject.toml"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


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


def test_no_version_of_httpx2_is_let_in_that_was_not_tried() -> None:
    given = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["dependencies"]
    (allowed,) = (r.specifier for r in map(Requirement, given) if r.name == "httpx2")
    tried = Version(httpx2.__version__)

    assert tried in allowed
    assert Version(f"{tried.major}.{tried.minor + 1}") not in allowed
