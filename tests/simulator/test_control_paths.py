"""`/__sim__/`, for tests that are written in other languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

SUMMARY = "gen_ai.cx.summary"


class Control:
    def __init__(self, session: Any) -> None:
        self._url = session.simulator.base_url.removesuffix("/v1") + "/__sim__/"

    def post(self, path: str, **more: Any) -> httpx2.Response:
        return httpx2.post(self._url + path, **more)

    def ledger(self) -> Any:
        return httpx2.get(self._url + "ledger").json()


def test_the_control_paths_serve_those_who_write_no_python(session: Any, refund: Any) -> None:
    control = session.simulator.base_url.removesuffix("/v1") + "/__sim__"
    interaction = session.chat(*refund)

    def post(path: str, body: object) -> Any:
        return session._client.post(f"{control}/{path}", json=body)

    assert post("clock", {"advance": 5}).status_code == 204
    assert session.simulator.clock.now() == 5
    assert post("faults", [{"operation": SUMMARY, "status": 500}]).status_code == 204
    seen = [session.get(f"{interaction}/gen-ai/cx/summary").status_code for _ in range(2)]
    assert seen == [500, 200]
    ledger = session._client.get(f"{control}/ledger").json()
    assert (ledger["declared"], ledger["calls"][SUMMARY], ledger["faults"]) == (1, 2, 1)
    assert post("reset", None).status_code == 204
    assert session.simulator.ledger.declared == 0
    assert post("clock", {"advance": -5}).status_code == 400
    assert post("faults", [{"operation": "nothing", "status": 500}]).status_code == 400
    assert post("nothing", None).status_code == 404


def test_a_reset_takes_settings_for_the_next_test(session: Any, wav: Any, refund: Any) -> None:
    control = Control(session)
    changes = {
        "seed": 2,
        "progress": "immediate",
        "quota": 1,
        "inactive": ["11111111-1111-4111-8111-111111111111"],
        "switches": {"error.body": "text", "limit.retry_after": 3},
        "faults": [{"operation": SUMMARY, "status": 500}],
    }
    first = session.chat(*refund)

    assert control.post("reset", json=changes).status_code == 204

    second = session.chat(*refund)
    failed = session.get(f"{second}/gen-ai/cx/summary")
    audio = session.audio()
    session.upload(audio, wav())
    assert first != second
    assert failed.status_code == 500
    assert session.get(f"{audio}/status").json()["status"] == "processed"
    assert session.get("/nothing").headers["content-type"] == "text/plain; charset=utf-8"
    assert control.post("reset").status_code == 204
    assert session.chat(*refund) == first


@pytest.mark.parametrize(
    ("path", "body", "status", "problem"),
    [
        ("reset", '{"sed": 1}', 400, "did you mean seed"),
        ("reset", '{"x": 1}', 400, "available: seed, latency"),
        ("reset", '{"seed": "1"}', 400, "$.seed"),
        ("reset", "[]", 400, "Expected `object`"),
        (
            "reset",
            '{"switches": {"ask.faled_counts": true}}',
            400,
            "did you mean ask.failed_counts",
        ),
        ("reset", '{"faults": [{"operation": "x", "status": 500}]}', 400, "line 1: "),
        ("reset", '{"progress": "fast"}', 400, "fast"),
        ("progress", '{"steps": 0}', 400, "use 1 or more"),
        ("progress", '{"interaction": "x"}', 404, "interaction x does not exist"),
        ("progress", '{"step": 1}', 400, "unknown field `step`"),
        ("clock", '{"advance": "1"}', 400, "$.advance"),
        ("clock", "", 400, "truncated"),
        ("clocks", "{}", 404, "ledger, reset, clock, progress and faults are here"),
    ],
)
def test_what_cannot_be_done_is_explained(
    path: str, body: str, status: int, problem: str, open_session: Callable[..., Any]
) -> None:
    got = Control(open_session(progress="manual")).post(path, content=body)

    assert (got.status_code, problem in got.text) == (status, True), got.text


def test_progress_that_no_hand_moves_is_explained(session: Any) -> None:
    got = Control(session).post("progress")

    assert (got.status_code, got.text) == (
        400,
        "the progress is time; only `manual` can be moved by hand\n",
    )


def test_audio_is_moved_by_hand(open_session: Callable[..., Any]) -> None:
    session = open_session(progress="manual")
    control = Control(session)
    one, other, last = (session.audio(downloadUri=f"https://example.com/{n}.wav") for n in range(3))

    control.post("progress", json={"interaction": one.rpartition("/")[2], "steps": 3})
    control.post("progress")
    control.post("progress", json={"interaction": last.rpartition("/")[2], "steps": 10**18})

    states = [session.get(f"{path}/status").json()["status"] for path in (one, other, last)]
    assert states == ["pendingProcessing", "filePendingDownload", "processed"]


def test_the_ledger_tells_what_was_declared_answered_spent_and_refused(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session()
    interaction = session.chat(*refund)
    path = f"{interaction}/gen-ai/ask"
    session.post(path, json={"question": "Why?"})
    session.post(path, json={"question": ""})
    session.get(f"{interaction}/gen-ai/topics")
    session.get("/interactions/11111111-1111-4111-8111-111111111111/gen-ai/topics")

    ledger = Control(session).ledger()

    assert ledger["declared"] == 1
    assert ledger["calls"] == {"interactions.declare": 1, "gen_ai.ask": 2, "gen_ai.topics": 2}
    assert ledger["answered"] == {"interactions.declare": 1, "gen_ai.ask": 1, "gen_ai.topics": 1}
    assert ledger["asked"] == {"gen_ai.ask": {"successes": 1, "errors": 0}}
    assert ledger["spent"] == {
        interaction.rpartition("/")[2]: {"gen_ai.ask": {"successes": 1, "errors": 0}}
    }
    assert ledger["statuses"] == {"201": 1, "200": 2, "400": 1, "404": 1}
    assert (ledger["in_flight"], ledger["refused"]) == ({"gen_ai": 0}, {})


def test_what_a_limit_refused_is_in_the_ledger(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session()
    Control(session).post("reset", json={"switches": {"limit.concurrent": 0}})

    statuses = {session.get(f"{session.chat(*refund)}/gen-ai/topics").status_code}

    assert statuses == {429}
    assert Control(session).ledger()["refused"] == {"gen_ai": 1}
