"""Waiting for many: one schedule, in which each is polled when it is due, and what polls."""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.calls.effects import Send, Steps
from elevatekit_plugins.calls.polling import follow, follow_async
from elevatekit_plugins.calls.schedule import OPEN, SIDE_BY_SIDE, Poll, Schedule
from elevatekit_plugins.calls.waiter import Waited
from elevatekit_plugins.errors import (
    ArgumentError,
    ClosedError,
    DeadlineExceededError,
    PluginError,
    StatusError,
)
from elevatekit_plugins.messages import Request, Response

from .polls import Polls, through
from .polls import polls as polls


class Day:
    """Goes through a schedule as those loops do, in time that passes only where somebody waits."""

    def __init__(self, polls: Polls, ids: Any, *, timeout: float = 60.0, chance: float = 0.0):
        self.world, self._polls = polls.world, polls
        following = polls.following(timeout=timeout)
        self._schedule = Schedule(following, "id", ids, lambda: chance)
        self._numbers = count()
        self._polled: list[tuple[float, int, Poll, Any]] = []
        """When each poll will have ended, and how."""
        self.most = 0
        """How many were polled side by side."""

    def __iter__(self) -> Iterator[Waited[Any]]:
        schedule, world = self._schedule, self.world
        while True:
            while (poll := schedule.start()) is not None:
                self._poll(poll)
            yield from schedule.results()
            if not schedule.goes_on():
                return
            pause, polled = schedule.pause(), self._polled
            assert polled or pause is not None, "it would wait for ever"
            assert pause != 0, "it would look again and again"
            if polled and (pause is None or polled[0][0] <= world.now + pause):
                ended, _, poll, outcome = heapq.heappop(polled)
                world.now = max(world.now, ended)
                schedule.ended(poll, outcome)
            else:
                world.now += pause

    def _poll(self, poll: Poll) -> None:
        began = self.world.now
        try:
            outcome = self.world.drive(self._schedule.look(poll))
        except Exception as error:
            outcome = error
        ended, self.world.now = self.world.now, began
        heapq.heappush(self._polled, (ended, next(self._numbers), poll, outcome))
        self.most = max(self.most, len(self._polled))


def told(of: Day) -> dict[str, str]:
    """What became of each: its state, or the class of its error."""
    return {one.id: type(one.error).__name__ if one.error else one.answer["state"] for one in of}


async def later() -> Any:
    yield "it"


@pytest.mark.parametrize("ids", ["it", b"it", 5, None, later()], ids=lambda ids: type(ids).__name__)
def test_what_is_no_list_of_ids_is_refused(polls: Any, ids: Any) -> None:
    with pytest.raises(ArgumentError, match=r"a list, not one id: \[b?'it'\]|ids must be a list"):
        Day(polls(through("ready")), ids)


def test_an_id_that_is_none_takes_no_other_with_it(polls: Any) -> None:
    assert told(Day(polls(through("ready")), [None, "it"])) == {None: "ready", "it": "ready"}


def test_each_comes_as_it_ends_with_its_answer(world: Any, polls: Any) -> None:
    ready_at = {"a": 3, "b": 1, "c": 2}
    many = polls(lambda id, number: "ready" if number == ready_at[id] else "busy")

    assert list(told(Day(many, ready_at))) == ["b", "c", "a"]
    assert world.now == 1010.0


def test_a_poll_that_is_slow_holds_up_no_other(polls: Any) -> None:
    many = polls(through(*["busy"] * 3, "ready"))
    many.cost = lambda id: 25.0 if id == "slow" else 0.1

    assert list(told(Day(many, ["slow", "b", "c"], timeout=200.0))) == ["b", "c", "slow"]

    times = [at - 1000.0 for at, id in many.made if id == "b"]
    assert times == pytest.approx([0.0, 5.1, 10.2, 15.3])


def test_failures_are_collected_and_end_nothing(things: Any, polls: Any) -> None:
    script = {
        "lost": through(things.lost()),
        "gone": through(StatusError("gone", response=things.response(404))),
        "broken": through("busy", "broken"),
        "odd": through(ArgumentError("no GUID")),
        "good": through("busy", "ready"),
    }
    many = polls(lambda id, number: script[id](id, number))

    assert told(Day(many, iter(script))) == {
        "lost": "TransportError",
        "gone": "StatusError",
        "broken": "WaitFailedError",
        "odd": "ArgumentError",
        "good": "ready",
    }


