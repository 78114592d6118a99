"""The call engine, driven by a script: no network, no clock, no sleep."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins import SpanFactory, hookimpl
from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.effects import Acquire
from elevatekit_plugins.errors import (
    BrokenResponseError,
    CertificateError,
    DeadlineExceededError,
    OutcomeUnknownError,
    PluginError,
    QuotaExceededError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.messages import Response


class Recorder:
    """A plugin that remembers what it was told, in order."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    @hookimpl
    def elevatekit_before_attempt(self, event: Any) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_after_attempt(self, event: Any) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_retry_scheduled(self, event: Any) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_call_finished(self, event: Any) -> None:
        self.told.append(event)

    @hookimpl
    def elevatekit_quota_spent(self, event: Any) -> None:
        self.told.append(event)


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


class TestAnOperationWithABudget:
    """`ask`: a POST, five successes and five errors, and no idempotency key."""

    def test_a_sixth_success_is_refused_before_anything_is_sent(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        for _ in range(5):
            world.run(things.ASK, 200)
        world.sent.clear()

        with pytest.raises(QuotaExceededError, match=r"5 of 5 successes.*things\.asked"):
            world.run(things.ASK)

        assert world.sent == []

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
    def test_a_server_error_may_have_been_counted(
        self, world: Any, things: SimpleNamespace, status: int
    ) -> None:
        with pytest.raises(OutcomeUnknownError):
            world.run(things.ASK, status)

        assert len(world.sent) == 1
        assert world.ledger.spent("things.ask", "it").unknown == 1

    def test_an_answer_that_never_came_is_not_asked_again(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        with pytest.raises(OutcomeUnknownError):
            world.run(things.ASK, things.lost(sent=True))

        assert len(world.sent) == 1
        assert world.ledger.spent("things.ask", "it").unknown == 1

    def test_what_was_provably_not_sent_is_sent_again(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        assert world.run(things.ASK, things.lost(sent=False), 200).status == 200
        assert world.ledger.spent("things.ask", "it").successes == 1
        assert world.ledger.spent("things.ask", "it").unknown == 0

    @pytest.mark.parametrize(("successes", "errors"), [(1, 5), (5, 1)])
    def test_an_unknown_one_counts_on_both_sides(
        self, world: Any, things: SimpleNamespace, successes: int, errors: int
    ) -> None:
        quota = Quota(per="id", successes=successes, errors=errors)
        ask = things.operation("things.ask", method="POST", retry=things.ASK.retry, quota=quota)
        with pytest.raises(OutcomeUnknownError):
            world.run(ask, things.lost(sent=True))

        with pytest.raises(QuotaExceededError, match="1 unknown"):
            world.run(ask)

    def test_a_429_is_sent_again_and_costs_nothing(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        world.run(things.ASK, 429, 429, 200)

        spent = world.ledger.spent("things.ask", "it")
        assert (spent.successes, spent.errors, spent.unknown) == (1, 0, 0)

    def test_a_408_is_sent_again_once(self, world: Any, things: SimpleNamespace) -> None:
        with pytest.raises(StatusError, match="came twice"):
            world.run(things.ASK, 408, 408)

        assert world.ledger.spent("things.ask", "it").errors == 2

    def test_a_408_is_not_sent_again_when_one_error_is_left(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        for _ in range(3):
            with pytest.raises(StatusError):
                world.run(things.ASK, 404)

        with pytest.raises(StatusError, match="fewer than two errors"):
            world.run(things.ASK, 408)

        assert world.ledger.spent("things.ask", "it").errors == 4

    def test_an_interrupted_question_counts_as_unknown(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        with pytest.raises(KeyboardInterrupt):
            world.run(things.ASK, KeyboardInterrupt())

        assert world.ledger.spent("things.ask", "it").unknown == 1


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


def test_plugins_are_told_in_the_documented_order(world: Any, things: SimpleNamespace) -> None:
    recorder = Recorder()
    world.plugins.append(recorder)

    world.run(things.ASK, 429, 200)

    assert [type(e).__name__ for e in recorder.told] == [
        "AttemptStarted",
        "AttemptFinished",
        "RetryScheduled",
        "AttemptStarted",
        "QuotaSpent",
        "AttemptFinished",
        "CallFinished",
    ]


def test_no_event_shows_the_credential(world: Any, things: SimpleNamespace) -> None:
    recorder = Recorder()
    world.plugins.append(recorder)

    with pytest.raises(StatusError):
        world.run(things.READ, 404)

    told = [event.request.headers for event in recorder.told if hasattr(event, "request")]
    assert dict(world.sent[0].headers)["X-Key"] == "key-1"
    assert len(told) == 2
    assert not any("X-Key" in dict(headers) for headers in told)
    assert "key-1" not in repr(recorder.told)


@pytest.mark.parametrize("status", [401, 500])
def test_an_error_keeps_the_credential_out_of_what_the_server_sent_back(
    world: Any, things: SimpleNamespace, status: int
) -> None:
    echo = Response(
        operation="things",
        status=status,
        headers=(("X-Seen", "key-1"),),
        body=b'{"errorMessage": "the key key-1 is wrong", "text": "\xc3\xa9\xff"}',
    )

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, echo)

    assert caught.value.body == b'{"errorMessage": "the key *** is wrong", "text": "\xc3\xa9\xff"}'
    assert "key-1" not in repr(pickle.dumps(caught.value))


def test_what_the_server_says_in_an_error_is_kept_without_the_credential(
    world: Any, things: SimpleNamespace
) -> None:
    echo = Response(operation="things", status=400, body=b'{"errorMessage": "no key-1 here"}')

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, echo)

    assert caught.value.error_message == "no *** here"


def test_errors_that_led_to_each_other_are_told_without_the_credential(
    world: Any, things: SimpleNamespace
) -> None:
    first, second = BrokenResponseError("it says key-1"), ValueError("key-1, it says")
    first.__cause__, second.__cause__ = second, first

    with pytest.raises(BrokenResponseError) as caught:
        world.run(things.READ, first, first, first)

    assert caught.value.__cause__ is second
    assert second.args == ("***, it says",)


def test_of_an_authorization_that_came_back_the_secret_is_masked_and_not_its_scheme(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.sign = lambda request: request.with_header("Authorization", "Bearer key-1")
    echo = Response(operation="things", status=400, body=b"'Bearer key-1': no Bearer has key-1")

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, echo)

    assert caught.value.body == b"'***': no Bearer has ***"


def test_a_lost_question_keeps_the_credential_out_of_its_cause(
    world: Any, things: SimpleNamespace
) -> None:
    echo = Response(operation="things", status=502, body=b"<pre>X-Key: key-1</pre>")

    with pytest.raises(OutcomeUnknownError) as caught:
        world.run(things.ASK, echo)

    assert isinstance(caught.value.__cause__, StatusError)
    assert "key-1" not in repr(pickle.dumps(caught.value))


def test_neither_attempts_nor_log_nor_causes_show_a_credential_that_came_back(
    world: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "elevatekit.calls")
    recorder = Recorder()
    world.plugins = [recorder]

    def echoed() -> TransportError:
        error = BrokenResponseError("it answered 'X-Key: key-1'")
        error.__cause__ = ValueError("no status line: key-1")
        return error

    with pytest.raises(BrokenResponseError) as caught:
        world.run(things.READ, echoed, echoed, echoed)

    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, repr(caught.value.attempts), caplog.text, repr(recorder.told)):
        assert "***" in text
        assert "'X-Key: key-1'" not in text
    assert "key-1" not in repr(caught.value.__cause__)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "http://192.0.2.2/steal"}, "to a server other than https://api.example.com/"),
        ({"url": "http://api.example.com/v1/things"}, "to a server other than"),
        ({"url": "https://api.example.com:444/v1/things"}, "to a server other than"),
        ({"url": "https://api.example.com@evil.example/"}, "to a server other than"),
        ({"url": "https://api.example.com"}, "to a server other than"),
        ({"url": "https://api.example.com/a b"}, "invalid characters"),
        ({"url": None}, "whose url is NoneType"),
        ({"method": 5}, "whose method is int"),
        ({"body": "text"}, "whose body is str"),
        ({"headers": {"X-A": "b"}}, "whose headers are not a tuple"),
        ({"headers": (("X-A", 5),)}, "whose headers are not a tuple"),
    ],
    ids=repr,
)
def test_a_plugin_can_send_the_credential_nowhere_else(
    world: Any, things: SimpleNamespace, changes: dict[str, Any], says: str
) -> None:
    class Steering:
        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            return structs.replace(request, **changes)

    world.plugins = [Steering()]

    with pytest.raises(PluginError, match=rf"plugin Steering failed .*{says}"):
        world.run(things.READ)

    assert world.sent == []


