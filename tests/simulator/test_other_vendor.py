"""Nothing about one API is built in: what the table and the spec say is all that is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

KEY = {"Api-Key": "0f0e0d0c-0b0a-0908-0706-050403020100"}
TALK = {
    "people": [{"pid": 1, "label": "Bo", "side": "Agent"}, {"pid": 2, "side": "CUSTOMER"}],
    "lines": [
        {"pid": 2, "words": "I need the key of room 7 today."},
        {"pid": 1, "words": "Unfortunately it is lost."},
    ],
}


class Cases:
    def __init__(self, session: Any) -> None:
        self.simulator = session.simulator
        self.session = session

    def send(self, method: str, path: str, **more: Any) -> Any:
        headers = {**KEY, **more.pop("headers", {})}
        return self.session.send(method, path, headers=headers, **more)

    def open(self, **body: object) -> str:
        response = self.send("POST", "/cases", json=body)
        assert response.status_code == 202, response.text
        return f"/cases/{response.json()['caseId']}"


@pytest.fixture
def cases(open_session: Callable[..., Any], other_api: Any, other_document: Any) -> Cases:
    return Cases(open_session(api=other_api, document=other_document))


def test_the_base_url_ends_as_that_of_the_api(cases: Cases) -> None:
    assert cases.simulator.base_url.endswith("/api")


def test_results_are_placed_by_their_roles(cases: Cases) -> None:
    case = cases.open(kind="text", talk=TALK)

    gist = cases.send("GET", f"{case}/gist").json()

    assert "I need the key of room 7 today." in gist["gist"]
    assert gist["outcome"] == "open", "the second of the known values says no"
    assert gist["named"] == "date", "a list in a plain string is its first words"


def test_an_operation_without_roles_is_answered_from_its_schema(cases: Cases) -> None:
    first, second = (cases.open(kind="voice", link=f"https://x/{n}") for n in range(2))
    cases.simulator.clock.advance(60)

    notes = cases.send("GET", f"{first}/notes").json()

    assert notes == cases.send("GET", f"{first}/notes").json()
    assert notes != cases.send("GET", f"{second}/notes").json()
    assert 1 <= notes["rating"] <= 5


def test_a_result_that_a_type_lacks_is_not_found(cases: Cases) -> None:
    assert cases.send("GET", f"{cases.open(kind='text')}/notes").status_code == 404


def test_what_was_declared_is_read_back_by_name(cases: Cases) -> None:
    case = cases.open(kind="text", ref="A-1", room="blue", talk=TALK)

    shown = cases.send("GET", case).json()

    assert shown == {
        "caseId": case.removeprefix("/cases/"),
        "kind": "text",
        "ref": "A-1",
        "link": None,
        "urgent": False,
        "room": "blue",
    }


def test_states_are_those_of_the_spec(cases: Cases) -> None:
    sent, linked = cases.open(kind="voice"), cases.open(kind="voice", link="https://x/1")
    seen = {sent: [phase(cases, sent)], linked: [phase(cases, linked)]}
    cases.send("POST", f"{sent}/file", files={"blob": ("a.wav", b"no audio")})

    for _ in range(4):
        for case, phases in seen.items():
            phases.append(phase(cases, case))
        cases.simulator.clock.advance(20)

    assert seen[sent] == ["sendPending", "sendRunning", "sendRunning", "working", "broken"]
    assert seen[linked] == ["opened", "opened", "linkRunning", "working", "ready"]


def phase(cases: Cases, case: str) -> str:
    state: str = cases.send("GET", f"{case}/progress").json()["phase"]
    return state


def test_refusals_take_the_documented_status_and_form(cases: Cases) -> None:
    invalid = cases.send("POST", "/cases", json={"kind": "smoke"})
    early = cases.send("GET", f"{cases.open(kind='voice')}/gist")
    few = cases.send("GET", f"{cases.open(kind='text')}/gist", params={"words": 3})
    odd = cases.send("GET", f"{cases.open(kind='text')}/gist", params={"words": "some"})

    assert [r.status_code for r in (invalid, early, few, odd)] == [422, 422, 422, 422]
    assert [list(r.json()) for r in (invalid, early, few, odd)] == [["reason"]] * 4
    assert "query parameter words" in few.json()["reason"]


def test_a_budget_is_kept_as_the_table_says(cases: Cases) -> None:
    case = cases.open(kind="text", talk=TALK)

    statuses = [
        cases.send("POST", f"{case}/questions", json={"q": "Where is the key?"}).status_code
        for _ in range(3)
    ]

    assert statuses == [200, 200, 422]
    history = cases.send("GET", f"{case}/questions").json()
    assert (
        history
        == [
            {
                "q": "Where is the key?",
                "reply": "The customer said: “I need the key of room 7 today.”",
            }
        ]
        * 2
    )


def test_what_is_deleted_is_gone(cases: Cases) -> None:
    case = cases.open(kind="text")

    assert cases.send("DELETE", case).status_code == 204
    assert cases.send("GET", case).status_code == 404
    assert cases.simulator.ledger.deleted == 1


def test_an_operation_about_nothing_in_particular_is_answered(cases: Cases) -> None:
    assert cases.send("GET", "/about").json() == {"name": "Cases"}
