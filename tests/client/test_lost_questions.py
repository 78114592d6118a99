"""Questions whose answers are lost: what this side counts holds against the simulator's ledger.

Each run asks one interaction until its budget is spent, over a line that loses requests, answers
and both, by the seed of the run. `make lost-questions` makes a thousand of them.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from elevatekit import AudioInteraction, Client
from elevatekit.operations import API
from elevatekit_plugins.api import Body, Parameter
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import (
    ConfigError,
    OutcomeUnknownError,
    QuotaExceededError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.messages import Request, Settlement
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

RUNS = int(os.environ.get("ELEVATEKIT_RUNS", "40"))
CHUNKS = 4
AUDIO = AudioInteraction(language_tag="en-us", download_uri="https://example.com/a.wav")
OPERATIONS = ("gen_ai.cx.ask", "gen_ai.ask")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(API) as simulator:
        yield simulator


def prepared(simulator: Simulator) -> str:
    simulator.reset()
    with Client(TOKEN, base_url=simulator.base_url) as client:
        declared = client.interactions.declare(AUDIO)
    simulator.clock.advance(3600)
    return declared.interaction_identifier


def served_faults(random: Random, operation: str) -> list[Fault]:
    """Errors that the server itself answers with: it counts them, whatever this side sees."""
    faults: list[Fault] = []
    for nth in range(1, 16):
        if random.random() < 0.25:
            status = random.choice([408, 429, 404, 500])
            faults.append(Fault(operation=operation, nth=nth, status=status))
    return faults


def asker_over(
    simulator: Simulator, lossy: Any, choose: Callable[[], str], *, asynchronous: bool = False
) -> Any:
    """Somebody who asks over a line of which `choose` says what it loses; only questions are."""
    line = lossy.LossyLine(simulator.base_url, lambda r: choose() if r.method == "POST" else "none")
    return lossy.Asker(line, TOKEN, MemoryLedger(), asynchronous=asynchronous)


def run(simulator: Simulator, lossy: Any, seed: int) -> None:
    random = Random(seed)
    operation = random.choice(OPERATIONS)
    id = prepared(simulator)
    simulator.faults.set(served_faults(random, operation))
    losses = ["none", "none", *lossy.LOSSES]
    asker = asker_over(simulator, lossy, lambda: random.choice(losses), asynchronous=bool(seed % 2))
    held, unknown = 0, list[OutcomeUnknownError]()
    questions = ["Who called?", "Why?", "Was a refund offered?"]
    try:
        for _ in range(12):
            try:
                assert asker.ask(operation, id, random.choice(questions)).answer
                held += 1
            except OutcomeUnknownError as error:
                unknown.append(error)
            except QuotaExceededError:
                break
            except (StatusError, TransportError):
                pass
            check(simulator, asker, operation, id, held, len(unknown))
            if unknown and random.random() < 0.2:
                held += settled(asker, unknown.pop(random.randrange(len(unknown))))
                check(simulator, asker, operation, id, held, len(unknown))
        held += sum(settled(asker, error) for error in unknown)
        check(simulator, asker, operation, id, held, 0)
    finally:
        asker.close()


def settled(asker: Any, error: OutcomeUnknownError) -> bool:
    """Whether an answer was held after all."""
    settlement = asker.reconcile(error)
    assert settlement is asker.reconcile(error), "it is settled once"
    assert settlement.asked or (settlement.answer is None and settlement.failure is None)
    return settlement.answer is not None


def check(
    simulator: Simulator, asker: Any, operation: str, id: str, held: int, unknown: int
) -> None:
    """answers held ≤ the server's count ≤ answers held + unknown ones; so for errors."""
    counted = simulator.ledger.asked.get(operation)
    successes, errors = (counted.successes, counted.errors) if counted else (0, 0)
    spent = asker.ledger.spent(operation, id)
    assert spent.unknown == unknown
    assert spent.successes == held
    assert held <= successes <= held + unknown
    assert spent.errors <= errors <= spent.errors + unknown
    assert successes <= 5
    assert errors <= 5


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_is_counted_here_brackets_what_the_server_counted_and_meets_it_in_the_end(
    simulator: Simulator, lossy: Any, chunk: int
) -> None:
    for seed in range(chunk, RUNS, CHUNKS):
        try:
            run(simulator, lossy, seed)
        except Exception as error:
            error.add_note(f"in the run with seed {seed}")
            raise


