"""What an outcome says and costs, to the letter: its message, its budget, its tokens."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins import hookimpl
from elevatekit_plugins.api import RetryRule
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.group import GAIN, Group, forget_groups, shared_group
from elevatekit_plugins.calls.limiter import Slot, Slots
from elevatekit_plugins.calls.quota import Reservation
from elevatekit_plugins.calls.retry_after import LONGEST_GUESS, retry_after
from elevatekit_plugins.calls.retrying import SELDOM, decide
from elevatekit_plugins.errors import (
    DeadlineExceededError,
    OutcomeUnknownError,
    PluginError,
    StatusError,
)
from elevatekit_plugins.messages import Attempt, Response

# -- messages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errorMessage": "no such thing"}', "no such thing"),
        (b'{"errorMessage": 5}', None),
        (b'["no such thing"]', None),
        (b"<html>", None),
    ],
)
def test_an_error_says_what_the_server_said(
    world: Any, things: SimpleNamespace, body: bytes, said: str | None
) -> None:
    with pytest.raises(StatusError) as caught:
        world.run(things.READ, Response(operation="it", status=404, body=body))

    assert caught.value.error_message == said
    assert ("no such thing" in str(caught.value)) is (said is not None)


def test_what_a_server_says_is_cut_and_obeyed_by_no_terminal(
    world: Any, things: SimpleNamespace
) -> None:
    said = "\x1b[2J\n" + "x" * 5_000_000
    body = json.dumps({"errorMessage": said}).encode()

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, Response(operation="it", status=404, body=body))

    assert caught.value.error_message == said
    assert str(caught.value).isprintable()
    assert rf": \x1b[2J\n{'x' * 995}… (5,000,005 characters)" in str(caught.value)


def test_what_a_server_says_in_a_thousand_characters_is_not_cut(
    world: Any, things: SimpleNamespace
) -> None:
    body = json.dumps({"errorMessage": "x" * 1000}).encode()

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, Response(operation="it", status=404, body=body))

    assert "characters)" not in str(caught.value)


def test_a_rejected_credential_says_where_to_look(world: Any, things: SimpleNamespace) -> None:
    with pytest.raises(StatusError, match="; check ELEVATEKIT_TOKEN, or the settings of the auth"):
        world.run(things.READ, 401)


def test_an_error_says_whether_the_spec_documents_its_status(
    world: Any, things: SimpleNamespace
) -> None:
    known = things.operation("things.known", errors={404: "NotFoundError"})

    with pytest.raises(StatusError, match="answered 404, which the spec does not document"):
        world.run(things.READ, 404)
    with pytest.raises(StatusError) as caught:
        world.run(known, 404)

    assert type(caught.value).__name__ == "NotFoundError"
    assert "does not document" not in str(caught.value)


def test_a_status_just_above_success_is_a_failure(world: Any, things: SimpleNamespace) -> None:
    with pytest.raises(StatusError):
        world.run(things.READ, 300)


def test_an_unknown_outcome_says_how_it_is_settled_where_it_can_be(
    world: Any, things: SimpleNamespace
) -> None:
    unsafe = RetryRule(deadline=60.0, statuses={}, safe=False)
    settled = r"counts as spent until \.reconcile\(\) reads things\.asked"

    with pytest.raises(OutcomeUnknownError, match=settled):
        world.run(things.ASK, things.lost())
    with pytest.raises(OutcomeUnknownError) as caught:
        world.run(things.operation("things.make", method="POST", retry=unsafe), things.lost())

    assert "reconcile" not in str(caught.value)


def test_a_deadline_that_passes_before_anything_is_sent_says_so(
    world: Any, things: SimpleNamespace
) -> None:
    assert world.slots.others.acquire()
    assert world.slots.others.acquire()

    with pytest.raises(DeadlineExceededError) as caught:
        world.run(things.LIMITED, timeout=1.0)

    assert caught.value.sent is False


def test_the_time_that_a_call_took_is_told(world: Any, things: SimpleNamespace) -> None:
    told: list[float] = []

    class Watch:
        @hookimpl
        def elevatekit_call_finished(self, event: Any) -> None:
            told.append(event.elapsed)

    def slow() -> Response:
        world.now += 2.5
        answer: Response = things.response(200)
        return answer

    world.plugins = [Watch()]
    world.run(things.READ, slow)

    assert told == [2.5]


def test_observers_are_told_how_much_time_is_left(world: Any, things: SimpleNamespace) -> None:
    told: list[float] = []

    class Watch:
        @hookimpl
        def elevatekit_before_attempt(self, event: Any) -> None:
            told.append(event.remaining)

    world.plugins = [Watch()]
    world.run(things.READ, 408, 200, timeout=60.0)

    assert told == [60.0, 60.0 - sum(world.slept)]


def test_observers_are_told_when_a_retry_was_decided(world: Any, things: SimpleNamespace) -> None:
    told: list[float] = []

    class Watch:
        @hookimpl
        def elevatekit_retry_scheduled(self, event: Any) -> None:
            told.append(event.elapsed)

    def slow() -> Response:
        world.now += 2.5
        answer: Response = things.response(408)
        return answer

    world.plugins = [Watch()]
    world.run(things.READ, slow, 200)

    assert told == [2.5]


def test_a_refresh_of_somebody_else_is_waited_for(world: Any, things: SimpleNamespace) -> None:
    world.auth.can_refresh = True
    assert world.refreshing.turn.others.acquire()

    with pytest.raises(DeadlineExceededError, match="waiting for the refresh of the credential"):
        world.run(things.READ, 401, timeout=1.0)


# -- budgets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "sent"),
    [(["error"] * 2, 2), (["error"] * 3, 1), (["error", "unknown"], 2), (["unknown"] * 3, 1)],
)
def test_a_question_is_sent_again_while_two_errors_are_left(
    world: Any, things: SimpleNamespace, before: list[Any], sent: int
) -> None:
    for outcome in before:
        reservation = Reservation("things.ask", "it")
        assert world.ledger.reserve(reservation, things.ASK.quota)
        world.ledger.settle(reservation, outcome)

    if sent == 2:
        world.run(things.ASK, 408, 200)
    else:
        with pytest.raises(StatusError, match="fewer than two errors of the quota are left"):
            world.run(things.ASK, 408)

    assert len(world.sent) == sent


def test_a_status_just_above_success_counts_as_an_error(
    world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(StatusError):
        world.run(things.ASK, 300)

    assert world.ledger.spent("things.ask", "it").errors == 1


def test_a_question_is_noted_with_its_outcome_and_only_where_it_counted(
    world: Any, things: SimpleNamespace
) -> None:
    def noted() -> list[int]:
        count = world.ledger.asked.count
        kinds = ("success", "error", "free", "unknown")
        return [count("things.ask", "it", "what is it?", kind) for kind in kinds]

    with pytest.raises(StatusError):
        world.run(things.ASK, 400)  # free
    assert noted() == [0, 0, 0, 0]
    world.run(things.ASK, 200)
    with pytest.raises(StatusError):
        world.run(things.ASK, 404)
    with pytest.raises(OutcomeUnknownError):
        world.run(things.ASK, things.lost())

    assert noted() == [1, 1, 0, 0]


@pytest.mark.parametrize(("answered", "tokens"), [(True, 496), (False, 491)])
def test_a_retry_after_no_answer_costs_twice_as_much(
    world: Any, things: SimpleNamespace, answered: bool, tokens: int
) -> None:
    world.run(things.READ, 408 if answered else things.lost(), 200)

    assert sum(world.bucket.spend(answered=True) for _ in range(1000)) == tokens // 5


def test_an_empty_bucket_makes_a_patient_policy_seldom_and_by_chance() -> None:
    bucket = RetryBucket()
    while bucket.spend(answered=True):
        pass
    operation: Any = SimpleNamespace(retry=RetryRule(deadline=60.0, statuses={}, safe=True))
    policy: Any = SimpleNamespace(patience=3600.0, delay=lambda *_: 0.1)
    attempts = [Attempt(number=1, sent=False, elapsed=0.1)]

    def decided(chance: float, left: float) -> float | None:
        delay, _ = decide(
            operation,
            attempts,
            None,
            None,
            policy=policy,
            bucket=bucket,
            chance=chance,
            pause=0.0,
            left=left,
        )
        return delay

    assert [decided(0.0, 600.0), decided(1.0, 600.0)] == [SELDOM / 2, SELDOM]
    assert decided(1.0, SELDOM) is None


def test_a_wait_that_would_outlast_the_deadline_costs_no_tokens(
    world: Any, things: SimpleNamespace
) -> None:
    world.policy = SimpleNamespace(delay=lambda *_: 60.0)

    with pytest.raises(StatusError, match="would exceed the deadline"):
        world.run(things.READ, 408, timeout=60.0)

    assert sum(world.bucket.spend(answered=True) for _ in range(1000)) == 100


def test_a_policy_may_want_no_wait_at_all(world: Any, things: SimpleNamespace) -> None:
    world.policy = SimpleNamespace(delay=lambda *_: 0)

    assert len(world.run(things.READ, 408, 200).attempts) == 2


def test_what_a_guarded_policy_raises_is_handed_on(world: Any, things: SimpleNamespace) -> None:
    broken = PluginError("it is broken", plugin="acme", hook="delay")

    def delay(*_: object) -> float:
        raise broken

    world.policy = SimpleNamespace(delay=delay)

    with pytest.raises(PluginError) as caught:
        world.run(things.READ, 408)

    assert caught.value is broken


def test_no_policy_is_asked_once_the_deadline_has_passed() -> None:
    operation: Any = SimpleNamespace(retry=RetryRule(deadline=60.0, statuses={}, safe=True))
    attempts = [Attempt(number=1, sent=False, elapsed=0.1)]
    given: Any = {"policy": None, "bucket": RetryBucket(), "chance": 0.0, "pause": 0.0}

    assert decide(operation, attempts, None, None, left=0.0, **given) == (
        None,
        "the deadline has passed",
    )


def test_a_question_that_waited_for_a_slot_counts_once_it_is_sent(
    world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(KeyboardInterrupt):
        world.run(things.LIMITED_ASK, KeyboardInterrupt())

    assert world.ledger.spent("things.ask", "it").unknown == 1


# -- groups and slots ----------------------------------------------------------------------------


def test_an_answer_ends_a_row_of_refusals_in_a_group_of_one_too() -> None:
    group = Group(1)
    for _ in range(6):
        group.refused(group.cuts, 0.0, 1.0)

    group.answered(0.1)
    group.refused(group.cuts, 0.0, 1.0)

    assert group.paused_until == pytest.approx(0.1)


def test_one_more_slot_takes_some_rounds_of_answers() -> None:
    group, answers = Group(10), 0
    group.refused(group.cuts, 0.0, 0.0)

    while group.slots.limit < 6:
        group.answered(0.1)
        answers += 1

    assert GAIN * 5 <= answers <= GAIN * 6


def test_an_answer_to_a_call_lets_its_group_grow(world: Any, things: SimpleNamespace) -> None:
    world.group.refused(0, 0.0, 0.0)
    assert world.slots.limit == 1

    for _ in range(GAIN * 2):
        world.run(things.LIMITED, 200)

    assert world.slots.limit == 2


def test_a_group_pauses_for_no_less_than_it_says_and_not_from_the_start(
    world: Any, things: SimpleNamespace
) -> None:
    assert Group(2).paused_until == 0.0

    world.group.paused_until = world.now + 0.5
    world.run(things.LIMITED, 200)

    assert world.slept == [0.5]


def test_a_pause_is_as_long_as_the_last_answer_took(world: Any, things: SimpleNamespace) -> None:
    def slow() -> Response:
        world.now += 1.5
        answer: Response = things.response(200)
        return answer

    world.run(things.LIMITED, slow)
    world.group.refused(0, 0.0, 0.0)

    assert world.group.paused_until == pytest.approx(0.75)


def test_groups_are_forgotten_with_their_service() -> None:
    base, other = "http://127.0.0.1:1/outcomes", "http://127.0.0.1:2/outcomes"
    first, elsewhere = shared_group(base, "a", "busy", 2), shared_group(other, "a", "busy", 2)

    forget_groups(base)

    assert shared_group(base, "a", "busy", 2) is not first
    assert shared_group(other, "a", "busy", 2) is elsewhere
    forget_groups(base)
    forget_groups(other)


def test_a_free_slot_is_taken_once_without_waiting() -> None:
    slots = Slots(2)
    one, two, three = Slot(slots), Slot(slots), Slot(slots)

    assert [slots.try_acquire(slot) for slot in (one, two, three)] == [True, True, False]
    slots.release(one)
    assert slots.try_acquire(three)


async def test_a_task_keeps_the_slot_that_it_took() -> None:
    slots = Slots(1)
    one, other = Slot(slots), Slot(slots)

    assert await slots.acquire_async(one, 1.0)
    assert not slots.try_acquire(other)


async def test_slots_that_come_about_wake_whoever_waits() -> None:
    slots = Slots(0)
    slot = Slot(slots)
    waiting = asyncio.create_task(slots.acquire_async(slot, 5.0))
    await asyncio.sleep(0)

    slots.resize(1)

    assert await waiting


async def test_a_slot_of_a_cancelled_task_goes_to_the_next_in_the_queue() -> None:
    slots = Slots(1)
    one, two, three = Slot(slots), Slot(slots), Slot(slots)
    assert slots.try_acquire(one)
    first = asyncio.create_task(slots.acquire_async(two, 5.0))
    second = asyncio.create_task(slots.acquire_async(three, 5.0))
    await asyncio.sleep(0)

    slots.release(one)
    first.cancel()

    assert await second
    assert first.cancelled()


# -- what a server asks to wait ------------------------------------------------------------------


def test_a_date_without_a_clock_to_read_it_by_is_held_to_two_minutes() -> None:
    headers = (("Retry-After", "Tue, 01 Jan 2030 00:00:00 GMT"),)

    assert LONGEST_GUESS == 120.0
    assert retry_after(Response(operation="it", status=503, headers=headers), lambda: 0.0) == 120.0
