"""The pieces of a pull, one at a time: plan, turns, history, progress, workers."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Callable
from functools import partial

import pytest
from msgspec import structs

from elevatekit.operations import API
from elevatekit_plugins.api import Body, Parameter
from elevatekit_plugins.calls import history
from elevatekit_plugins.errors import CertificateError, ConnectError, StatusError, TransportError
from elevatekit_plugins.messages import Response
from elevatekit_plugins.probe.calls import plan as probe_plan
from elevatekit_plugins.pull import reach as reach_module
from elevatekit_plugins.pull.plan import make_plan
from elevatekit_plugins.pull.progress import Counts, Progress, line
from elevatekit_plugins.pull.reach import ABSENCE, LONGEST, OUTAGE, SHORTEST, Reach
from elevatekit_plugins.pull.run import default_workers
from elevatekit_plugins.pull.turns import chat_body
from elevatekit_plugins.pull.work import Step, Work
from elevatekit_plugins.pull.workers import Workers

HISTORY = API.operation("gen_ai.cx.ask_history")


def go_on() -> bool:
    return True


def work(position: int) -> Work:
    return Work(position, f"id-{position}", None, "chat", "accepted")


# -- plan and input ----------------------------------------------------------------------------


def test_a_type_gets_the_results_that_the_spec_gives_it() -> None:
    plan = make_plan(API)

    chat = {operation.id for operation in plan.results_of("chat")}
    audio = {operation.id for operation in plan.results_of("audio")}

    assert "cx_ai.results" in audio - chat
    assert chat < audio
    assert not plan.is_waited_for("chat")
    assert plan.is_waited_for("audio")


def test_there_are_as_many_workers_as_the_spec_allows_requests_at_once() -> None:
    assert default_workers(make_plan(API)) == 10


def test_a_pull_and_a_probe_ask_in_the_field_that_the_spec_says() -> None:
    fields = (
        Parameter(name="tone", python="tone", location="body", required=False),
        Parameter(name="text", python="text", location="body", required=True, role="question"),
    )
    body = Body(content_type="application/json", fields=fields)
    api = structs.replace(
        API,
        operations=tuple(structs.replace(o, body=body) if o.quota else o for o in API.operations),
    )

    asked = [ask.body for ask in make_plan(api, questions=["Why?"]).asks]
    probed = [call.body for call in probe_plan(api, "Why?") if call.body]

    assert asked
    assert len(probed) == 2
    assert {str(one) for one in asked + probed} == {"{'text': 'Why?'}"}


def test_turns_become_the_same_body_every_time_and_the_language_can_be_set() -> None:
    assert API.pull is not None
    turns = [{"role": "customer", "text": "Oi!"}, {"role": "agent", "text": "Olá."}]

    body = chat_body(API.pull, {"id": "a", "turns": turns, "languageTag": "pt-br", "type": "x"})

    assert body == {
        "type": "chat",
        "languageTag": "pt-br",
        "vertical": "default",
        "chat": {
            "participants": [
                {"participant_id": "customer", "name": "Customer", "role": "customer"},
                {"participant_id": "agent", "name": "Agent", "role": "agent"},
            ],
            "messages": [
                {
                    "participant_id": "customer",
                    "timestamp": "2024-01-01T09:00:00Z",
                    "content": "Oi!",
                },
                {"participant_id": "agent", "timestamp": "2024-01-01T09:00:05Z", "content": "Olá."},
            ],
        },
    }


def test_the_history_prefers_an_answer_over_a_failure_of_the_same_question() -> None:
    listed = [
        {"question": "Why?", "errorMessage": "too busy"},
        {"question": "Why? ", "answer": "Because."},
        {"question": "Why?", "errorMessage": "too busy"},
        {"question": "Who?", "errorMessage": "too busy"},
        {"question": 3},
        "text",
    ]

    entries = history.read(HISTORY, json.dumps({"questions": listed}).encode())

    assert history.find(entries, "Why?") == history.Entry(1, "Why? ", "success", "Because.")
    assert history.find(entries, "Who?") == history.Entry(3, "Who?", "error", None, "too busy")
    assert history.find(entries, "When?") is None
    assert len(entries) == 4


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"questions": 3}', b"null"])
def test_a_history_of_another_form_knows_nothing(body: bytes) -> None:
    assert history.read(HISTORY, body) == []


# -- progress ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "elapsed", "text"),
    [
        (
            Counts(120, 1000, 1560, 2),
            4.0,
            "120 of 1000 interactions · 1560 requests, 390.0/s · 2 rejects · 29 s left",
        ),
        (
            Counts(1, 601, 10, 1),
            10.0,
            "1 of 601 interactions · 10 requests, 1.0/s · 1 reject · 1 h 40 min left",
        ),
        (Counts(7, None, 70, 0), 70.0, "7 interactions · 70 requests, 1.0/s · 1 min 10 s"),
        (
            Counts(25, 200, 343, 0, 20.2),
            20.0,
            "25 of 200 interactions · 343 requests, 17.1/s · server not reached for 20 s",
        ),
        (Counts(0, 5, 0, 0), 0.0, "0 of 5 interactions · 0 requests, 0.0/s · 0 s"),
    ],
)
def test_progress_says_how_far_how_fast_and_how_long(
    counts: Counts, elapsed: float, text: str
) -> None:
    assert line(counts, elapsed) == text


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "written"),
    [
        (Screen(), "\r{0}, 1.0/s · 1 s\x1b[K\r{0}, 0.1/s · 20 s\x1b[K\n"),
        (io.StringIO(), "{0}, 0.1/s · 20 s\n"),
    ],
)
def test_a_terminal_has_one_line_and_a_log_has_one_now_and_then(
    stream: io.StringIO, written: str
) -> None:
    times = iter([0.0, 0.1, 1.0, 1.1, 20.0])
    progress = Progress(stream, lambda: Counts(0, None, 1, 0), clock=lambda: next(times))

    for _ in range(3):
        progress.tick()
    progress.end([])

    assert stream.getvalue() == written.format("0 interactions · 1 requests")


# -- workers -----------------------------------------------------------------------------------


def test_everything_that_follows_a_step_is_run_and_the_earlier_interactions_first() -> None:
    ran: list[tuple[int, str]] = []
    started = threading.Event()

    def step(number: int, name: str, *then: Step) -> Step:
        def run() -> list[Step]:
            started.wait()
            ran.append((number, name))
            return list(then)

        return Step(work(number), run)

    workers = Workers(1)
    for number in (1, 2):
        assert workers.add([step(number, "first", step(number, "then"))], go_on)
    started.set()

    assert workers.join(go_on)
    assert workers.finished == 2
    assert ran == [(1, "first"), (1, "then"), (2, "first"), (2, "then")]
    assert workers.stop(0.0)


def test_a_step_that_waits_leaves_the_worker_to_others() -> None:
    ran: list[str] = []
    done = threading.Event()

    def poll() -> list[Step]:
        ran.append("poll")
        # It is looked at again until the other interaction is done.
        return [] if done.is_set() else [Step(waiting, poll, 0.001)]

    def other() -> list[Step]:
        ran.append("other")
        done.set()
        return []

    waiting = work(1)
    workers = Workers(1)
    assert workers.add([Step(waiting, poll)], go_on)
    assert workers.add([Step(work(2), other)], go_on)

    assert workers.join(go_on)
    assert ran[-1] == "poll"
    assert ran.count("other") == 1
    workers.stop(0.0)


def test_interactions_are_let_in_only_as_fast_as_they_are_worked_off() -> None:
    held = threading.Event()
    asked = 0

    def hold() -> list[Step]:
        held.wait()
        return []

    def give_up() -> bool:
        nonlocal asked
        asked += 1
        return False

    workers = Workers(2)
    let_in = 0
    while workers.add([Step(work(let_in), hold)], give_up):
        let_in += 1

    assert asked == 1
    assert let_in <= 2 + 2 * 2  # one under way in each thread, and two waiting for each
    held.set()
    assert workers.join(go_on)
    workers.stop(0.0)


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


REFUSED = ConnectError("refused", sent=False)


@pytest.mark.parametrize(
    ("reached", "limit"), [(False, ABSENCE), (True, OUTAGE)], ids=["never reached", "reached"]
)
def test_an_outage_is_ridden_out_for_a_while_with_growing_pauses(
    reached: bool, limit: float
) -> None:
    clock = Clock()
    reach = Reach(clock)
    if reached:
        reach.hit()
        clock.now += 300  # nothing was to be asked for a long time: that is no outage
    began, pauses = clock.now, [0.0]

    def endure() -> None:
        while True:
            pauses.append(reach.miss(REFUSED, clock.now))
            clock.now += pauses[-1]

    with pytest.raises(TransportError, match="refused") as caught:
        endure()

    assert clock.now - began >= limit > clock.now - began - pauses[-1]
    assert pauses == sorted(pauses)
    assert pauses[1] == SHORTEST
    assert max(pauses) <= LONGEST
    assert re.match(r"no request has reached the server since \d{4}-\d\d-\d\d ", str(caught.value))
    assert not caught.value.sent


def test_an_outage_begins_with_the_first_request_that_does_not_arrive() -> None:
    clock = Clock()
    reach = Reach(clock)
    began = clock.now
    clock.now += OUTAGE - 1
    reach.hit()  # another one arrived while this one was under way
    clock.now += OUTAGE - 1

    assert reach.miss(REFUSED, began) == LONGEST
    assert reach.unreached == OUTAGE - 1

    clock.now += 1
    with pytest.raises(TransportError):
        reach.miss(REFUSED, clock.now)


def test_whatever_arrives_ends_an_outage() -> None:
    clock = Clock()
    reach = Reach(clock)
    for _ in range(100):
        reach.hit()
        assert reach.unreached == 0
        reach.miss(REFUSED, clock.now)
        clock.now += OUTAGE - 1


def test_a_refused_certificate_is_no_outage() -> None:
    error = CertificateError("expired", sent=False)

    with pytest.raises(CertificateError):
        Reach(Clock()).miss(error, 1000.0)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between two tries."""
    monkeypatch.setattr(reach_module, "SHORTEST", 0.0)
    monkeypatch.setattr(reach_module, "LONGEST", 0.0)


