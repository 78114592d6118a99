"""`elevatekit probe`: what it calls, what it costs, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from elevatekit.operations import API
from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.probe.schemas import Spec
from elevatekit_plugins.probe.sightings import Sighting, Sightings
from elevatekit_plugins.probe.verdicts import Verdicts
from elevatekit_plugins.probe.vocabulary import Vocabulary
from elevatekit_plugins.pull.turns import chat_body
from elevatekit_plugins.report import Listed, Retyped, Shape
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.switches import Switches
from elevatekit_plugins.testing.accounts import ACCOUNT

SUMMARY = "gen_ai.cx.summary"
NOBODY = "7f0d6b1e-0000-4000-8000-000000000000"
assert API.pull is not None
RULE = API.pull


class Desk:
    """A service with one chat, and a shell whose environment leads to it."""

    def __init__(self, simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
        self.simulator = simulator
        self.id = ""
        self._capsys = capsys
        self.out = self.err = ""

    def probe(self, *arguments: str, id: str | None = None, api: Api = API) -> int:
        self._capsys.readouterr()
        code = main(api, ["probe", self.id if id is None else id, *arguments])
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return code

    def declare(self) -> str:
        """A chat that can be probed; its id."""
        turns = [
            {"role": "customer", "text": "I need a refund for my kettle."},
            {"role": "agent", "text": "I will send an e-mail. It has been issued."},
        ]
        with SyncApiClient(API, ACCOUNT, base_url=self.simulator.base_url) as client:
            body = chat_body(RULE, {"turns": turns})
            declared: dict[str, str] = client.send(API.operation(RULE.declare), {}, body).json()
        return declared[RULE.identifier]

    @property
    def report(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    def different(self) -> list[dict[str, Any]]:
        return [fact for fact in self.report["facts"] if fact["verdict"] == "different"]


@pytest.fixture
def desk(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    with Simulator(API) as simulator:
        monkeypatch.setenv("ELEVATEKIT_BASE_URL", simulator.base_url)
        monkeypatch.setenv("ELEVATEKIT_TOKEN", ACCOUNT)
        desk = Desk(simulator, capsys)
        desk.id = desk.declare()
        yield desk


def test_every_read_operation_of_an_interaction_is_called_once_and_nothing_else(desk: Desk) -> None:
    assert desk.probe() == 0

    reads = {o.id for o in API.operations if o.method == "GET"}
    assert desk.simulator.ledger.calls.keys() - {RULE.declare} == reads
    assert {p["operation"] for p in desk.report["operations"]} == reads
    assert all(desk.simulator.ledger.calls[operation] == 1 for operation in reads)
    assert "0 different" in desk.err


def test_a_question_is_spent_only_where_it_is_given(desk: Desk) -> None:
    asks = {o.id for o in API.operations if o.quota is not None}
    desk.probe()
    assert not asks & desk.simulator.ledger.calls.keys()

    assert desk.probe("--ask", "Was there a refund?") == 0
    assert asks <= desk.simulator.ledger.calls.keys()
    assert "asking 'Was there a refund?'" in desk.err


def test_the_answers_are_in_the_report_only_where_they_are_wanted(desk: Desk) -> None:
    desk.probe("--into", "report.json")
    plain = Path("report.json").read_text("utf-8")
    desk.probe("--into", "report.json", "--with-values")
    whole = Path("report.json").read_text("utf-8")

    assert "kettle" not in plain
    assert desk.id not in plain
    assert "kettle" in whole
    assert desk.out == ""
    assert Path("report.json").stat().st_mode & 0o077 == 0


def test_what_differs_is_told_and_ends_with_its_own_exit_code(desk: Desk) -> None:
    body = {"summary": None, "wordCount": 3}
    desk.simulator.faults.set([Fault(operation=SUMMARY, status=200, body=body)])

    assert desk.probe() == 3

    assert {fact["change"]["type"] for fact in desk.different()} == {"nullable", "added"}
    assert f"{SUMMARY} at /summary: /components/schemas/CxSummary/properties/summary" in desk.err
    assert "the spec says string (documented); came: null" in desk.err
    assert "elevatekit-codegen patch" in desk.err


@pytest.mark.parametrize(
    ("fault", "came", "can_be_patched"),
    [
        ({"status": 418, "body": {"errorMessage": "no"}}, "418 with object (errorMessage)", True),
        ({"status": 200, "body": "<html>", "headers": {"Content-Type": "text/html"}},
         "text/html", False),
        ({"status": 200, "body": {"summary": "a"}, "headers": {"Content-Type": "text/json+json"}},
         "text/json+json", False),
    ],
)  # fmt: skip
def test_statuses_and_types_of_answers_are_looked_at_too(
    desk: Desk, fault: dict[str, Any], came: str, can_be_patched: bool
) -> None:
    desk.simulator.faults.set([Fault(operation=SUMMARY, **fault)])

    assert desk.probe() == 3

    (fact,) = desk.different()
    assert fact["came"] == came
    assert ("change" in fact) == can_be_patched


@pytest.mark.parametrize(
    ("switches", "changes"),
    [
        (Switches(result_letter_case="pascal"), ["renamed"] * 2),
        (Switches(result_letter_case="snake"), ["renamed"] * 2),
        (Switches(result_shape="bare"), ["retyped"] * 7),
        (Switches(error_body="message"), ["renamed"]),
        (Switches(error_body="html"), [None]),
        (Switches(ask_history_shape="list"), ["retyped"] * 2),
    ],
)
def test_each_open_question_about_shapes_is_answered(
    desk: Desk, switches: Switches, changes: list[str | None]
) -> None:
    desk.simulator.reset(switches=switches)
    desk.id = desk.declare()

    assert desk.probe() == 3

    assert [fact.get("change", {}).get("type") for fact in desk.different()] == changes


def test_names_that_may_be_something_that_was_said_are_not_told(desk: Desk) -> None:
    said: dict[str, object] = {
        "Ana Silva, 12 Elm Street": 1,
        "ana@example.com": {"Ben O'Neill": []},
    }
    body: dict[str, object] = {"summary": "a", "people": said}
    desk.simulator.faults.set([Fault(operation=SUMMARY, status=200, body=body)])

    desk.probe()

    (fact,) = desk.different()
    assert fact["change"] == {"type": "added", "name": "people", "shape": {"kinds": ["object"]}}
    assert "Elm" not in desk.out + desk.err


CONTENT: dict[str, tuple[dict[str, Any], str]] = {
    "names of people": ({"Ana": 3, "Ben": 2}, "Ana"),
    "a full name": ({"AnaSilva": 1}, "AnaSilva"),
    "an address": ({"ana.silva": 1}, "ana.silva"),
    "a word in another case": ({"KETTLE": 1}, "KETTLE"),
    "several words": ({"broken_kettle": 1}, "broken_kettle"),
    "an order": ({"ORD20417": 1}, "ORD20417"),
    "keys of a map": ({"byPerson": {"Ana": {"Ben": 1}}}, "Ana"),
    "keys in a list": ({"people": [{"Ana": 1}, {"kettle": 2}]}, "Ana"),
}


@pytest.mark.parametrize("name", CONTENT)
def test_names_that_were_said_in_an_answer_are_not_told(desk: Desk, name: str) -> None:
    strange, said = CONTENT[name]
    text = "Ana Silva told Ben of her broken kettle."
    body: dict[str, object] = {"summary": text, **strange}
    desk.simulator.faults.set([Fault(operation=SUMMARY, status=200, body=body)])

    assert desk.probe() == 3

    assert said not in desk.out + desk.err
    for fact in desk.different():
        assert (
            fact["change"]["name"] in ("byPerson", "people")
            if "change" in fact
            else (fact["came"] == "other properties, whose names may be something that was said")
        )


def test_new_names_and_names_of_the_spec_are_told_though_they_were_said(desk: Desk) -> None:
    body = {"summary": "The topics of this call.", "word_count": 3, "Topics": "billing"}
    desk.simulator.faults.set([Fault(operation=SUMMARY, status=200, body=body)])

    assert desk.probe() == 3

    assert {fact["change"]["name"] for fact in desk.different()} == {"word_count", "Topics"}


@pytest.mark.parametrize(
    ("value", "is_told"),
    [
        ("archived", True),
        ("Ana Silva wants a refund", False),
        ("refund", False),
        ("a" * 5000, False),
        ("ORD20417", False),
    ],
)
def test_a_value_of_an_enum_is_told_only_where_nobody_can_have_said_it(
    value: str, is_told: bool
) -> None:
    root = {"state": {"type": "string", "enum": ["open", "closed"]}}
    sightings = Sightings(Spec(root), Vocabulary([], [{"summary": "A refund for Ana Silva."}]))
    sightings.look("/state", Sighting("read", "/state", value))

    (fact,) = Verdicts(sightings).differences()

    assert fact.said == "one of open, closed"
    assert (value in str(fact)) == is_told
    assert fact.change == (
        Listed(values=(value,)) if is_told else Retyped(shape=Shape(kinds=("string",)))
    )


def test_a_header_that_holds_something_else_is_not_told(desk: Desk) -> None:
    headers = {"Content-Type": "Ana Silva/12 Elm Street"}
    desk.simulator.faults.set([Fault(operation=SUMMARY, status=200, body="hi", headers=headers)])

    assert desk.probe() == 3

    assert [fact["came"] for fact in desk.different()] == ["no media type"]


def test_a_passing_failure_is_no_difference(desk: Desk) -> None:
    desk.simulator.faults.set([Fault(operation=SUMMARY, status=503, times=99)])

    assert desk.probe("--timeout", "0.5") == 3

    assert desk.different() == []
    assert f"{SUMMARY}: no result to compare" in desk.err


def test_an_interaction_that_is_not_there_is_named_as_the_reason(desk: Desk) -> None:
    assert desk.probe(id=NOBODY) == 1

    assert "returned a result of this interaction" in desk.err
    assert "mostly 404" in desk.err
    assert desk.out == ""


def test_a_token_that_is_refused_ends_the_probe(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEVATEKIT_TOKEN", "no-token-of-anybody")

    assert desk.probe("--into", "report.json") == 1

    assert "answered 401" in desk.err
    assert "no-token-of-anybody" not in desk.err
    assert not Path("report.json").exists()


def test_a_service_that_is_not_there_is_told_as_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", "http://127.0.0.1:9/v1")

    assert desk.probe("--timeout", "0.2") == 1

    assert "127.0.0.1" in desk.err
    assert "nothing to compare" not in desk.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--into", "gone/report.json"], "no such directory"),
        (["--ask", "x" * 251], "question"),
        (["--ask", " "], "question"),
    ],
)
def test_wrong_usage_sends_nothing(desk: Desk, arguments: list[str], message: str) -> None:
    assert desk.probe(*arguments) == 2

    assert message in desk.err
    assert desk.simulator.ledger.calls.keys() == {RULE.declare}


def test_an_id_that_is_none_and_an_api_without_interactions_are_refused(desk: Desk) -> None:
    assert desk.probe(id="call-17") == 2
    assert "call-17" in desk.err

    assert desk.probe(api=structs.replace(API, pull=None)) == 2
    assert "unknown command 'probe'" in desk.err
