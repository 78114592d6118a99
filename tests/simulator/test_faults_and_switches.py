from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator import faults
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator

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
