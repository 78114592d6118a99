"""Each lost question is settled once, by whoever holds it, and only by its own account."""

from __future__ import annotations

import asyncio
import pickle
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins import hookimpl
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.history import Entry
from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.calls.reconcile import reconcile
from elevatekit_plugins.errors import (
    ClosedError,
    OutcomeUnknownError,
    PluginError,
    QuotaExceededError,
    TransportError,
)
from elevatekit_plugins.messages import LostQuestion, Settlement


class Desk:
    """Asks, loses, and settles by a history that a test writes."""

    def __init__(self, world: Any, things: SimpleNamespace) -> None:
        self.world, self.things = world, things
        self.history: list[Entry] = []

    def lose(self) -> LostQuestion:
        with pytest.raises(OutcomeUnknownError) as caught:
            self.world.run(self.things.ASK, self.things.lost())
        assert caught.value.lost is not None
        return caught.value.lost

    def listed(self, outcome: Any = "success", question: str = "what is it?") -> None:
        place = len(self.history)
        self.history.append(Entry(place, question, outcome, f"answer {place}"))

    def settle(self, lost: LostQuestion) -> Settlement:
        def look(left: float) -> Steps[list[Entry]]:
            return list(self.history)
            yield

        world = self.world
        settled: Settlement = world.drive(
            reconcile(
                lost,
                world.ledger,
                look,
                patience=0.0,
                timeout=5.0,
                clock=lambda: world.now,
                wall=lambda: 2e9 + world.now,
            )
        )
        return settled

    @property
    def spent(self) -> Spent:
        spent: Spent = self.world.ledger.spent("things.ask", "it")
        return spent


@pytest.fixture
def desk(world: Any, things: SimpleNamespace) -> Desk:
    return Desk(world, things)


def test_one_question_that_is_settled_often_frees_one_unit(desk: Desk) -> None:
    one, *_ = [desk.lose() for _ in range(4)]

    told = {desk.settle(pickle.loads(pickle.dumps(one))) for _ in range(4)}

    assert [settled.asked for settled in told] == [False]
    assert desk.spent == Spent(unknown=3)


def test_who_settles_again_is_told_the_same_answer(desk: Desk) -> None:
    one = desk.lose()
    desk.listed()
    first = desk.settle(one)
    desk.listed()

    assert desk.settle(one) == first
    assert first.answer == "answer 0"
    assert desk.spent == Spent(successes=1)


def test_each_of_two_lost_questions_that_are_alike_gets_an_entry_of_its_own(desk: Desk) -> None:
    one, other = desk.lose(), desk.lose()
    desk.listed()
    desk.listed()

    answers = {desk.settle(one).answer, desk.settle(other).answer, desk.settle(one).answer}

    assert answers == {"answer 0", "answer 1"}
    assert desk.spent == Spent(successes=2)


def test_an_answer_that_came_is_not_taken_for_one_that_was_lost(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    world.run(things.ASK, 200)
    desk.listed()
    lost = desk.lose()

    assert not desk.settle(lost).asked
    assert desk.spent == Spent(successes=1)


def test_a_question_of_another_process_changes_no_budget_here(desk: Desk) -> None:
    mine = desk.lose()
    desk.listed("error")
    stranger = LostQuestion(
        operation="things.ask",
        resource="it",
        question="what is it?",
        lost_at=0.0,
        reservation="of another process",
        account=mine.account,
    )

    assert desk.settle(stranger).asked
    assert desk.spent == Spent(unknown=1)


# -- what is left to settle ----------------------------------------------------------------------


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, asyncio.CancelledError])
def test_a_question_that_was_interrupted_on_the_wire_is_left_to_be_settled(
    desk: Desk, world: Any, things: SimpleNamespace, interrupt: type[BaseException]
) -> None:
    told: list[str] = []

    class Watch:
        @hookimpl
        def elevatekit_quota_spent(self, event: Any) -> None:
            told.append(event.kind)

    world.plugins = [Watch()]
    with pytest.raises(interrupt) as caught:
        world.run(things.ASK, interrupt())

    (lost,) = world.ledger.asked.unsettled("of the world")
    assert any("client.unsettled()" in note for note in caught.value.__notes__)
    assert told == ["unknown"]
    assert world.ledger.asked.unsettled("another") == []
    assert not desk.settle(lost).asked
    assert desk.spent == Spent()
    assert world.ledger.asked.unsettled("of the world") == []


def test_an_interrupt_promises_no_settling_where_the_api_keeps_no_history(
    world: Any, things: SimpleNamespace
) -> None:
    quota = structs.replace(things.ASK.quota, history=None)

    with pytest.raises(KeyboardInterrupt) as caught:
        world.run(structs.replace(things.ASK, quota=quota), KeyboardInterrupt())

    assert caught.value.__notes__ == ["operation things.ask may or may not have been carried out"]


def test_a_client_that_is_closed_beside_a_question_leaves_it_unknown(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(OutcomeUnknownError):
        world.run(things.ASK, ClosedError("closed beside the call", sent=True))
    assert desk.spent == Spent(unknown=1)

    with pytest.raises(ClosedError):
        world.run(things.ASK, ClosedError("closed before the call"))
    assert desk.spent == Spent(unknown=1)


def test_what_a_transport_raises_that_is_no_error_of_one_leaves_it_unknown(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        world.run(things.ASK, PluginError("odd", plugin="p", hook="h"))

    assert isinstance(caught.value.__cause__, TransportError)
    assert isinstance(caught.value.__cause__.__cause__, PluginError)
    assert world.ledger.asked.unsettled("of the world") == [caught.value.lost]
    assert desk.spent == Spent(unknown=1)


def broken() -> Any:
    raise ZeroDivisionError
    yield


def test_a_refresh_that_fails_after_a_401_that_is_free_costs_nothing(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    world.auth.refresh = broken

    with pytest.raises(PluginError):
        world.run(things.ASK, 401)

    assert desk.spent == Spent()


def test_a_refresh_that_fails_after_a_401_that_may_cost_leaves_it_unknown(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    world.auth.refresh = broken
    quota = structs.replace(things.ASK.quota, free=())

    with pytest.raises(OutcomeUnknownError) as caught:
        world.run(structs.replace(things.ASK, quota=quota), 401)

    assert isinstance(caught.value.__cause__, PluginError)
    assert desk.spent == Spent(unknown=1)


def test_an_interrupt_before_anything_was_sent_costs_nothing(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    class Interrupted:
        @hookimpl
        def elevatekit_before_attempt(self, event: Any) -> None:
            raise KeyboardInterrupt

    world.plugins = [Interrupted()]

    with pytest.raises(KeyboardInterrupt):
        world.run(things.ASK)

    assert desk.spent == Spent()


def test_a_budget_that_is_spent_stays_so_however_often_it_is_asked(
    desk: Desk, world: Any, things: SimpleNamespace
) -> None:
    for _ in range(5):
        desk.lose()

    for _ in range(3):
        with pytest.raises(QuotaExceededError):
            world.run(things.ASK)

    assert desk.spent == Spent(unknown=5)
