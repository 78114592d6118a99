"""Which call meets which fault, what becomes of it, and what is refused."""

from __future__ import annotations

import gc
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator import faults
from elevatekit_plugins.simulator.faults import KINDS, Fault
from elevatekit_plugins.simulator.server import Simulator

SUMMARY, DECLARE, UPLOAD = "gen_ai.cx.summary", "interactions.declare", "interactions.upload"
STATUS, TOPICS = "interactions.status", "gen_ai.cx.topics"
TOKEN = "0f0e0d0c-0b0a-0908-0706-050403020100"


def read(session: Any, path: str, times: int = 1) -> list[int]:
    return [session.get(path).status_code for _ in range(times)]


def test_the_nth_call_is_answered_with_the_fault(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    late = Fault(operation=SUMMARY, nth=9, status=500)
    session.simulator.faults.set(
        [Fault(operation=SUMMARY, nth=2, times=2, status=429, headers={"Retry-After": "1"}), late]
    )

    assert read(session, f"{interaction}/gen-ai/cx/summary", 4) == [200, 429, 429, 200]
    assert session.simulator.faults.unfired == (late,)
    assert session.simulator.ledger.faults == 2


@pytest.mark.parametrize(
    ("body", "content_type", "content"),
    [
        ("<html>", "text/plain; charset=utf-8", b"<html>"),
        ({"summary": 5}, "application/json", b'{"summary":5}'),
        ([], "application/json", b"[]"),
    ],
)
def test_a_fault_may_send_what_the_spec_does_not_allow(
    body: object, content_type: str, content: bytes, session: Any, refund: Any
) -> None:
    session.simulator.faults.set([Fault(operation=SUMMARY, status=200, body=body)])

    got = session.get(f"{session.chat(*refund)}/gen-ai/cx/summary")

    assert (got.status_code, got.headers["content-type"], got.content) == (
        200,
        content_type,
        content,
    )


def test_a_fault_sends_its_own_headers(session: Any, refund: Any) -> None:
    headers = {"content-type": "text/html", "retry-after": "7"}
    fault = Fault(operation=SUMMARY, status=502, body="<html>", headers=headers)
    session.simulator.faults.set([fault])

    got = session.get(f"{session.chat(*refund)}/gen-ai/cx/summary")

    assert dict(got.headers) == {**headers, "content-length": "6"}


def test_a_declaration_whose_answer_is_lost_has_happened(session: Any, refund: Any) -> None:
    fault = Fault(operation="interactions.declare", status=504, after=True)
    session.simulator.faults.set([fault])

    with pytest.raises(AssertionError, match=r"a fault was set for interactions\.declare"):
        session.chat(*refund)

    assert session.simulator.ledger.declared == 1


def test_a_reset_brings_the_first_faults_back(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session(faults=[Fault(operation=SUMMARY, status=500)])
    seen = read(session, f"{session.chat(*refund)}/gen-ai/cx/summary", 2)
    session.simulator.reset()

    assert seen == read(session, f"{session.chat(*refund)}/gen-ai/cx/summary", 2) == [500, 200]


def test_a_fault_names_an_operation_that_exists(api: Api) -> None:
    with pytest.raises(ValueError, match=r"did you mean gen_ai\.cx\.summary"):
        Simulator(api, faults=[Fault(operation="gen_ai.cx.sumary", status=500)])


def test_a_rule_for_all_operations_counts_all_calls(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    session.simulator.faults.set([Fault(operation="*", nth=2, times=2, kind="status_503")])

    paths = ("status", "gen-ai/cx/summary", "gen-ai/cx/topics", "status")
    seen = [read(session, f"{interaction}/{path}")[0] for path in paths]

    assert seen == [200, 503, 503, 200]


def test_a_rule_is_added_to_those_that_there_are(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    scheduled = session.simulator.faults
    scheduled.set([Fault(operation=SUMMARY, nth=1, kind="status_500")])
    first = read(session, f"{interaction}/gen-ai/cx/summary")
    scheduled.add(Fault(operation=SUMMARY, nth=2, kind="status_502"))

    assert first + read(session, f"{interaction}/gen-ai/cx/summary", 2) == [500, 502, 200]
    assert [one.fired for one in scheduled.standing] == [1, 1]


def test_calls_that_are_refused_are_not_counted(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    session.simulator.faults.set([Fault(operation=STATUS, nth=1, kind="status_500")])

    refused = session.get(f"{interaction}/status", headers={"X-API-Token": "nobody"})

    assert [refused.status_code, *read(session, f"{interaction}/status", 2)] == [401, 500, 200]


@pytest.mark.parametrize(
    ("rule", "declared"),
    [
        (Fault(operation=DECLARE, kind="reset_before_answer"), 0),
        (Fault(operation=DECLARE, kind="reset_before_answer", after=True), 1),
        (Fault(operation=DECLARE, kind="reset_in_body"), 1),
        (Fault(operation=DECLARE, kind="close_before_answer"), 0),
    ],
)
def test_the_ledger_tells_whether_a_call_was_carried_out(
    rule: Fault, declared: int, session: Any, refund: Any
) -> None:
    session.simulator.faults.set([rule])

    with pytest.raises(httpx2.TransportError):
        session.chat(*refund)

    assert session.simulator.ledger.declared == declared
    assert session.simulator.ledger.faults == 1
    assert session.simulator.faults.unfired == ()


def test_a_fault_that_cannot_be_made_of_an_answer_does_not_fire(session: Any, wav: Any) -> None:
    audio = session.audio()
    rule = Fault(operation=UPLOAD, kind="missing_field")
    session.simulator.faults.set([rule])

    assert session.upload(audio, wav()).status_code == 201
    assert session.simulator.faults.unfired == (rule,)
    assert session.simulator.ledger.faults == 0


def test_a_wire_fault_has_a_body_where_the_true_answer_has_none(session: Any, wav: Any) -> None:
    audio = session.audio()
    session.simulator.faults.set([Fault(operation=UPLOAD, kind="close_in_body")])

    with pytest.raises(httpx2.RemoteProtocolError, match="without sending complete message body"):
        session.upload(audio, wav())


def test_a_stall_ends_when_its_rule_says_so(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    session.simulator.faults.set([Fault(operation=STATUS, kind="stall_in_body", seconds=0.0)])

    with pytest.raises(httpx2.RemoteProtocolError):
        session.get(f"{interaction}/status")


def test_a_late_answer_is_the_true_one(session: Any, refund: Any) -> None:
    path = f"{session.chat(*refund)}/status"
    true = session.get(path).content
    session.simulator.faults.set([Fault(operation=STATUS, kind="late_answer", seconds=0.01)])

    assert session.get(path).content == true


@pytest.mark.parametrize("kind", ["stall_before_answer", "stall_in_headers", "interim_flood"])
def test_a_stalled_connection_holds_up_no_stop(kind: str, api: Api) -> None:
    before = threading.active_count()
    simulator = Simulator(api, faults=[Fault(operation="*", kind=kind)])
    simulator.start()
    host, _, port = simulator.base_url.split("/")[2].rpartition(":")
    with socket.create_connection((host, int(port))) as connection:
        body = b'{"type":"audio","languageTag":"en","vertical":"default"}'
        head = f"POST /v1/interactions HTTP/1.1\r\nhost: x\r\nx-api-token: {TOKEN}\r\n"
        head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        while simulator.faults.unfired:
            pass
        stopping = threading.Thread(target=simulator.stop)
        stopping.start()
        stopping.join(2)

        assert not stopping.is_alive()
    stopping.join()
    gc.collect()
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ({}, "either a `kind` or a `status`"),
        ({"kind": "nan", "status": 500}, "either a `kind`"),
        ({"kind": "reset_befor_answer"}, "did you mean reset_before_answer"),
        ({"kind": "zzz"}, "--list-faults"),
        ({"kind": "expired"}, "a fault of a listener"),
        ({"kind": "status_500", "body": "x"}, "can be set for a `status`"),
        ({"kind": "status_500", "headers": {"a": "b"}}, "can be set for a `status`"),
        ({"kind": "status_500", "seconds": 1.0}, "has no pause"),
        ({"status": 500, "seconds": 1.0}, "can be set for a `kind`"),
        ({"kind": "late_answer", "seconds": -1.0}, "must be 0 or more"),
        ({"kind": "late_answer", "seconds": float("nan")}, "must be 0 or more"),
        ({"kind": "reset_before_reading", "after": True}, "does not accept `after`"),
        ({"status": 500, "headers": {"a b": "c"}}, "'a b' is not a valid header name"),
        ({"status": 500, "headers": {"": "c"}}, "'' is not a valid header name"),
        ({"status": 500, "headers": {"a": "c\r\nd: e"}}, "the header a cannot be"),
        ({"status": 500, "headers": {"a": " c"}}, "the header a cannot be"),
        ({"status": 500, "headers": {"a": "20 €"}}, "the header a cannot be"),
        ({"status": 500, "headers": {"Content-Length": "5"}}, "a rule cannot set"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Fault(operation="*", **rule)


@pytest.mark.parametrize(
    ("lines", "line", "problem"),
    [
        (["["], 1, "truncated"),
        (["[", '{"operation": "*",', ""], 2, "truncated"),
        (["[", "{]"], 2, "malformed"),
        (["{}"], 1, "Expected `array`"),
        (["[", '{"status": 500}', "]"], 2, "`operation`"),
        (
            ["[", '{"operation": "*", "status": 500},', '{"operation": "*",', '"nth": "2"}]'],
            4,
            "Expected `int`",
        ),
        (['[{"operation": "*", "headers": {"a": [1, "]"]},', '"status": 99}]'], 1, "headers"),
        (['[{"operation": "*",', '"nth": 0, "status": 500}]'], 2, ">= 1"),
        (['[{"operation": "*", "status": 500,', '"tiems": 2}]'], 2, "did you mean times"),
        (["[", '{"operation": "*", "kind": "nul_field"}]'], 2, "did you mean null_field"),
        (
            ['[{"status": 500,', '"operation": "gen_ai.cx.sumary"}]'],
            2,
            "did you mean gen_ai.cx.sum",
        ),
        (["[", '{"operation": "\xff", "status": 500}]'], 2, "UTF-8"),
    ],
)
def test_a_fault_file_that_cannot_be_used_is_explained_by_line(
    lines: list[str], line: int, problem: str, api: Api, tmp_path: Path
) -> None:
    file = tmp_path / "faults.json"
    file.write_bytes("\n".join(lines).encode("latin-1"))

    with pytest.raises(ValueError, match=problem) as caught:
        faults.read(file, api)

    assert str(caught.value).startswith(f"the fault file {file} cannot be used: line {line}: ")


def test_a_fault_file_is_read(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('[{"operation": "gen_ai.ask", "nth": 3, "kind": "drip_body", "seconds": 2}]')

    assert faults.read(file, api) == [
        Fault(operation="gen_ai.ask", nth=3, kind="drip_body", seconds=2.0)
    ]


def test_faults_are_set_and_looked_at_without_python(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    control = session.simulator.base_url.removesuffix("/v1") + "/__sim__/faults"
    rules = [
        {"operation": STATUS, "kind": "status_500"},
        {"operation": TOPICS, "nth": 7, "kind": "drip_body"},
    ]

    with httpx2.Client() as client:
        assert client.post(control, json=rules).status_code == 204
        assert read(session, f"{interaction}/status", 2) == [500, 200]
        standing = client.get(control).json()
        wrong = client.post(control, content='[\n{"operation": "*", "kind": "drip_bdy"}]')

    assert standing == [{"rule": rules[0], "fired": 1}, {"rule": rules[1], "fired": 0}]
    assert wrong.status_code == 400
    assert wrong.text.startswith("line 2: unknown kind of fault 'drip_bdy'; did you mean drip_bo")


def test_a_rule_survives_json_for_every_kind() -> None:
    rules = [
        Fault(operation="*", kind=kind.name, nth=2)
        for kind in KINDS.values()
        if kind.plane != "tls"
    ]

    assert msgspec.json.decode(json.dumps(msgspec.to_builtins(rules)), type=list[Fault]) == rules


def test_drift_is_made_for_an_api_that_nobody_knows(
    open_session: Callable[..., Any], other_api: Any, other_document: Any
) -> None:
    session = open_session(api=other_api, document=other_document)
    key = {"Api-Key": TOKEN}
    case = session.send("POST", "/cases", json={"kind": "text"}, headers=key).json()["caseId"]
    session.simulator.faults.set([Fault(operation="cases.show", kind="missing_field")])

    first, second = (session.get(f"/cases/{case}", headers=key).json() for _ in range(2))

    assert len(second) - len(first) == 1