@pytest.mark.usefixtures("hurried")
def test_a_step_that_does_not_reach_the_server_is_run_again_until_the_outage_is_too_long() -> None:
    clock = Clock()
    tries: list[int] = []

    def miss() -> list[Step]:
        tries.append(1)
        if len(tries) == 100:
            clock.now += ABSENCE
        raise REFUSED

    workers = Workers(1, Reach(clock))
    workers.add([Step(work(1), miss)], go_on)

    assert not workers.join(go_on)
    assert isinstance(workers.error, TransportError)
    assert workers.error.__cause__ is REFUSED
    assert len(tries) == 100
    assert workers.finished == 0
    workers.stop(0.0)


@pytest.mark.usefixtures("hurried")
def test_a_step_that_reaches_the_server_at_last_is_done_once() -> None:
    plan = [True, True, False] * 4

    def flaky() -> list[Step]:
        if plan.pop(0):
            raise REFUSED
        return [Step(work(1), flaky)] if plan else []

    workers = Workers(1, Reach(Clock()))
    workers.add([Step(work(1), flaky)], go_on)

    assert workers.join(go_on)
    assert workers.error is None
    assert workers.finished == 1
    workers.stop(0.0)


@pytest.mark.parametrize(
    "error",
    [
        StatusError("refused", response=Response(operation="a.b", status=401)),
        ZeroDivisionError("a defect of elevatekit"),
    ],
)
def test_an_error_that_concerns_all_stops_the_work_at_once(error: Exception) -> None:
    def fail() -> list[Step]:
        raise error

    workers = Workers(1)
    workers.add([Step(work(1), fail)], go_on)

    assert not workers.join(go_on)
    assert workers.error is error
    assert not workers.add([Step(work(2), fail)], go_on)
    workers.stop(0.0)


def test_stopping_waits_for_what_is_under_way_and_takes_up_nothing_more() -> None:
    entered, leave = threading.Event(), threading.Event()
    ran: list[str] = []

    def under_way(more: Callable[[], list[Step]]) -> list[Step]:
        entered.set()
        leave.wait()
        ran.append("under way")
        return [Step(work(1), more)]

    def never() -> list[Step]:
        ran.append("never")
        return []

    workers = Workers(1)
    workers.add([Step(work(1), partial(under_way, never))], go_on)
    entered.wait()

    assert not workers.stop(0.0)
    leave.set()
    assert workers.stop(30.0)
    assert ran == ["under way"]
