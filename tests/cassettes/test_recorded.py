"""What is committed holds no secret and nothing of the machine that recorded it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from elevatekit.operations import API
from elevatekit_plugins.testing.accounts import ACCOUNT
from elevatekit_plugins.testing.cassettes.canary import hidden
from elevatekit_plugins.testing.cassettes.canonical import RESPONSE_HEADERS, request_headers

PUBLISHED = "00000000-0000-4000-8000-000000000001"
"""What `ACCOUNT` is outside of this suite, which looks for another one in what it writes."""
RECORDED = sorted((Path(__file__).parent / "recorded").iterdir())


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.name)
def test_a_committed_cassette_holds_nothing_of_this_machine(file: Path) -> None:
    content = file.read_bytes()

    for secret in (ACCOUNT, PUBLISHED, "127.0.0.1", "localhost", "[::1]"):
        assert hidden(secret, content) is None
    assert b"\r" not in content


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.name)
def test_a_committed_cassette_holds_the_listed_headers_alone(file: Path) -> None:
    for interaction in yaml.safe_load(file.read_bytes())["interactions"]:
        assert interaction["request"]["uri"].startswith(f"{API.base_url}/")
        assert interaction["request"]["headers"].keys() <= request_headers(API)
        assert interaction["response"]["headers"].keys() <= RESPONSE_HEADERS
