"""Waiting for a resource, or for many: polls until the state is final, or time is up."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.api import Waiter
from elevatekit_plugins.calls.drivers import drive, drive_async
from elevatekit_plugins.calls.effects import Send, Steps, Together
from elevatekit_plugins.calls.waiter import (
    OPEN,
    SIDE_BY_SIDE,
    Following,
    WaitAll,
    Waited,
    interval,
    interval_of,
    wait,
)
from elevatekit_plugins.errors import (
    ArgumentError,
    DeadlineExceededError,
    PluginError,
    StatusError,
    TransportError,
    WaitFailedError,
)
from elevatekit_plugins.messages import Request

WAITER = Waiter(
    method="wait",
    property="state",
    done=("ready",),
    failed=("broken",),
    message="why",
    intervals={"slow": 30.0, "quick": 5.0},
)
Script = Callable[[str, int], Any]
"""What the nth poll of an id is answered with: a state, or an error."""


class Polls:
    """Polls that take no time, answered by a script, and what they were asked."""

    def __init__(self, world: Any, things: SimpleNamespace, script: Script) -> None:
        self.world, self.things, self.script = world, things, script
        self.made: list[tuple[float, str]] = []
        self.counts: Counter[str] = Counter()
        self.cost = 0.0
        """Seconds that each takes."""
        self.told: list[str] = []
        """The states that `progress` was told of."""
        self.widths: list[int] = []
        """How many were polled side by side, each time."""

    def following(self, *, every: float = 5.0, timeout: float = 60.0) -> Following[dict[str, Any]]:
        return Following(
            operation=self.things.operation("things.state", waiter=WAITER),
            waiter=WAITER,
            poll=self.poll,
            read=lambda answer, name: answer[name],
            every=every,
            timeout=timeout,
            progress=lambda answer: self.told.append(answer["state"]),
            clock=lambda: self.world.now,
        )

    def poll(self, arguments: Mapping[str, object], left: float) -> Steps[dict[str, Any]]:
        assert left > 0, "a call with no time left would be refused as an argument"
        id = str(arguments["id"])
        self.made.append((self.world.now, id))
        self.counts[id] += 1
        self.world.now += self.cost
        answer = self.script(id, self.counts[id])
        if isinstance(answer, BaseException):
            raise answer
        return {"state": answer, "why": "no audio"}
        yield

    def one(self, *, timeout: float = 60.0) -> Any:
        return self.world.drive(wait(self.following(timeout=timeout), {"id": "it"}))

    def all(
        self, ids: Any, *, timeout: float = 60.0, chance: float = 0.0
    ) -> Iterator[Waited[dict[str, Any]]]:
        following = self.following(timeout=timeout)
        many = WaitAll(following, "id", ids, lambda: chance)
        while (ended := self.world.drive(self._side_by_side(many.next()))) is not None:
            yield ended

    def _side_by_side(self, steps: Steps[Any]) -> Steps[Any]:
        """The same steps; what is to be done together is, by the clock, done at the same time."""
        try:
            effect = next(steps)
            while True:
                outcome = None
                if isinstance(effect, Together):
                    self.widths.append(len(effect.calls))
                    outcome = self._done(effect.calls)
                else:
                    yield effect
                effect = steps.send(outcome)
        except StopIteration as stop:
            return stop.value

    def _done(self, calls: Sequence[Steps[Any]]) -> list[Any]:
        began, ends, outcomes = self.world.now, [self.world.now], []
        for call in calls:
            self.world.now = began
            try:
                outcomes.append(self.world.drive(call))
            except Exception as error:
                outcomes.append(error)
            ends.append(self.world.now)
        self.world.now = max(ends)
        return outcomes


def through(*states: Any) -> Script:
    """One state after another; the last one stays."""
    return lambda id, number: states[min(number, len(states)) - 1]


@pytest.fixture
def polls(world: Any, things: SimpleNamespace) -> Callable[[Script], Polls]:
    return lambda script: Polls(world, things, script)


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
        endless.cost = cost
        says = f"still busy after {ended:g} s; the timeout is {timeout:g} s"
        with pytest.raises(DeadlineExceededError, match=says):
            endless.one(timeout=timeout)

        assert [at - 1000.0 for at, _ in endless.made] == pytest.approx(looks)

    def test_a_last_look_that_is_not_answered_in_time_says_how_it_was_before(
        self, polls: Any
    ) -> None:
        hanging = polls(through("busy", DeadlineExceededError("the deadline of 1 s passed")))
        hanging.cost = 20.0

        with pytest.raises(DeadlineExceededError, match="still busy after 45 s"):
            hanging.one(timeout=35.0)

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
        with pytest.raises(ArgumentError, match=r"there is no kind .*slow, quick"):
            interval_of(WAITER, kind)  # type: ignore[arg-type]


async def later() -> Any:
    yield "it"


@pytest.mark.parametrize("ids", ["it", b"it", 5, None, later()], ids=lambda ids: type(ids).__name__)
def test_what_is_no_list_of_ids_is_refused(polls: Any, ids: Any) -> None:
    with pytest.raises(ArgumentError, match="ids"):
        list(polls(through("ready")).all(ids))


def test_an_id_that_is_none_takes_no_other_with_it(polls: Any) -> None:
    ended = list(polls(through("ready")).all([None, "it"]))

    assert [one.id for one in ended] == [None, "it"]


class TestMany:
    def test_each_comes_as_it_ends_with_its_answer(self, world: Any, polls: Any) -> None:
        ready_at = {"a": 3, "b": 1, "c": 2}
        many = polls(lambda id, number: "ready" if number == ready_at[id] else "busy")

        ended = [(one.id, one.answer["state"], one.error) for one in many.all(ready_at)]

        assert ended == [("b", "ready", None), ("c", "ready", None), ("a", "ready", None)]
        assert sum(world.slept) == 10.0

    def test_failures_are_collected_and_end_nothing(self, things: Any, polls: Any) -> None:
        refused = StatusError("gone", response=things.response(404))
        script = {
            "lost": through(things.lost()),
            "gone": through(refused),
            "broken": through("busy", "broken"),
            "odd": through(ArgumentError("no GUID")),
            "good": through("busy", "ready"),
        }
        many = polls(lambda id, number: script[id](id, number))

        ended = {one.id: one for one in many.all(iter(script))}

        assert ended["good"].answer == {"state": "ready", "why": "no audio"}
        assert {id: type(one.error).__name__ for id, one in ended.items() if one.error} == {
            "lost": "TransportError",
            "gone": "StatusError",
            "broken": "WaitFailedError",
            "odd": "ArgumentError",
        }

    @pytest.mark.parametrize("chance", [0.0, 0.99])
    def test_none_is_polled_more_often_than_it_may_be(self, polls: Any, chance: float) -> None:
        many = polls(through(*["busy"] * 5, "ready"))
        many.cost = 0.3

        assert len(list(many.all(["a", "b", "c"], chance=chance))) == 3

        for id in "abc":
            times = [at for at, polled in many.made if polled == id]
            assert len(times) == 6
            assert min(b - a for a, b in pairwise(times)) >= 5.0

    def test_time_that_is_up_ends_all_that_are_left_even_those_not_begun(
        self, world: Any, polls: Any
    ) -> None:
        many = polls(through("busy"))
        many.cost = 7.0

        ended = list(many.all([str(number) for number in range(25)], timeout=12.0))

        assert [type(one.error) for one in ended] == [DeadlineExceededError] * 25
        assert {str(one.error) for one in ended} == {
            f"operation things.state: still {state} after 14 s; the timeout is 12 s, wait longer"
            for state in ("busy", "unknown")
        }
        assert world.now <= 1000.0 + 14.0

    def test_a_refused_token_is_raised_because_it_would_be_for_all(
        self, things: Any, polls: Any
    ) -> None:
        refused = StatusError("who?", response=things.response(401))

        with pytest.raises(StatusError, match="who"):
            list(polls(through(refused)).all(["a", "b"]))

    def test_an_error_of_a_plugin_is_raised(self, polls: Any) -> None:
        with pytest.raises(PluginError):
            list(polls(through(PluginError("no", plugin="p", hook="h"))).all(["a"]))

    def test_as_many_as_may_be_are_polled_side_by_side(self, world: Any, polls: Any) -> None:
        many = polls(through("busy", "ready"))
        many.cost = 2.0

        assert len(list(many.all([f"{n}" for n in range(25)]))) == 25

        assert many.widths == [SIDE_BY_SIDE, SIDE_BY_SIDE, 5] * 2
        assert world.now == 1000.0 + 2 * 3 * 2.0 + sum(world.slept)
        assert many.told == ["busy"] * 25 + ["ready"] * 25

    def test_what_ended_beside_a_refused_token_is_not_lost(self, things: Any, polls: Any) -> None:
        refused = StatusError("who?", response=things.response(401))
        many = polls(lambda id, number: refused if id == "b" else "ready").all(["a", "b", "c"])

        assert [next(many).id, next(many).id] == ["a", "c"]
        with pytest.raises(StatusError, match="who"):
            next(many)

    def test_an_error_of_who_is_told_ends_all(self, polls: Any) -> None:
        many = polls(through("busy"))
        many.told = None  # so that telling it fails

        with pytest.raises(AttributeError):
            list(many.all(["a", "b"]))

    def test_one_id_in_place_of_many_is_refused(self, polls: Any) -> None:
        with pytest.raises(ArgumentError, match=r"many ids, not one: \['abc'\]"):
            list(polls(through("ready")).all("abc"))

    def test_none_at_all_end_at_once(self, world: Any, polls: Any) -> None:
        assert list(polls(through("ready")).all([])) == []
        assert world.slept == []

    def test_fifty_thousand_are_followed_a_thousand_at_a_time(self, polls: Any) -> None:
        many, begun, ended, most = polls(through("ready")), 0, 0, 0

        def ids() -> Iterator[str]:
            nonlocal begun
            for begun in range(1, 50_001):
                yield f"{begun:08}"

        for _ in many.all(ids(), timeout=1_000_000):
            ended += 1
            most = max(most, begun - ended)

        assert (begun, ended) == (50_000, 50_000)
        assert most < OPEN


class Meeting:
    """A transport on which three have to send at the same time before any is answered."""

    def __init__(self) -> None:
        self.barrier, self.tasks = threading.Barrier(3, timeout=20), asyncio.Barrier(3)
        self.cancelled = 0

    def send(self, request: Request, deadline: float) -> Any:
        self.barrier.wait()
        if request.operation == "2":
            raise TransportError("lost")
        return request.operation

    def close(self) -> None:
        """There is nothing to close."""


class AwaitedMeeting(Meeting):
    """The same for tasks."""

    async def send(self, request: Request, deadline: float) -> Any:  # type: ignore[override]
        try:
            await self.tasks.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if request.operation == "2":
            raise TransportError("lost")
        return request.operation

    async def aclose(self) -> None:
        """There is nothing to close."""


def together(count: int) -> Steps[list[Any]]:
    def send(number: int) -> Steps[Any]:
        request = Request(operation=str(number), method="GET", url="https://h/")
        return (yield Send(request, 0.0))

    return (yield Together([send(number) for number in range(1, count + 1)]))


def test_both_drivers_make_calls_side_by_side_and_hand_back_results_and_errors() -> None:
    threads = drive(together(3), Meeting())
    tasks = asyncio.run(drive_async(together(3), AwaitedMeeting()))

    for outcomes in (threads, tasks):
        assert (outcomes[0], str(outcomes[1]), outcomes[2]) == ("1", "lost", "3")


async def test_a_task_that_is_cancelled_leaves_none_of_its_calls_behind() -> None:
    meeting = AwaitedMeeting()
    task = asyncio.create_task(drive_async(together(2), meeting))
    while meeting.tasks.n_waiting < 2:
        await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert meeting.cancelled == 2
