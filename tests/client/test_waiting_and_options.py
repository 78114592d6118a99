"""Waiting over real HTTP, and options that make no sense: said at once, with what to do."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Iterator
from typing import Any

import pytest

from elevatekit import AsyncClient, AudioInteraction, Client, InteractionStatus, NotFoundError
from elevatekit.operations import API
from elevatekit_plugins.errors import (
    ArgumentError,
    ConfigError,
    DeadlineExceededError,
    OutcomeUnknownError,
    WaitFailedError,
)
from elevatekit_plugins.messages import LostQuestion
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

AUDIO = AudioInteraction(language_tag="en-us", download_uri="https://example.com/a.wav")
NOWHERE = "99999999-9999-4999-8999-999999999999"


@pytest.fixture(scope="module")
def quick_simulator() -> Iterator[Simulator]:
    """One whose clock runs: a minute is over in less than a tenth of a second."""
    with Simulator(API, clock_rate=1000) as simulator:
        yield simulator


@pytest.fixture
def client(quick_simulator: Simulator) -> Iterator[Client]:
    quick_simulator.reset()
    with Client(TOKEN, base_url=quick_simulator.base_url) as client:
        yield client


def declared(client: Client, many: int) -> list[str]:
    return [client.interactions.declare(AUDIO).interaction_identifier for _ in range(many)]


def test_one_is_waited_for(client: Client) -> None:
    (id,) = declared(client, 1)

    assert client.interactions.wait(id, poll=0.02, timeout=60).status == "processed"


def test_many_are_waited_for_and_each_comes_with_its_answer_or_its_error(client: Client) -> None:
    ids, told = declared(client, 5), list[InteractionStatus]()

    many = client.interactions.wait_all([*ids, NOWHERE, "x"], poll=0.02, progress=told.append)
    ended = {one.id: one for one in many}

    assert [getattr(ended[id].answer, "status", None) for id in ids] == ["processed"] * 5
    assert isinstance(ended[NOWHERE].error, NotFoundError)
    assert isinstance(ended["x"].error, ArgumentError)
    assert {one.identifier for one in told if one.status == "processed"} == {*ids}


async def test_tasks_wait_for_many_in_the_same_way(
    client: Client, quick_simulator: Simulator
) -> None:
    ids, told = declared(client, 3), list[InteractionStatus]()
    async with AsyncClient(TOKEN, base_url=quick_simulator.base_url) as other:
        many = other.interactions.wait_all([*ids, NOWHERE], poll=0.02, progress=told.append)
        ended = {one.id: one async for one in many}

    assert [getattr(ended[id].answer, "status", None) for id in ids] == ["processed"] * 3
    assert isinstance(ended[NOWHERE].error, NotFoundError)
    assert {one.identifier for one in told if one.status == "processed"} == {*ids}


async def test_breaking_off_a_wait_for_many_cancels_its_polls_and_nobody_else(
    client: Client, quick_simulator: Simulator
) -> None:
    ids = declared(client, 15)
    async with AsyncClient(TOKEN, base_url=quick_simulator.base_url) as other:
        async with contextlib.aclosing(other.interactions.wait_all([*ids, "x"])) as many:
            # The next polls are begun by now, and did not run yet.
            assert (await anext(many)).id

        assert asyncio.all_tasks() == {asyncio.current_task()}


def test_time_that_is_up_ends_a_wait_for_many(client: Client) -> None:
    ids = [
        client.interactions.declare(
            AudioInteraction(language_tag="en-us", original_file_name="never-sent.wav")
        ).interaction_identifier
        for _ in range(2)
    ]

    ended = list(client.interactions.wait_all(ids, poll=0.02, timeout=0.1))

    assert [type(one.error) for one in ended] == [DeadlineExceededError] * 2
    assert not any(isinstance(one.error, WaitFailedError) for one in ended)


def lost_by(client: Client) -> OutcomeUnknownError:
    lost = LostQuestion(
        operation="gen_ai.ask",
        resource=NOWHERE,
        question="Why?",
        lost_at=0.0,
        reservation="1",
        account=client._runtime.account,
    )
    return OutcomeUnknownError("lost", operation="gen_ai.ask", lost=lost)


SENSELESS: list[Any] = [0, -1, math.nan, math.inf, "5", True, 1e10]


@pytest.mark.parametrize("seconds", SENSELESS, ids=repr)
def test_a_time_that_makes_no_sense_is_refused_wherever_it_is_given(
    client: Client, seconds: Any
) -> None:
    error = lost_by(client)
    uses = {
        "a call": lambda: client.interactions.status(NOWHERE, timeout=seconds),
        "raw": lambda: client.raw.interactions.status(NOWHERE, timeout=seconds),
        "wait": lambda: client.interactions.wait(NOWHERE, timeout=seconds),
        "wait_all": lambda: client.interactions.wait_all([NOWHERE], timeout=seconds),
        "reconcile": lambda: client.reconcile(error, timeout=seconds),
        "with_options": lambda: client.with_options(timeout=seconds),
        "Client": lambda: Client(TOKEN, timeout=seconds),
    }
    for use in uses.values():
        with pytest.raises(ArgumentError, match="the timeout"):
            use()
    for poll in (client.interactions.wait, client.interactions.wait_all):
        with pytest.raises(ArgumentError, match="the poll interval"):
            poll([NOWHERE], poll=seconds)  # type: ignore[operator]


@pytest.mark.parametrize("seconds", [s for s in SENSELESS if s != 0], ids=repr)
def test_patience_that_makes_no_sense_is_refused(client: Client, seconds: Any) -> None:
    error = lost_by(client)

    with pytest.raises(ArgumentError, match="the patience"):
        client.reconcile(error, patience=seconds)


def test_what_has_no_history_cannot_be_reconciled(client: Client) -> None:
    error = OutcomeUnknownError("lost", operation="interactions.declare")

    with pytest.raises(ArgumentError, match=r"interactions\.declare has no history"):
        client.reconcile(error, patience=0)


@pytest.mark.parametrize("given", [None, "lost", ValueError("lost")], ids=repr)
def test_what_was_never_lost_cannot_be_reconciled(client: Client, given: Any) -> None:
    with pytest.raises(ArgumentError, match="needs an OutcomeUnknownError, or an item of"):
        client.reconcile(given)
    with pytest.raises(ArgumentError, match="has no history"):
        client.reconcile(OutcomeUnknownError("x"))


def test_a_kind_that_there_is_not_is_named(client: Client) -> None:
    with pytest.raises(ArgumentError, match="unknown kind 'nope'"):
        client.interactions.wait(NOWHERE, kind="nope")


def test_an_option_that_does_not_exist_names_the_nearest(client: Client) -> None:
    with pytest.raises(TypeError, match="unknown option 'time_out'; did you mean timeout"):
        client.with_options(time_out=5)  # type: ignore[call-arg]
    with pytest.raises(ConfigError, match="unknown retry policy 'standart'; did you mean standard"):
        client.with_options(retry="standart")


def test_one_id_where_many_are_due_is_refused_by_both_clients(
    client: Client, quick_simulator: Simulator
) -> None:
    async def use() -> None:
        async with AsyncClient(TOKEN, base_url=quick_simulator.base_url) as other:
            other.interactions.wait_all(NOWHERE)

    with pytest.raises(ArgumentError, match="a list, not one"):
        client.interactions.wait_all(NOWHERE)
    with pytest.raises(ArgumentError, match="a list, not one"):
        asyncio.run(use())
