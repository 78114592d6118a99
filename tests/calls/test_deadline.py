"""One deadline for all of a call: queue, requests, refresh and waits. The spec has its default."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.calls.effects import Acquire, Send, Sleep
from elevatekit_plugins.errors import DeadlineExceededError, StatusError


def test_a_queue_has_what_is_left_of_the_deadline(world: Any, things: SimpleNamespace) -> None:
    def slow() -> int:
        world.now += 20.0
        world.slots.others.acquire()  # somebody else comes in, and stays
        world.slots.resize(1)
        return 408

    with pytest.raises(DeadlineExceededError, match="the deadline of 60 s passed while waiting"):
        world.run(things.LIMITED, slow, timeout=60.0)

    (queue,) = [effect for effect in world.effects if isinstance(effect, Acquire)]
    assert queue.timeout == 60.0 - 20.0 - 0.25


def test_every_request_of_a_call_has_the_same_deadline(world: Any, things: SimpleNamespace) -> None:
    world.auth.can_refresh = True

    world.run(things.LIMITED, 408, 401, 200, 200, timeout=60.0)

    sends = [effect for effect in world.effects if isinstance(effect, Send)]
    assert [send.request.purpose for send in sends] == ["call", "call", "auth", "call"]
    assert {send.deadline for send in sends} == {1060.0}


def test_nothing_is_sent_after_the_deadline(world: Any, things: SimpleNamespace) -> None:
    def slow() -> int:
        world.now += 61.0
        return 401

    world.auth.can_refresh = True

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, slow, timeout=60.0)

    assert caught.value.status == 401
    assert len(world.sent) == 1


def test_no_sleep_goes_beyond_the_deadline(world: Any, things: SimpleNamespace) -> None:
    with pytest.raises(StatusError):
        world.run(things.LIMITED, *[429] * 1000, timeout=30.0)

    assert any(isinstance(effect, Sleep) for effect in world.effects)
    assert world.now < 1030.0


def test_every_operation_has_a_finite_deadline_by_default() -> None:
    assert all(0 < o.retry.deadline < math.inf for o in API.operations)


@pytest.mark.parametrize("sent", [True, False])
def test_a_deadline_that_passed_is_no_reason_to_try_again(
    world: Any, things: SimpleNamespace, sent: bool
) -> None:
    def late() -> DeadlineExceededError:
        world.now += 60.0
        return DeadlineExceededError("late", sent=sent)

    with pytest.raises(DeadlineExceededError):
        world.run(things.READ, late, 200, timeout=60.0)

    assert len(world.sent) == 1