@pytest.mark.parametrize("chance", [0.0, 0.99])
def test_none_is_polled_more_often_than_it_may_be(polls: Any, chance: float) -> None:
    many = polls(through(*["busy"] * 5, "ready"))
    many.cost = lambda id: 0.3

    assert len(list(Day(many, ["a", "b", "c"], chance=chance))) == 3

    for id in "abc":
        times = [at for at, polled in many.made if polled == id]
        assert len(times) == 6
        assert min(b - a for a, b in pairwise(times)) >= 5.0


@pytest.mark.parametrize(
    ("count", "cost", "ends"),
    [(3, 0.0, 11.0), (3, 7.0, 18.0), (3, 30.0, 30.0), (2 * OPEN, 7.0, 14.0)],
)
def test_time_that_is_up_ends_all_that_are_left_even_those_not_begun(
    world: Any, polls: Any, count: int, cost: float, ends: float
) -> None:
    many = polls(through("busy"))
    many.cost = lambda id: cost

    ended = list(Day(many, (f"{number}" for number in range(count)), timeout=12.0))

    assert sorted(int(one.id) for one in ended) == [*range(count)]
    assert {type(one.error) for one in ended} == {DeadlineExceededError}
    assert world.now == 1000.0 + ends
    assert "the timeout is 12 s; wait longer" in str(ended[-1].error)


def test_as_many_as_may_be_are_polled_side_by_side(world: Any, polls: Any) -> None:
    many = polls(through("busy", "ready"))
    many.cost = lambda id: 2.0
    day = Day(many, [f"{n}" for n in range(25)])

    assert len(list(day)) == 25

    assert day.most == SIDE_BY_SIDE
    # Three rounds of 2 s; the first ten are due again 7 s after they began, and so on.
    assert world.now == 1000.0 + 4.0 + 7.0 + 2.0
    assert many.told.count("ready") == many.told.count("busy") == 25


class TestWhatEndsAll:
    def test_a_refused_token_is_raised_because_it_would_be_for_all(
        self, things: Any, polls: Any
    ) -> None:
        refused = StatusError("who?", response=things.response(401))
        many = polls(through(refused))

        with pytest.raises(StatusError, match="who"):
            list(Day(many, (f"{n}" for n in range(100))))

        assert len(many.made) == SIDE_BY_SIDE

    def test_what_ended_beside_it_is_not_lost(self, things: Any, polls: Any) -> None:
        refused = StatusError("who?", response=things.response(401))
        many = polls(lambda id, number: refused if id == "b" else "ready")
        many.cost = {"a": 2.0, "b": 1.0, "c": 3.0}.__getitem__
        ended = iter(Day(many, ["a", "b", "c"]))

        assert [next(ended).id, next(ended).id] == ["a", "c"]
        with pytest.raises(StatusError, match="who"):
            next(ended)

    @pytest.mark.parametrize(
        "error",
        [PluginError("no", plugin="p", hook="h"), ClosedError("the client was closed"), OSError()],
        ids=lambda error: type(error).__name__,
    )
    def test_so_is_what_would_be_the_same_for_all(self, polls: Any, error: Exception) -> None:
        with pytest.raises(type(error)):
            list(Day(polls(through(error)), ["a", "b"]))

    def test_so_is_an_error_of_who_is_told(self, polls: Any) -> None:
        many = polls(through("busy"))
        many.told = None  # so that telling it fails

        with pytest.raises(AttributeError):
            list(Day(many, ["a", "b"]))

    def test_so_is_an_error_of_the_ids_after_those_that_were_begun(self, polls: Any) -> None:
        def ids() -> Iterator[str]:
            yield "a"
            raise OSError("the list cannot be read")

        ended = iter(Day(polls(through("ready")), ids()))

        assert next(ended).id == "a"
        with pytest.raises(OSError, match="cannot be read"):
            next(ended)


def test_none_at_all_end_at_once(world: Any, polls: Any) -> None:
    assert list(Day(polls(through("ready")), [])) == []
    assert world.now == 1000.0


def test_an_id_is_taken_when_there_is_room_and_no_sooner(polls: Any) -> None:
    taken = count()
    ended = iter(Day(polls(through("ready")), (f"{next(taken)}" for _ in range(100))))

    next(ended)

    assert next(taken) == SIDE_BY_SIDE + 1


