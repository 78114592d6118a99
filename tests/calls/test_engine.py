"""The call engine, driven by a script: no network, no clock, no sleep."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.calls.effects import Acquire
from elevatekit_plugins.errors import (
    BrokenResponseError,
    CertificateError,
    DeadlineExceededError,
    StatusError,
    TransportError,
)


def test_a_success_is_returned_with_its_one_attempt(world: Any, things: SimpleNamespace) -> None:
    answer = world.run(things.READ, 200)

    assert answer.status == 200
    assert [a.status for a in answer.attempts] == [200]
    assert world.slept == []


def test_a_retryable_status_is_sent_again_after_a_growing_wait(
    world: Any, things: SimpleNamespace
) -> None:
    answer = world.run(things.READ, 429, 408, 200)

    assert [a.status for a in answer.attempts] == [429, 408, 200]
    assert world.slept == [0.25, 0.5]


def test_every_attempt_says_what_was_decided(world: Any, things: SimpleNamespace) -> None:
    with pytest.raises(StatusError) as caught:
        world.run(things.READ, 429, 429, 429)

    first, _, last = caught.value.attempts
    assert first.delay == 0.25
    assert "retry in" in first.decision
    assert last.delay is None
    assert "policy stopped" in last.decision


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 500, 504, 599])
def test_a_status_that_is_not_retryable_raises_at_once(
    world: Any, things: SimpleNamespace, status: int
) -> None:
    with pytest.raises(StatusError) as caught:
        world.run(things.READ, status)

    assert caught.value.status == status
    assert len(world.sent) == 1
    assert f"things.read answered {status}" in str(caught.value)


def test_a_wait_of_more_than_two_minutes_is_raised_with_its_value(
    world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(StatusError, match="asked to wait 3600 s") as caught:
        world.run(things.READ, things.response(429, retry_after="3600"), timeout=10_000)

    assert caught.value.retry_after == 3600.0
    assert world.slept == []


def test_a_wait_of_two_minutes_is_slept_through(world: Any, things: SimpleNamespace) -> None:
    world.run(things.READ, things.response(429, retry_after="120"), 200, timeout=10_000)

    assert world.slept == [120.0]


def test_a_wait_that_would_outlast_the_deadline_is_not_begun(
    world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(StatusError, match="exceed the deadline"):
        world.run(things.READ, things.response(429, retry_after="30"), timeout=10)


def test_a_deadline_that_passed_in_a_queue_sends_nothing(
    world: Any, things: SimpleNamespace
) -> None:
    world.slots.others.acquire()
    world.slots.others.acquire()

    with pytest.raises(
        DeadlineExceededError, match="waiting for the concurrency limit of group busy"
    ):
        world.run(things.LIMITED)

    assert world.sent == []


@pytest.mark.parametrize("sent", [True, False])
def test_a_safe_operation_is_sent_again_when_no_answer_came(
    world: Any, things: SimpleNamespace, sent: bool
) -> None:
    assert world.run(things.READ, things.lost(sent=sent), 200).status == 200


def test_a_refused_certificate_is_never_retried(world: Any, things: SimpleNamespace) -> None:
    with pytest.raises(CertificateError):
        world.run(things.READ, CertificateError("expired", sent=False))

    assert len(world.sent) == 1


def test_a_broken_answer_of_a_safe_operation_is_retried_and_then_raised(
    world: Any, things: SimpleNamespace
) -> None:
    broken = BrokenResponseError("cut off")

    with pytest.raises(BrokenResponseError) as caught:
        world.run(things.READ, broken, broken, broken)

    assert len(caught.value.attempts) == 3


def test_a_slot_is_held_on_the_wire_only(world: Any, things: SimpleNamespace) -> None:
    taken: list[bool] = []

    def answer() -> int:
        taken.append(world.slots.others.acquire())  # one is ours, one is the call's
        taken.append(world.slots.others.acquire())  # there is no third
        world.slots.others.release()
        return 408 if len(taken) == 2 else 200

    world.run(things.LIMITED, answer, answer)

    assert taken == [True, False, True, False]
    assert world.slots.others.acquire()
    assert world.slots.others.acquire()


def test_an_interrupted_call_gives_its_slot_back(world: Any, things: SimpleNamespace) -> None:
    with pytest.raises(KeyboardInterrupt):
        world.run(things.LIMITED, KeyboardInterrupt())

    assert world.slots.others.acquire()
    assert world.slots.others.acquire()


def test_who_was_turned_away_is_sent_again_until_it_is_let_in(
    world: Any, things: SimpleNamespace
) -> None:
    answer = world.run(things.LIMITED, *[429] * 7, 200)

    assert [a.crowded for a in answer.attempts] == [True] * 7 + [False]
    assert world.group.cuts == 7


def test_who_is_turned_away_for_ever_is_told_so_before_the_deadline(
    world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(StatusError, match="exceed the deadline"):
        world.run(things.LIMITED, *[429] * 1000, timeout=60.0)

    assert world.now <= 1060.0
    assert world.slots.others.acquire()


def test_the_group_pauses_after_a_refusal_and_nobody_of_it_sends(
    world: Any, things: SimpleNamespace
) -> None:
    world.group.answered(3.0)
    with pytest.raises(StatusError, match=r"a wait of 1\.5 s would exceed") as caught:
        world.run(things.LIMITED, 429, timeout=0.2)
    refused_at = world.now

    world.run(things.LIMITED, 200)

    assert world.now == refused_at + 1.5
    assert caught.value.attempts[-1].delay is None


def test_a_pause_that_outlasts_the_deadline_gives_the_slot_back(
    world: Any, things: SimpleNamespace
) -> None:
    world.group.answered(100.0)
    with pytest.raises(StatusError):
        world.run(things.LIMITED, 429, timeout=0.2)
    world.sent.clear()

    with pytest.raises(DeadlineExceededError, match="while group busy was paused after a 429"):
        world.run(things.LIMITED, 200, timeout=1.0)

    assert world.sent == []
    assert world.slots.others.acquire()


def test_a_429_of_an_operation_without_a_limit_is_no_crowd(
    world: Any, things: SimpleNamespace
) -> None:
    answer = world.run(things.READ, 429, 200)

    assert not answer.attempts[0].crowded
    assert world.group.cuts == 0


def test_a_401_refreshes_once_and_sends_again_without_counting_a_retry(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.can_refresh = True

    answer = world.run(things.READ, 401, 200, 200)

    assert [dict(r.headers).get("X-Key") for r in world.sent] == [
        "key-1",
        None,
        "key-2",
    ]
    assert len(answer.attempts) == 1


def test_a_401_after_somebody_else_refreshed_needs_no_refresh(
    world: Any, things: SimpleNamespace
) -> None:
    def refused() -> int:
        world.auth.number = 7
        return 401

    assert world.run(things.READ, refused, 200).status == 200
    assert world.auth.refreshes == 0
    assert dict(world.sent[-1].headers)["X-Key"] == "key-7"


def test_a_refresh_that_fails_leaves_the_401_to_the_caller(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.can_refresh = True

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, 401, 503)

    assert caught.value.status == 401


@pytest.mark.parametrize("kind", ["nobody there", "no answer", "408", "429"])
def test_an_outage_is_not_multiplied_by_retries(
    world: Any, things: SimpleNamespace, kind: str
) -> None:
    """Amplification is at most 1.1: a hundred more requests for a thousand calls."""
    outage: dict[str, Callable[[], Any]] = {
        "nobody there": lambda: things.lost(sent=False),
        "no answer": things.lost,
        "408": lambda: 408,
        "429": lambda: 429,
    }
    calls = 1000
    for _ in range(calls):
        with pytest.raises((TransportError, StatusError)):
            world.run(things.READ, *(outage[kind]() for _ in range(3)))

    assert len(world.sent) <= 1.1 * calls


def test_after_an_outage_retries_come_back_with_the_successes(
    world: Any, things: SimpleNamespace
) -> None:
    for _ in range(200):
        with pytest.raises(TransportError):
            world.run(things.READ, *[things.lost()] * 3)
    with pytest.raises(TransportError, match="line went dead") as caught:
        world.run(things.READ, things.lost())
    assert "no more retries for now" in caught.value.attempts[-1].decision

    for _ in range(20):
        world.run(things.READ, 200)

    assert world.run(things.READ, things.lost(), 200).status == 200


def test_a_slot_is_taken_before_the_request_is_sent(world: Any, things: SimpleNamespace) -> None:
    world.slots.others.acquire()
    world.slots.others.acquire()

    with pytest.raises(DeadlineExceededError):
        world.run(things.LIMITED)

    assert [type(effect) for effect in world.effects] == [Acquire]


def test_a_refresh_that_finds_no_server_leaves_the_401_to_the_caller(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.can_refresh = True

    with pytest.raises(StatusError) as caught:
        world.run(things.ASK, 401, things.lost(sent=True))

    assert caught.value.status == 401
    assert world.ledger.spent("things.ask", "it").unknown == 0


def test_each_attempt_is_in_the_log_with_what_was_decided(
    world: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "elevatekit.calls")

    world.run(things.READ, 429, things.lost(), 200)

    assert [(r.levelname, r.getMessage()) for r in caplog.records] == [
        ("INFO", "things.read, attempt 1: 429 after 0.000 s; retry in 0.2 s"),
        (
            "INFO",
            "things.read, attempt 2: TransportError: the line went dead after 0.000 s;"
            " retry in 0.5 s",
        ),
        ("DEBUG", "things.read, attempt 3: 200 after 0.000 s"),
    ]


def test_an_attempt_tells_its_cause_its_delay_and_what_was_decided(
    world: Any, things: SimpleNamespace
) -> None:
    answer = world.run(things.READ, things.lost(), things.response(408, retry_after="3"), 200)

    lost, slow, done = answer.attempts
    assert (lost.error, lost.delay) == ("TransportError: the line went dead", 0.25)
    assert (slow.status, slow.retry_after, slow.delay) == (408, 3.0, 3.0)
    assert lost.decision == "retry in 0.2 s"
    assert slow.decision == "retry in 3.0 s"
    assert (done.status, done.delay, done.decision) == (200, None, "")
