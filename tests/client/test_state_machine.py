"""Client and simulator against a model that a page can hold: quota, status and concurrency.

Hypothesis makes up the steps, and shortens what fails. `make state-machine` runs 500 of 30 steps.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from elevatekit import (
    AudioInteraction,
    Chat,
    ChatInteraction,
    ChatMessage,
    NotFoundError,
    Participant,
)
from elevatekit.operations import API
from elevatekit_plugins.api import Quota
from elevatekit_plugins.calls.group import shared_group
from elevatekit_plugins.calls.quota import MemoryLedger, Spent
from elevatekit_plugins.errors import OutcomeUnknownError, QuotaExceededError, StatusError
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator

RUNS = int(os.environ.get("ELEVATEKIT_RUNS", "12"))
STEPS = 30
GROUP, LIMIT = "gen_ai", 10
ASKS = ("gen_ai.cx.ask", "gen_ai.ask")
QUOTA: Quota = API.operation(ASKS[0]).quota  # type: ignore[assignment]
AUDIO = AudioInteraction(language_tag="en-us", download_uri="https://example.com/a.wav")
CHAT = ChatInteraction(
    language_tag="en-us",
    chat=Chat(
        participants=[Participant(participant_id="1", name="Ana", role="customer")],
        messages=[
            ChatMessage(
                participant_id="1", timestamp="2026-01-01T10:00:00Z", content="My money back!"
            )
        ],
    ),
)
PROCESSED = 3600.0
"""Simulated seconds after which any audio is processed."""


NOTHING = Spent()


@dataclass
class Budget:
    """What one budget should be: what the server counted, and what this side knows."""

    server: Spent = NOTHING
    known: Spent = NOTHING

    def counted(self, outcome: str, *, seen: bool) -> None:
        """The server counted one more, and this side saw its outcome, or did not."""
        if outcome == "success":
            self.server = Spent(self.server.successes + 1, self.server.errors)
        elif outcome == "error":
            self.server = Spent(self.server.successes, self.server.errors + 1)
        successes, errors, unknown = self.known.successes, self.known.errors, self.known.unknown
        if not seen:
            self.known = Spent(successes, errors, unknown + 1)
        elif outcome == "success":
            self.known = Spent(successes + 1, errors, unknown)
        elif outcome == "error":
            self.known = Spent(successes, errors + 1, unknown)


@dataclass(frozen=True)
class Lost:
    """A question whose answer did not come."""

    operation: str
    id: str
    error: OutcomeUnknownError
    outcome: str
    """What became of it at the server: success, error, or nothing."""


@dataclass
class Interaction:
    """What the model knows of one."""

    id: str
    since: float
    """When it was declared, in simulated seconds."""
    slow: bool
    deleted: bool = False
    budgets: dict[str, Budget] = field(default_factory=lambda: {ask: Budget() for ask in ASKS})


class Calls(RuleBasedStateMachine):
    """Each rule makes calls as a user would, and says what they have to come to."""

    interactions: Bundle[Interaction] = Bundle("interactions")
    questions: Bundle[Lost] = Bundle("questions")
    numbers = itertools.count(1)

    def __init__(self, simulator: Simulator, lossy: Any) -> None:
        super().__init__()
        self.simulator, self.lossy = simulator, lossy
        self.token = f"00000000-0000-4000-8000-{next(self.numbers):012}"
        self.plan: list[str] = []
        self.line = lossy.LossyLine(simulator.base_url, self.loss)
        ledger = MemoryLedger()
        self.askers = [
            lossy.Asker(self.line, self.token, ledger, asynchronous=asynchronous)
            for asynchronous in (False, True)
        ]
        self.ledger = ledger
        self.asked = itertools.count(1)
        self.now = 0.0
        self.all: list[Interaction] = []

    def loss(self, request: Any) -> Any:
        return self.plan.pop(0) if self.plan else "none"

    @initialize(target=interactions)
    def begin(self) -> Interaction:
        self.simulator.reset()
        return self.declare(slow=False, who=0)

    @rule(target=interactions, slow=st.booleans(), who=st.integers(0, 1))
    def declare(self, slow: bool, who: int) -> Interaction:
        asker = self.askers[who]
        declared = asker.done(asker.client.interactions.declare(AUDIO if slow else CHAT))
        one = Interaction(declared.interaction_identifier, self.now, slow)
        self.all.append(one)
        return one

    @rule(seconds=st.sampled_from([1.0, 60.0, PROCESSED]))
    def time_passes(self, seconds: float) -> None:
        self.simulator.clock.advance(seconds)
        self.now += seconds

    @rule(one=interactions, who=st.integers(0, 1), loss=st.sampled_from(["none", "answer"]))
    def look_at_the_status(self, one: Interaction, who: int, loss: str) -> None:
        self.plan = [loss]
        asker = self.askers[who]
        status = asker.done(asker.client.interactions.status(one.id)).status
        if not one.slow or self.now - one.since >= PROCESSED:
            assert status == "processed"
        elif self.now == one.since:
            assert status != "processed"

    @rule(one=interactions, who=st.integers(0, 1))
    def wait_for_it(self, one: Interaction, who: int) -> None:
        if one.slow and self.now - one.since < PROCESSED:
            self.time_passes(PROCESSED)
        asker = self.askers[who]
        assert asker.done(asker.client.interactions.wait(one.id, poll=0.001)).status == "processed"

    @rule(
        target=questions,
        one=interactions,
        who=st.integers(0, 1),
        operation=st.sampled_from(ASKS),
        loss=st.sampled_from(["none", "request, surely", "request", "answer", "503 for an answer"]),
        status=st.sampled_from([None, None, 404, 408, 429, 500]),
    )
    def ask(self, one: Interaction, who: int, operation: str, loss: str, status: int | None) -> Any:
        if one.slow and self.now - one.since < PROCESSED:
            self.time_passes(PROCESSED)
        budget, asker = one.budgets[operation], self.askers[who]
        question = f"Question {next(self.asked)}?"
        if not budget.known.allows(QUOTA):
            self.line.sent.clear()
            with pytest.raises(QuotaExceededError):
                asker.ask(operation, one.id, question)
            assert self.line.sent == []
            return multiple()
        self.plan = [loss]
        if status is not None:
            self.simulator.faults.set([Fault(operation=operation, status=status)])
        try:
            return self._asked(one, asker, operation, question, loss, status)
        finally:
            self.simulator.faults.set(())

    def _asked(
        self, one: Interaction, asker: Any, operation: str, question: str, loss: str, status: Any
    ) -> Any:
        budget = one.budgets[operation]
        outcome = {None: "success", 429: "nothing"}.get(status, "error")
        if loss == "request":
            outcome = "nothing"
        arrives = loss in ("none", "request, surely")
        if not arrives or status == 500:
            with pytest.raises(OutcomeUnknownError) as caught:
                asker.ask(operation, one.id, question)
            budget.counted(outcome, seen=False)
            return Lost(operation, one.id, caught.value, outcome)
        if outcome != "nothing":
            budget.counted(outcome, seen=True)
        again = status == 429 or (status == 408 and self._two_errors_are_left(budget))
        if status is None or again:
            assert asker.ask(operation, one.id, question).answer
            if again:
                budget.counted("success", seen=True)
        else:
            with pytest.raises(StatusError) as refused:
                asker.ask(operation, one.id, question)
            assert refused.value.status == status
        return multiple()

    def _two_errors_are_left(self, budget: Budget) -> bool:
        return QUOTA.errors - budget.known.errors - budget.known.unknown >= 2

    @rule(lost=consumes(questions), who=st.integers(0, 1))
    def reconcile(self, lost: Lost, who: int) -> None:
        asker = self.askers[who]
        one = next(one for one in self.all if one.id == lost.id)
        if one.deleted:
            with pytest.raises(NotFoundError):
                asker.done(asker.client.reconcile(lost.error, patience=0))
            return
        settlement = asker.done(asker.client.reconcile(lost.error, patience=0))
        budget = one.budgets[lost.operation]
        known = budget.known
        assert settlement.asked == (lost.outcome != "nothing")
        assert (settlement.answer is not None) == (lost.outcome == "success")
        budget.known = Spent(
            known.successes + (lost.outcome == "success"),
            known.errors + (lost.outcome == "error"),
            known.unknown - 1,
        )

    @rule(one=interactions, threads=st.integers(2, 25))
    def many_read_at_once(self, one: Interaction, threads: int) -> None:
        if one.slow and self.now - one.since < PROCESSED:
            self.time_passes(PROCESSED)
        read = self.askers[0].client.raw.gen_ai.cx.summary
        with ThreadPoolExecutor(threads) as pool:
            answers = list(pool.map(lambda _: read(one.id), range(threads)))
        assert [answer.status for answer in answers] == [200] * threads

    @rule(one=interactions)
    def many_are_cancelled(self, one: Interaction) -> None:
        client = self.askers[1].client

        async def cancelled() -> None:
            tasks = [asyncio.create_task(client.gen_ai.summary(one.id)) for _ in range(15)]
            await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run(cancelled())

    @rule(one=consumes(interactions), who=st.integers(0, 1))
    def delete(self, one: Interaction, who: int) -> None:
        asker = self.askers[who]
        asker.done(asker.client.interactions.delete(one.id))
        one.deleted = True
        with pytest.raises(NotFoundError):
            asker.done(asker.client.interactions.status(one.id))

    @invariant()
    def the_budgets_are_what_the_model_says(self) -> None:
        for operation in ASKS:
            counted = self.simulator.ledger.asked.get(operation)
            theirs = (counted.successes, counted.errors) if counted else (0, 0)
            budgets = [one.budgets[operation] for one in self.all]
            assert theirs == (
                sum(budget.server.successes for budget in budgets),
                sum(budget.server.errors for budget in budgets),
            )
            for one in self.all:
                assert self.ledger.spent(operation, one.id) == one.budgets[operation].known

    @invariant()
    def no_slot_is_out_and_no_request_was_one_too_many(self) -> None:
        group = shared_group(self.simulator.base_url, self.token, GROUP, LIMIT)
        assert group.slots.taken == 0
        assert self.simulator.ledger.refused[GROUP] == 0
        assert self.simulator.ledger.most_in_flight[GROUP] <= LIMIT
        assert self.simulator.ledger.violations == []

    def teardown(self) -> None:
        for asker in self.askers:
            asker.close()


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(API, self_check=True) as simulator:
        yield simulator


def test_client_and_simulator_do_what_the_model_says(simulator: Simulator, lossy: Any) -> None:
    run_state_machine_as_test(
        lambda: Calls(simulator, lossy),
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=RUNS <= 12,
        ),
    )
