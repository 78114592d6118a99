"""Ids that would lead elsewhere: no operation sends anything for one, whichever client it has."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from elevatekit import AsyncClient, Client
from elevatekit.operations import API
from elevatekit_plugins.errors import ArgumentError

GUID = "00000000-0000-4000-8000-000000000001"
IDS: list[Any] = [
    "..", ".", "", " ", "/", "../x", f"{GUID}/..", f"{GUID}/../status", "%2e%2e", "%2E", "..%2f",
    f"{GUID}\n", f"{GUID}\r\nX-Evil: 1", f" {GUID}", f"{GUID}?x=1", f"{GUID}#", f"{GUID}\0",
    f"{{{GUID}}}", GUID.replace("-", ""), f"٠{GUID[1:]}", "x" * 100_000, None, 5, True,
    GUID.encode(), [GUID],
]  # fmt: skip
OPERATIONS = [o for o in API.operations if any(p.location == "path" for p in o.parameters)]


def test_no_operation_sends_anything_for_an_id_that_is_none(wire: Any) -> None:
    async def use() -> None:
        async with AsyncClient("token", base_url=wire.url) as other:
            for operation, id in cases:
                with pytest.raises(ArgumentError, match=operation.parameters[0].python):
                    await other.send(operation, {operation.parameters[0].name: id})

    cases = [(operation, id) for operation in OPERATIONS for id in IDS]
    with Client("token", base_url=wire.url) as client:
        for operation, id in cases:
            with pytest.raises(ArgumentError, match=operation.parameters[0].python):
                client.send(operation, {operation.parameters[0].name: id})
    asyncio.run(use())

    assert len(OPERATIONS) == len(API.operations) - 1, "all but declare have an id"
    assert wire.connections == 0
