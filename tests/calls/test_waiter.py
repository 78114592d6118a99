"""Waiting for a resource: polls until its state is final, or time is up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.api import Waiter
from elevatekit_plugins.calls.effects import Sleep, Steps
from elevatekit_plugins.calls.waiter import interval, wait
from elevatekit_plugins.errors import DeadlineExceededError, WaitFailedError

WAITER = Waiter(
    method="wait",
    property="state",
    done=("ready",),
    failed=("broken",),
    message="why",
    intervals={"slow": 30.0, "quick": 5.0},
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def run(
    things: Any, states: list[str], *, timeout: float, overshoot: float = 0.0
) -> tuple[Any, list[float]]:
    """Poll through these states; each sleep lasts a little longer than asked."""
    clock, answers, slept = Clock(), iter(states), list[float]()

    def poll(left: float) -> Steps[dict[str, Any]]:
        assert left > 0, "a call with no time left would be refused as an argument"
        return {"state": next(answers), "why": "no audio"}
        yield

    read: Callable[[Any, str], Any] = lambda answer, name: answer[name]  # noqa: E731
    operation = things.operation("things.state", waiter=WAITER)
    steps = wait(operation, poll, read, every=5.0, timeout=timeout, clock=clock, progress=None)
    try:
        effect = next(steps)
        while True:
            assert isinstance(effect, Sleep)
            slept.append(effect.seconds)
            clock.now += effect.seconds + overshoot
            effect = steps.send(None)
    except StopIteration as stop:
        return stop.value, slept


def test_it_polls_until_the_state_is_one_of_the_last(things: Any) -> None:
    answer, slept = run(things, ["new", "busy", "ready"], timeout=60)

    assert answer["state"] == "ready"
    assert slept == [5.0, 5.0]


def test_a_failure_says_what_the_server_said(things: Any) -> None:
    with pytest.raises(WaitFailedError, match="ended as broken: no audio") as caught:
        run(things, ["new", "broken"], timeout=60)

    assert caught.value.state == "broken"


@pytest.mark.parametrize("overshoot", [0.0, 9.0])
def test_time_that_is_up_names_the_last_state(things: Any, overshoot: float) -> None:
    with pytest.raises(DeadlineExceededError, match="still busy after 12 s"):
        run(things, ["busy"] * 9, timeout=12, overshoot=overshoot)


@pytest.mark.parametrize(("kind", "seconds"), [("quick", 5.0), ("odd", 30.0), (None, 30.0)])
def test_an_unknown_kind_is_polled_as_the_slowest(kind: str | None, seconds: float) -> None:
    assert interval(WAITER, kind) == seconds