def test_no_more_are_followed_at_once_than_there_is_room_for(polls: Any) -> None:
    taken = count()
    ended = iter(Day(polls(through("busy")), (f"{next(taken)}" for _ in range(2 * OPEN))))

    next(ended)

    assert next(taken) <= OPEN + 1


@pytest.mark.parametrize("world", ["sync"], indirect=True)
def test_fifty_thousand_are_followed_a_thousand_at_a_time(polls: Any) -> None:
    many, begun, ended, most = polls(through("ready")), 0, 0, 0
    many.made = _Forgotten()

    def ids() -> Iterator[str]:
        nonlocal begun
        for begun in range(1, 50_001):
            yield f"{begun:08}"

    for _ in Day(many, ids(), timeout=1_000_000):
        ended += 1
        most = max(most, begun - ended)

    assert (begun, ended) == (50_000, 50_000)
    assert most < OPEN


class _Forgotten(list[Any]):
    def append(self, _: Any) -> None:
        """It is not looked at."""


class Doors:
    """A transport that answers an id when the others have been polled as often as was said."""

    def __init__(self, others: int) -> None:
        self._left, self._lock = others, threading.Lock()
        self._open, self._open_async = threading.Event(), asyncio.Event()
        self.cancelled = 0

    def send(self, request: Request, deadline: float) -> Response:
        if request.operation == "slow":
            assert self._open.wait(20), "the others were held up"
        else:
            self._count()
        return Response(operation=request.operation, status=200)

    def close(self) -> None:
        """There is nothing to close."""

    def _count(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._open.set()
                self._open_async.set()


class AsyncDoors(Doors):
    async def send(self, request: Request, deadline: float) -> Response:  # type: ignore[override]
        if request.operation == "slow":
            try:
                await asyncio.wait_for(self._open_async.wait(), 20)
            except asyncio.CancelledError:
                self.cancelled += 1
                raise
        else:
            self._count()
        return Response(operation=request.operation, status=200)

    async def aclose(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def sent(polls: Any) -> Callable[..., Schedule[Any]]:
    """A schedule whose polls are sent by a transport, and are due again at once."""

    def make(*ids: str) -> Schedule[Any]:
        many, script = polls(through()), through("busy", "busy", "ready")

        def poll(arguments: Any, left: float) -> Steps[Any]:
            id = str(arguments["id"])
            many.counts[id] += 1
            yield Send(Request(operation=id, method="GET", url="https://h/"), 0.0)
            return {"state": script(id, many.counts[id]), "why": ""}

        following = structs.replace(many.following(every=0.0), poll=poll)
        return Schedule(following, "id", ids, lambda: 0.0)

    return make


def test_threads_go_on_beside_a_poll_that_is_slow(sent: Any) -> None:
    doors = Doors(2 * 3)

    assert {one.id for one in follow(sent("slow", "b", "c"), lambda: doors)} == {"slow", "b", "c"}


async def test_tasks_go_on_beside_a_poll_that_is_slow(sent: Any) -> None:
    doors = AsyncDoors(2 * 3)

    ended = [one.id async for one in follow_async(sent("slow", "b", "c"), lambda: doors)]

    assert set(ended) == {"slow", "b", "c"}


async def test_who_leaves_early_leaves_no_task_behind(sent: Any) -> None:
    doors, before = AsyncDoors(99), asyncio.all_tasks()
    many = follow_async(sent("slow", "b"), lambda: doors)

    assert (await anext(many)).id == "b"
    await many.aclose()

    assert doors.cancelled == 1
    assert asyncio.all_tasks() == before


async def test_a_task_that_is_cancelled_leaves_none_of_its_polls_behind(sent: Any) -> None:
    doors, before = AsyncDoors(1), asyncio.all_tasks()

    async def wait() -> None:
        async for _ in follow_async(sent("slow", "slow", "slow"), lambda: doors):
            raise AssertionError

    waiting = asyncio.create_task(wait())
    while len(asyncio.all_tasks()) < len(before) + 4:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert doors.cancelled == 3
    assert asyncio.all_tasks() == before


def test_a_transport_that_cannot_be_had_ends_all(sent: Any) -> None:
    def closed() -> Any:
        raise ClosedError("the client is closed; create a new one")

    with pytest.raises(ClosedError):
        list(follow(sent("a", "b"), closed))
