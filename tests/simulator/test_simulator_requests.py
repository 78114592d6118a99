"""Requests that a strict service refuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.app import Simulation
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.reception import Settings
from elevatekit_plugins.simulator.switches import Switches

OTHER = "aaaaaaaa-bbbb-1ccc-8ddd-eeeeeeeeeeee"


@pytest.mark.parametrize(
    "token",
    ["00000000-0000-0000-0000-000000000000", OTHER, OTHER.upper()],
)
def test_any_token_in_the_form_of_a_guid_is_an_active_account(
    token: str, open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session(token=token)

    assert session.get(f"{session.chat(*refund)}/status").status_code == 200


@pytest.mark.parametrize("token", ["", "token", OTHER[:-1], f"{OTHER}0", OTHER.replace("-", "")])
def test_any_other_token_is_refused(token: str, open_session: Callable[..., Any]) -> None:
    session = open_session(token=token)

    assert session.post("/interactions", json={}).status_code == 401
    assert session.simulator.ledger.declared == 0


def test_a_token_can_be_switched_off(open_session: Callable[..., Any]) -> None:
    session = open_session(token=OTHER.upper(), inactive=[OTHER])

    assert session.post("/interactions", json={}).status_code == 401


def test_an_account_sees_only_its_own_interactions(
    open_session: Callable[..., Any], refund: Any
) -> None:
    mine = open_session()
    interaction = mine.chat(*refund)
    other = open_session(token=OTHER, of=mine)

    assert other.get(f"{interaction}/status").status_code == 404
    assert other.send("DELETE", interaction).status_code == 404
    assert mine.get(f"{interaction}/status").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"type": "fax", "languageTag": "en", "vertical": "default"},
        {"type": "chat", "languageTag": "en", "vertical": "default"},
        {"type": "chat", "languageTag": 5, "vertical": "default", "chat": {}},
        {"type": "audio", "languageTag": "en"},
        {"type": ["audio"], "languageTag": "en", "vertical": "default"},
    ],
    ids=str,
)
def test_a_declaration_that_breaks_the_spec_is_refused(body: object, session: Any) -> None:
    refused = session.post("/interactions", json=body)

    assert (refused.status_code, list(refused.json())) == (400, ["errorMessage"])
    assert session.simulator.ledger.declared == 0


def test_a_refusal_names_the_place_and_never_quotes_the_value(session: Any, refund: Any) -> None:
    secret = "s3cret" * 50
    refused = session.post(f"{session.chat(*refund)}/gen-ai/ask", json={"question": secret})

    message = refused.json()["errorMessage"]
    assert message == "$.question: the value is longer than 250 characters"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b'{"a": "\xff"}', "application/json"),
        (b'{"a": "\\ud800"}', "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"type": NaN}', "application/json"),
        (b"{}", "text/plain"),
        (b"{}", ""),
    ],
    ids=range(8),
)
def test_a_body_that_is_no_json_is_refused(content: bytes, content_type: str, session: Any) -> None:
    refused = session.post("/interactions", content=content, headers={"content-type": content_type})

    assert (refused.status_code, list(refused.json())) == (400, ["errorMessage"])


def test_a_body_larger_than_anything_sensible_is_refused(session: Any) -> None:
    refused = session.post(
        "/interactions",
        content=b"x" * (33 << 20),
        headers={"content-type": "application/json"},
    )

    assert refused.status_code == 400
    assert "larger than" in refused.json()["errorMessage"]
    assert session.audio()


@pytest.mark.parametrize("id", ["x", "..", "%2e%2e", "%2F", "0" * 36, " "])
def test_a_path_that_holds_no_identifier_leads_nowhere(id: str, session: Any) -> None:
    assert session.get(f"/interactions/{id}/status").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/interactions", "POST"),
        ("PATCH", "/interactions/11111111-1111-4111-8111-111111111111", "DELETE, GET"),
        ("GET", "/", None),
        ("GET", "/interactions/", None),
        ("GET", "/nothing", None),
        ("GET", "/interactions/11111111-1111-4111-8111-111111111111/status/", None),
    ],
)
def test_what_the_spec_does_not_name_is_not_there(
    method: str, path: str, allowed: str | None, session: Any
) -> None:
    refused = session.send(method, path)

    assert refused.status_code == (405 if allowed else 404)
    assert refused.headers.get("allow") == allowed
    assert list(refused.json()) == ["errorMessage"]


def test_a_header_that_breaks_the_spec_is_refused(session: Any, refund: Any) -> None:
    headers = {"Accept-Language": ""}

    refused = session.get(f"{session.chat(*refund)}/gen-ai/summary", headers=headers)

    assert refused.status_code == 422
    assert "the header parameter Accept-Language" in refused.json()["errorMessage"]


def test_chats_without_messages_have_empty_results(session: Any) -> None:
    interaction = session.chat()

    assert session.get(f"{interaction}/gen-ai/cx/topics").json() == {"topics": []}
    assert session.get(f"{interaction}/gen-ai/cx/summary").json()["summary"]
    answer = session.post(f"{interaction}/gen-ai/ask", json={"question": "What?"}).json()
    assert answer == {"answer": "The conversation does not say."}


async def test_more_than_ten_requests_of_an_account_at_a_time_are_refused(
    api: Api, chat: Any, refund: Any
) -> None:
    released = asyncio.Event()

    async def hold(seconds: float) -> None:
        assert seconds == 2.5
        await released.wait()

    settings = Settings(latency=2.5, self_check=True, switches=Switches(limit_retry_after=3))
    simulation = Simulation(api, api.document(), settings, VirtualClock(), sleep=hold)
    transport = httpx2.ASGITransport(app=simulation)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test/v1") as client:

        async def read(token: str, path: str = "gen-ai/summary") -> httpx2.Response:
            headers = {"X-API-Token": token}
            declared = await client.post("/interactions", json=chat(refund), headers=headers)
            id = declared.json()["interactionIdentifier"]
            return await client.get(f"/interactions/{id}/{path}", headers=headers)

        waiting = [asyncio.create_task(read(OTHER)) for _ in range(10)]
        while simulation.ledger.in_flight["gen_ai"] < 10:
            await asyncio.sleep(0)
        one_more = asyncio.create_task(read(OTHER))
        while simulation.ledger.in_flight["gen_ai"] == 10 and not one_more.done():
            await asyncio.sleep(0)
        unlimited = await read(OTHER, "status")
        stranger = asyncio.create_task(read("0" * 8 + OTHER[8:]))
        while simulation.ledger.in_flight["gen_ai"] < 11:
            await asyncio.sleep(0)
        released.set()
        answered = await asyncio.gather(*waiting, stranger)
        eleventh = await one_more
        later = await read(OTHER)

    assert (eleventh.status_code, eleventh.headers["retry-after"]) == (429, "3")
    assert unlimited.status_code == 200
    assert {response.status_code for response in answered} == {200}
    assert later.status_code == 200
    assert simulation.ledger.most_in_flight["gen_ai"] == 10
    assert simulation.ledger.refused["gen_ai"] == 1
    assert simulation.ledger.in_flight["gen_ai"] == 0
    assert simulation.ledger.violations == []