@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_answer_that_was_lost_is_found_in_the_history(
    simulator: Simulator, lossy: Any, asynchronous: bool
) -> None:
    id = prepared(simulator)
    asker = asker_over(simulator, lossy, lambda: "answer", asynchronous=asynchronous)
    with pytest.raises(OutcomeUnknownError, match=r"counts as spent until \.reconcile") as caught:
        asker.ask(OPERATIONS[0], id, "Who called?")

    settlement = asker.reconcile(caught.value)
    asker.close()

    assert settlement.asked
    assert settlement.question == "Who called?"
    assert isinstance(settlement.answer, str)


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_question_that_never_arrived_is_returned_to_the_budget(
    simulator: Simulator, lossy: Any, asynchronous: bool
) -> None:
    id = prepared(simulator)
    asker = asker_over(simulator, lossy, lambda: "request", asynchronous=asynchronous)
    with pytest.raises(OutcomeUnknownError) as caught:
        asker.ask(OPERATIONS[0], id, "Who called?")

    assert asker.ledger.spent(OPERATIONS[0], id).unknown == 1
    assert not asker.reconcile(caught.value).asked
    assert asker.ledger.spent(OPERATIONS[0], id).unknown == 0
    asker.close()


def test_the_same_question_asked_twice_is_not_taken_for_one(
    simulator: Simulator, lossy: Any
) -> None:
    id = prepared(simulator)
    losses = iter(["none", "request"])
    asker = asker_over(simulator, lossy, lambda: next(losses))
    asker.ask(OPERATIONS[0], id, "Who called?")
    with pytest.raises(OutcomeUnknownError) as caught:
        asker.ask(OPERATIONS[0], id, "Who called?")

    assert not asker.reconcile(caught.value).asked
    asker.close()


def test_an_error_that_left_its_client_is_settled_by_another(
    simulator: Simulator, lossy: Any
) -> None:
    id = prepared(simulator)
    asker = asker_over(simulator, lossy, lambda: "answer")
    with pytest.raises(OutcomeUnknownError) as caught:
        asker.ask(OPERATIONS[0], id, "Who called?")
    asker.close()
    arrived: OutcomeUnknownError = pickle.loads(pickle.dumps(caught.value))

    with pytest.raises(ConfigError, match=r"use client\.reconcile\(error\)"):
        arrived.reconcile()
    with Client(TOKEN, base_url=simulator.base_url, ledger=MemoryLedger()) as client:
        assert client.reconcile(arrived, patience=0).answer is not None


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_question_is_not_settled_by_the_history_of_another_account(
    simulator: Simulator, lossy: Any, asynchronous: bool
) -> None:
    id = prepared(simulator)
    asker = asker_over(simulator, lossy, lambda: "answer", asynchronous=asynchronous)
    with pytest.raises(OutcomeUnknownError) as caught:
        asker.ask(OPERATIONS[0], id, "Who called?")
    other = lossy.Asker(asker.line, TOKEN[:-1] + "0", asker.ledger, asynchronous=asynchronous)
    sent = len(asker.line.sent)

    assert asker.client.unsettled() == [caught.value.lost]
    assert other.client.unsettled() == []
    with pytest.raises(ConfigError, match="another account"):
        other.done(other.client.reconcile(caught.value, patience=0))

    assert len(asker.line.sent) == sent
    assert asker.done(asker.client.reconcile(asker.client.unsettled()[0], patience=0)).asked
    assert asker.client.unsettled() == []
    other.close()
    asker.close()


async def test_the_wrong_word_for_the_client_says_the_right_one() -> None:
    error = OutcomeUnknownError("lost")
    error.came_from(lambda error: Settlement(question="", asked=False))
    with pytest.raises(ConfigError, match=r"use error\.reconcile\(\)"):
        await error.areconcile()

    async def settle(error: OutcomeUnknownError) -> Settlement:
        return Settlement(question="", asked=False)

    other = OutcomeUnknownError("lost")
    other.came_from_async(settle)
    with pytest.raises(ConfigError, match=r"use await error\.areconcile\(\)"):
        other.reconcile()


def test_what_was_asked_is_the_field_that_the_spec_says_whatever_stands_before_it() -> None:
    def sent(request: Request, deadline: float) -> Any:
        raise TransportError("the line broke", sent=True)

    fields = (
        Parameter(name="tone", python="tone", location="body", required=False),
        Parameter(name="text", python="text", location="body", required=True, role="question"),
    )
    asking = structs.replace(
        API.operation("gen_ai.ask"), body=Body(content_type="application/json", fields=fields)
    )
    line = SimpleNamespace(send=sent, close=lambda: None)
    with SyncApiClient(API, TOKEN, transport=line, ledger=MemoryLedger()) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            client.call(
                asking,
                {"interactionIdentifier": "00000000-0000-4000-8000-000000000001"},
                {"tone": "kind", "text": "Was it refunded?"},
            )

        assert caught.value.lost is not None
        assert caught.value.lost.question == "Was it refunded?"
        assert client.unsettled() == [caught.value.lost]
