"""A call of an operation with a budget, driven by a script: what counts, and what is sent again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.api import Quota
from elevatekit_plugins.errors import (
    OutcomeUnknownError,
    QuotaExceededError,
    StatusError,
)


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


def test_a_question_given_up_in_the_queue_costs_nothing(
    world: Any, things: SimpleNamespace
) -> None:
    world.interrupt = KeyboardInterrupt()

    with pytest.raises(KeyboardInterrupt):
        world.run(things.LIMITED_ASK)

    assert world.sent == []
    assert world.ledger.spent("things.ask", "it").unknown == 0
