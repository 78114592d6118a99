"""Retry policies over a long outage: how long a call lasts, and how often it is tried."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.builtin.retry.none import NoRetries
from elevatekit_plugins.builtin.retry.patient import PatientPolicy, PatientSettings
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.errors import (
    AuthError,
    ConnectError,
    DeadlineExceededError,
    OutcomeUnknownError,
    StatusError,
    TransportError,
)

HOUR = 3600.0


def outage(world: Any, things: SimpleNamespace, kind: Any) -> Any:
    """What a server answers that is away for an hour."""
    end = world.now + HOUR

    def answer() -> Any:
        if world.now >= end:
            return 200
        if kind == "hangs":
            world.now += 60.0  # as long as an attempt may take
            return DeadlineExceededError("no answer in time")
        return things.lost(sent=False) if kind == "refused" else kind

    return [answer] * 1000


@pytest.fixture
def patient(world: Any) -> Any:
    world.policy = PatientPolicy(PatientSettings())
    world.attempt_timeout = 60.0
    return world


@pytest.mark.parametrize("kind", [408, 429, "refused", "hangs"])
@pytest.mark.parametrize("chance", [0.0, 0.999])
def test_patient_rides_out_an_outage_of_an_hour(
    patient: Any, things: SimpleNamespace, kind: Any, chance: float
) -> None:
    patient.chance = chance

    answer = patient.run(things.READ, *outage(patient, things, kind), timeout=7200.0)

    assert answer.status == 200
    assert max(patient.slept) <= 120.0
    assert len(patient.sent) < 80


def test_it_is_seldom_asked_while_many_others_fail_and_goes_on(
    patient: Any, things: SimpleNamespace
) -> None:
    while patient.bucket.spend(answered=False):
        pass

    patient.run(things.READ, *outage(patient, things, 408), timeout=7200.0)

    assert min(patient.slept) >= 30.0
    assert not patient.bucket.spend(answered=True)  # a success gives back a fifth of a retry


def test_it_ends_with_its_patience(patient: Any, things: SimpleNamespace) -> None:
    with pytest.raises(StatusError, match="would exceed the deadline"):
        patient.run(things.READ, *outage(patient, things, 408), timeout=1800.0)

    assert sum(patient.slept) < 1800.0


def nobody() -> Any:
    return ConnectError("no connection to 127.0.0.1:9: refused", sent=False)


def no_credential() -> Any:
    error = AuthError("no token, nothing was sent", temporary=True)
    error.__cause__ = nobody()
    return error


@pytest.mark.parametrize("kind", [nobody, no_credential])
def test_a_server_that_never_answered_gets_no_longer_than_without_patience(
    patient: Any, things: SimpleNamespace, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A slip in the address must not cost the night."""
    with pytest.raises(TransportError) as caught:
        patient.run(things.READ, *[kind() for _ in range(1000)], timeout=7200.0)

    assert sum(patient.slept) < 60.0
    assert caught.value.attempts[-1].decision.endswith(
        " s would exceed the 60 s for a server that has never responded"
    )
    (told,) = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert told.endswith("; waiting for a server that has never responded, for up to 60 s")


def test_a_server_that_answered_once_is_waited_for(
    patient: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    """And people are told, once for each outage and not for each short wait."""
    away = [nobody() for _ in range(10)]

    patient.run(things.READ, 408, 200, timeout=7200.0)
    for _ in range(2):
        patient.run(things.READ, *away, 200, timeout=7200.0)

    told = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert len(told) == 2
    assert told[0].startswith("ConnectError: no connection to 127.0.0.1:9: refused; waiting for it")
    assert sum(patient.slept) > 400.0


def test_people_are_told_once_of_a_server_that_only_answers_with_errors(
    patient: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    patient.run(things.READ, *[408] * 10, 200, timeout=7200.0)

    told = [r.getMessage() for r in caplog.records if r.levelname == "WARNING"]
    assert [message.split(";")[0] for message in told] == ["operation things.read answered 408"]


def test_it_loosens_nothing_for_what_must_not_be_sent_twice(
    patient: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(OutcomeUnknownError):
        patient.run(things.ASK, 503, timeout=7200.0)

    assert len(patient.sent) == 1


def test_each_attempt_has_a_deadline_of_its_own_within_that_of_the_call(
    world: Any, things: SimpleNamespace
) -> None:
    world.attempt_timeout = 60.0
    deadlines: list[float] = []
    send = world.send

    def noted(request: Any, deadline: float) -> Any:
        deadlines.append(deadline - world.now)
        return send(request, deadline)

    world.send = noted

    def late() -> Any:
        world.now += 60.0
        return DeadlineExceededError("no answer in time")

    world.run(things.READ, late, late, 200, timeout=150.0)

    assert deadlines[:2] == [60.0, 60.0]
    assert deadlines[2] < 30.0


def test_none_tries_once(world: Any, things: SimpleNamespace) -> None:
    world.policy = NoRetries()

    with pytest.raises(StatusError, match="408"):
        world.run(things.READ, 408)

    assert world.slept == []


def test_a_policy_is_told_when_its_attempts_ended(world: Any, things: SimpleNamespace) -> None:
    began = world.runtime().wall()

    attempts = world.run(things.READ, 408, 200).attempts

    assert [attempt.ended - began for attempt in attempts] == [0.0, sum(world.slept)]


def test_the_bucket_stops_a_policy_without_patience(world: Any, things: SimpleNamespace) -> None:
    world.bucket = RetryBucket()
    while world.bucket.spend(answered=False):
        pass

    with pytest.raises(StatusError, match="no more retries for now"):
        world.run(things.READ, 408)
