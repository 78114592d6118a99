"""What httpx2 is handed as a URL: right, and not parsed where nobody looks."""

from __future__ import annotations

import copy
import pickle
import time
from typing import Any

import httpx2
import pytest

from elevatekit_plugins.messages import Request
from elevatekit_plugins.transport.fields import SentHeaders
from elevatekit_plugins.transport.httpx2 import HttpxTransport
from elevatekit_plugins.transport.urls import Urls

BASE = "https://api.example.com:8443/v1"


@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}/interactions/11111111-1111-4111-8111-111111111111",
        f"{BASE}/things?since=2026-01-01&limit=5",
        f"{BASE}/things?",
        f"{BASE}/a%20b",
        f"{BASE}/a b/ü",
        f"{BASE}/a/../b",
        f"{BASE}/a/./b",
        f"{BASE}/things#part",
        "https://api.example.com:8443",
        "https://api.example.com:8443@elsewhere.example.com/v1/things",
        "https://api.example.com/v1/things",
        "http://elsewhere.example.com/token",
    ],
)
def test_a_url_is_the_one_that_httpx2_would_have_made(url: str) -> None:
    ours, theirs = Urls(BASE).of(url), httpx2.URL(url)

    assert (ours.raw_scheme, ours.raw_host, ours.port, ours.raw_path, ours.netloc) == (
        theirs.raw_scheme,
        theirs.raw_host,
        theirs.port,
        theirs.raw_path,
        theirs.netloc,
    )
    assert (str(ours), ours.path, ours.host) == (str(theirs), theirs.path, theirs.host)
    assert ours == theirs
    assert httpx2.URL(ours) == theirs
    assert ours.join("x") == theirs.join("x")


@pytest.mark.parametrize("base", ["http://127.0.0.1:8080/vé", "http://127.0.0.1:8080/{v}/v1"])
def test_a_path_of_the_base_url_that_has_to_be_quoted_is_kept(base: str) -> None:
    assert Urls(base).of(f"{base}/things").raw_path == httpx2.URL(f"{base}/things").raw_path


def test_a_server_whose_name_begins_with_that_of_ours_is_another_one() -> None:
    ours = Urls("https://api.example.com/v1").of("https://api.example.com.elsewhere.org/v1")

    assert ours.raw_host == b"api.example.com.elsewhere.org"


def test_a_url_can_be_copied_and_pickled() -> None:
    url = Urls(BASE).of(f"{BASE}/things")

    assert str(copy.deepcopy(url)) == str(pickle.loads(pickle.dumps(url))) == f"{BASE}/things"


def test_a_call_parses_no_url(wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    wire.answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    transport = HttpxTransport(wire.url)

    def parse(*_: object, **__: object) -> None:
        raise AssertionError("a URL was parsed")

    monkeypatch.setattr("httpx2._urls.urlparse", parse)
    try:
        request = Request(operation="it", method="GET", url=f"{wire.url}/v1/things")
        assert transport.send(request, time.monotonic() + 5).body == b"{}"
    finally:
        transport.close()


def test_headers_are_those_that_httpx2_would_have_made_even_where_they_are_changed() -> None:
    given = [("Host", "example.com"), ("X-Two", "1"), ("x-two", "2")]
    ours, theirs = SentHeaders(given), httpx2.Headers(given)

    assert ours.raw == theirs.raw
    assert (ours["x-TWO"], ours.multi_items()) == (theirs["x-TWO"], theirs.multi_items())
    ours["Host"] = theirs["Host"] = "example.org"
    assert ours.raw == theirs.raw == copy.deepcopy(ours).raw
    assert "host" in pickle.loads(pickle.dumps(SentHeaders(given)))