def test_a_policy_cannot_change_what_was_tried(world: Any, things: SimpleNamespace) -> None:
    given: list[Any] = []
    world.policy = SimpleNamespace(delay=lambda attempts, *_: given.append(attempts))

    with pytest.raises(StatusError):
        world.run(things.READ, 408)

    assert type(given[0]) is tuple


def test_no_event_shows_a_header_that_may_hold_a_secret(
    world: Any, things: SimpleNamespace
) -> None:
    class Signing:
        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            return request.with_header("X-Signature", "canary-1")

    recorder = Recorder()
    world.plugins += [Signing(), recorder]

    world.run(things.READ, 429, 200)

    assert dict(world.sent[0].headers)["X-Signature"] == "canary-1"
    requests = [event.request for event in recorder.told if hasattr(event, "request")]
    assert len(requests) == 4
    assert {dict(request.headers)["X-Signature"] for request in requests} == {"***"}


def test_an_observer_that_raises_harms_nobody(
    world: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        @hookimpl
        def elevatekit_before_attempt(self, event: Any) -> None:
            raise RuntimeError("my own fault")

    recorder = Recorder()
    world.plugins += [Broken(), recorder]

    assert world.run(things.READ, 200).status == 200
    assert recorder.told
    assert "plugin Broken failed in elevatekit_before_attempt: RuntimeError" in caplog.text


def test_a_pipe_changes_the_request_once_for_all_attempts(
    world: Any, things: SimpleNamespace
) -> None:
    class Numbering:
        count = 0

        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            self.count += 1
            return request.with_header("X-Request-Id", f"id-{self.count}")

    world.plugins.append(Numbering())

    world.run(things.READ, 429, 200)

    assert [dict(r.headers)["X-Request-Id"] for r in world.sent] == ["id-1", "id-1"]


def test_a_pipe_that_fails_names_plugin_and_hook(world: Any, things: SimpleNamespace) -> None:
    class Broken:
        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            return "not a request"

    world.plugins.append(Broken())

    with pytest.raises(PluginError, match="plugin Broken failed in elevatekit_prepare_request"):
        world.run(things.READ)

    assert world.sent == []


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


def test_a_question_given_up_in_the_queue_costs_nothing(
    world: Any, things: SimpleNamespace
) -> None:
    ask = things.operation(
        "things.ask",
        method="POST",
        retry=things.ASK.retry,
        quota=things.ASK.quota,
        concurrency=things.LIMITED.concurrency,
    )
    world.interrupt = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        world.run(ask)

    assert world.sent == []
    assert world.ledger.spent("things.ask", "it").unknown == 0


class Tracer:
    """A plugin with one span."""

    def __init__(self, span: Any) -> None:
        self.span = span

    @hookimpl
    def elevatekit_register_spans(self) -> Any:
        return [SpanFactory(name="trace", summary="a trace", open=self.span)]


def test_a_span_sees_the_error_and_cannot_make_it_go_away(
    world: Any, things: SimpleNamespace
) -> None:
    seen: list[Any] = []

    @contextmanager
    def span(call: Any) -> Any:
        seen.append(call.operation)
        with suppress(StatusError):
            yield
        seen.append("left")

    world.plugins.append(Tracer(span))

    with pytest.raises(StatusError):
        world.run(things.READ, 404)

    assert seen == ["things.read", "left"]


def test_a_span_that_fails_is_logged_and_harms_nobody(
    world: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(call: Any) -> Any:
        raise OSError("no collector")

    world.plugins.append(Tracer(broken))

    assert world.run(things.READ, 200).status == 200
    assert "plugin Tracer failed in span trace: OSError: no collector" in caplog.text


def test_an_auth_scheme_that_fails_is_named(world: Any, things: SimpleNamespace) -> None:
    recorder = Recorder()
    world.plugins.append(recorder)
    world.auth.sign = lambda request: {}["no such key"]

    with pytest.raises(PluginError, match=r"Selected failed in sign of auth scheme .*: KeyError"):
        world.run(things.READ)

    assert [e.error for e in recorder.told if hasattr(e, "outcome")] == ["PluginError"]


def test_an_auth_scheme_that_returns_no_request_is_named(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.sign = lambda request: None

    with pytest.raises(PluginError, match=r"failed in sign of .*: it returned NoneType"):
        world.run(things.READ)

    assert world.sent == []


@pytest.mark.parametrize("delay", ["1", True, -1.0, float("nan"), float("inf")], ids=repr)
def test_a_retry_policy_that_returns_nonsense_is_named(
    world: Any, things: SimpleNamespace, delay: Any
) -> None:
    world.policy = SimpleNamespace(delay=lambda attempts, rule, chance: delay)

    with pytest.raises(PluginError, match=r"failed in delay of .*: (Type|Value)Error: "):
        world.run(things.READ, 429)

    assert world.slept == []


class TestATransportThatBreaksItsContract:
    """Somebody's own transport may do anything. What it does is an error of ours."""

    ODD = (
        None,
        "a string",
        {"status": 200},
        Response(operation="things", status="200"),  # type: ignore[arg-type]
        Response(operation="things", status=200, body="text"),  # type: ignore[arg-type]
        *(Response(operation="things", status=status) for status in (0, -5, 100, 199, 1000)),
        *(
            Response(operation="things", status=200, headers=headers)  # type: ignore[arg-type]
            for headers in (None, {"a": "b"}, ((1, 2),), (("a", "b", "c"),), (("a", None),))
        ),
        ValueError("oops"),
        OSError(5, "i/o"),
        StopIteration(),
        TimeoutError(),
    )

    @pytest.mark.parametrize("odd", ODD, ids=repr)
    def test_a_safe_operation_is_tried_again_and_then_says_what_it_did(
        self, world: Any, things: SimpleNamespace, odd: Any
    ) -> None:
        with pytest.raises(TransportError, match=r"the transport (returned|raised)") as caught:
            world.run(things.LIMITED, odd, odd, odd)

        assert len(caught.value.attempts) == 3
        assert [
            world.slots.others.acquire(),
            world.slots.others.acquire(),
            world.slots.others.acquire(),
        ] == [
            True,
            True,
            False,
        ]

    @pytest.mark.parametrize("odd", ODD, ids=repr)
    def test_a_question_may_have_been_asked(
        self, world: Any, things: SimpleNamespace, odd: Any
    ) -> None:
        with pytest.raises(OutcomeUnknownError):
            world.run(things.ASK, odd)

        assert len(world.sent) == 1
        assert world.ledger.spent("things.ask", "it").unknown == 1

    def test_while_a_credential_is_refreshed_the_401_stays(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        world.auth.can_refresh = True

        with pytest.raises(StatusError) as caught:
            world.run(things.READ, 401, None)

        assert caught.value.status == 401
        assert world.refreshing.turn.others.acquire()


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


def test_a_retry_policy_that_fails_is_named(world: Any, things: SimpleNamespace) -> None:
    class Broken:
        def delay(self, attempts: Any, rule: Any, chance: float) -> float:
            raise ZeroDivisionError

    world.policy = Broken()

    with pytest.raises(PluginError, match="Selected failed in delay of retry policy"):
        world.run(things.READ, 429)
