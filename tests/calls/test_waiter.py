"""Waiting for a resource: polls until the state is final, or time is up."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.calls.waiter import interval, interval_of, wait
from elevatekit_plugins.errors import ArgumentError, DeadlineExceededError, WaitFailedError

from .polls import WAITER, through
from .polls import polls as polls


class TestOne:
    def test_it_polls_until_the_state_is_one_of_the_last(self, world: Any, polls: Any) -> None:
        answer = polls(through("new", "busy", "ready")).one()

        assert answer["state"] == "ready"
        assert world.slept == [5.0, 5.0]

    def test_a_failure_says_what_the_server_said(self, polls: Any) -> None:
        with pytest.raises(WaitFailedError, match="ended as broken: no audio") as caught:
            polls(through("new", "broken")).one()

        assert caught.value.state == "broken"

    @pytest.mark.parametrize(
        ("cost", "timeout", "looks", "ended"),
        [(0.0, 12.0, [0, 5, 10, 11], 11), (9.0, 12.0, [0, 11], 20), (0.0, 3.0, [0, 2.7], 2.7)],
    )
    def test_it_looks_once_more_at_the_end_and_names_the_last_state_and_the_true_time(
        self, polls: Any, cost: float, timeout: float, looks: list[float], ended: float
    ) -> None:
        endless = polls(through("busy"))
        endless.cost = lambda id: cost
        says = f"still busy after {ended:g} s; the timeout is {timeout:g} s"
        with pytest.raises(DeadlineExceededError, match=says):
            endless.one(timeout=timeout)

        assert [at - 1000.0 for at, _ in endless.made] == pytest.approx(looks)

    def test_a_last_look_that_is_not_answered_in_time_says_how_it_was_before(
        self, polls: Any
    ) -> None:
        hanging = polls(through("busy", DeadlineExceededError("the deadline of 1 s passed")))
        hanging.cost = lambda id: 20.0

        with pytest.raises(DeadlineExceededError, match="still busy after 45 s"):
            hanging.one(timeout=35.0)

    def test_a_look_for_which_no_time_is_left_is_not_made(self, world: Any, polls: Any) -> None:
        one = polls(through("ready"))
        following = one.following(timeout=60.0)

        with pytest.raises(DeadlineExceededError, match="still busy after 60 s"):
            world.drive(following.look({"id": "it"}, "busy", world.now - 60.0))
        assert one.made == []

    def test_time_goes_on_between_two_looks_at_the_clock(self, world: Any, polls: Any) -> None:
        one = polls(through("busy", "ready"))
        clock = count(1000.0, 0.5)
        following = structs.replace(one.following(every=0.1), clock=lambda: next(clock))

        world.drive(wait(following, {"id": "it"}))

        assert world.slept == [0.0]

    def test_no_state_that_nobody_knows_ends_it(self, polls: Any) -> None:
        assert polls(through("a 14th state", "ready")).one()["state"] == "ready"

    def test_progress_is_told_each_answer(self, polls: Any) -> None:
        one = polls(through("new", "busy", "ready"))

        one.one()

        assert one.told == ["new", "busy", "ready"]


@pytest.mark.parametrize(("kind", "seconds"), [("quick", 5.0), ("odd", 30.0), (None, 30.0)])
def test_an_unknown_kind_is_polled_as_the_slowest(kind: str | None, seconds: float) -> None:
    assert interval(WAITER, kind) == seconds


def test_a_kind_that_a_caller_names_has_to_be_one() -> None:
    assert interval_of(WAITER, "quick") == 5.0
    assert interval_of(WAITER, None) == 30.0
    for kind in ("odd", [], 5):
        with pytest.raises(ArgumentError, match=r"unknown kind .*slow, quick"):
            interval_of(WAITER, kind)  # type: ignore[arg-type]
