from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator import faults, switches
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.switches import Switches

SUMMARY = "gen_ai.cx.summary"


def read(session: Any, interaction: str, times: int) -> list[int]:
    return [session.get(f"{interaction}/gen-ai/cx/summary").status_code for _ in range(times)]


def test_the_nth_call_is_answered_with_the_fault(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    late = Fault(operation=SUMMARY, nth=9, status=500)
    session.simulator.faults.set(
        [Fault(operation=SUMMARY, nth=2, times=2, status=429, headers={"Retry-After": "1"}), late]
    )

    assert read(session, interaction, 4) == [200, 429, 429, 200]
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
    seen = read(session, session.chat(*refund), 2)
    session.simulator.reset()

    assert seen == read(session, session.chat(*refund), 2) == [500, 200]


def test_a_fault_names_an_operation_that_exists(api: Api) -> None:
    with pytest.raises(ValueError, match=r"did you mean gen_ai\.cx\.summary"):
        Simulator(api, faults=[Fault(operation="gen_ai.cx.sumary", status=500)])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "truncated"),
        ("{}", "Expected `array`"),
        ('[{"status": 500}]', "`operation`"),
        ('[{"operation": "x", "status": "500"}]', r"\$\[0\].status"),
        ('[{"operation": "x", "status": 99}]', r"\$\[0\].status"),
        ('[{"operation": "x", "status": 500, "nth": 0}]', r"\$\[0\].nth"),
        ('[{"operation": "x", "status": 500, "nht": 2}]', "nht"),
    ],
)
def test_a_fault_file_that_cannot_be_used_is_explained(
    text: str, problem: str, api: Api, tmp_path: Path
) -> None:
    file = tmp_path / "faults.json"
    file.write_text(text)

    with pytest.raises(ValueError, match=problem) as caught:
        faults.read(file, api)

    assert str(file) in str(caught.value)


def test_a_fault_file_is_read(api: Api, tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('[{"operation": "gen_ai.ask", "nth": 3, "status": 429, "after": true}]')

    assert faults.read(file, api) == [Fault(operation="gen_ai.ask", nth=3, status=429, after=True)]


def test_settings_are_read_as_json() -> None:
    parsed = switches.parse(
        ["audio.unprocessed_status=422", "ask.failed_counts=false", "limit.retry_after=null"]
    )

    assert parsed == Switches(audio_unprocessed_status=422, ask_failed_counts=False)


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("ask.faled_counts=true", "did you mean ask.failed_counts"),
        ("zzz=1", "there are audio.unprocessed_status, "),
        ("ask.failed_counts", "write NAME=VALUE"),
        ("ask.failed_counts=no", "cannot be 'no'"),
        ("ask.failed_counts=1", "cannot be '1'"),
        ("upload.status=404", "cannot be '404'"),
        ("limit.retry_after=-1", "cannot be '-1'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained(setting: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        switches.parse([setting])


def test_every_switch_says_what_it_does() -> None:
    described = msgspec.json.schema(Switches)["$defs"]["Switches"]["properties"]

    assert [name for name, it in described.items() if "description" not in it] == []


@pytest.mark.parametrize(("status", "expected"), [(422, 422), (404, 404), (400, 409)])
def test_the_status_for_unprocessed_audio_is_one_that_the_spec_documents(
    status: Any, expected: int, open_session: Callable[..., Any]
) -> None:
    session = open_session(switches=Switches(audio_unprocessed_status=status))

    assert read(session, session.audio(), 1) == [expected]


@pytest.mark.parametrize("status", [200, 201])
def test_the_status_of_an_upload_can_be_chosen(
    status: Any, open_session: Callable[..., Any], wav: Any
) -> None:
    session = open_session(switches=Switches(upload_status=status))

    assert session.upload(session.audio(), wav()).status_code == status


def test_an_upload_may_name_its_part_as_it_likes_if_a_switch_says_so(
    open_session: Callable[..., Any], wav: Any
) -> None:
    session = open_session(switches=Switches(upload_any_part=True))

    assert session.upload(session.audio(), wav(), part="file").status_code == 201


@pytest.mark.parametrize("status", [204, 404])
def test_the_status_of_a_transcript_that_is_not_there_can_be_chosen(
    status: Any, open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session(switches=Switches(transcript_unready_status=status))

    for interaction in (session.audio(), session.chat(*refund)):
        assert session.get(f"{interaction}/transcripts/punctuated").status_code == status


def test_the_control_paths_serve_those_who_write_no_python(session: Any, refund: Any) -> None:
    control = session.simulator.base_url.removesuffix("/v1") + "/__sim__"
    interaction = session.chat(*refund)

    def post(path: str, body: object) -> Any:
        return session._client.post(f"{control}/{path}", json=body)

    assert post("clock", {"advance": 5}).status_code == 204
    assert session.simulator.clock.now() == 5
    assert post("faults", [{"operation": SUMMARY, "status": 500}]).status_code == 204
    assert read(session, interaction, 2) == [500, 200]
    ledger = session._client.get(f"{control}/ledger").json()
    assert (ledger["declared"], ledger["calls"][SUMMARY], ledger["faults"]) == (1, 2, 1)
    assert post("reset", None).status_code == 204
    assert session.simulator.ledger.declared == 0
    assert post("clock", {"advance": -5}).status_code == 400
    assert post("faults", [{"operation": "nothing", "status": 500}]).status_code == 400
    assert post("nothing", None).status_code == 404


def test_a_clock_runs_at_its_rate() -> None:
    real = 100.0
    clock = VirtualClock(60, monotonic=lambda: real)
    real = 101.5

    assert clock.now() == 90
    clock.advance(10)
    assert clock.now() == 100
    clock.reset()
    assert clock.now() == 0


@pytest.mark.parametrize("rate", [-1, float("nan"), float("inf")])
def test_a_clock_rate_is_a_number_from_zero_up(rate: float, api: Api) -> None:
    with pytest.raises(ValueError, match="clock rate"):
        Simulator(api, clock_rate=rate)


@pytest.mark.parametrize("latency", [-1, float("nan"), float("inf")])
def test_a_latency_is_a_number_from_zero_up(latency: float, api: Api) -> None:
    with pytest.raises(ValueError, match="latency"):
        Simulator(api, latency=latency)
