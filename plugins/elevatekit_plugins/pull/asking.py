"""Questions: one after another for each interaction, each at most once.

A question is written down before it is sent. What became of one whose answer did not come is told
by the history that the server keeps. It is not sent again while it may still be answered: only when
the time that an answer may take has passed, and the server still knows nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.errors import ElevateKitError, StatusError
from elevatekit_plugins.journal.rows import Asked, Question
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.pull import history
from elevatekit_plugins.pull.plan import Ask, Plan
from elevatekit_plugins.pull.recording import Recorder, concerns_all, is_lost
from elevatekit_plugins.pull.work import Step, Work


class Asking:
    """Makes the steps of the questions of a plan."""

    def __init__(self, plan: Plan, recorder: Recorder, pause: Callable[[Work], float]) -> None:
        self._plan = plan
        self._recorder = recorder
        self._pause = pause

    def first(self, work: Work) -> list[Step]:
        """The first question that is due; each is followed by the next."""
        return self._next(work, self._plan.asks)

    def _next(self, work: Work, asks: tuple[Ask, ...]) -> list[Step]:
        for number, ask in enumerate(asks, start=1):
            outcome = work.asked.get((ask.operation.id, ask.question))
            rest = asks[number:]
            if outcome == "asking":
                return [Step(work, partial(self._settle, work, ask, rest))]
            hopeless = ("ask", ask.operation.id, ask.question) in work.hopeless
            if outcome != "success" and not hopeless:
                return [Step(work, partial(self._ask, work, ask, rest))]
        return []

    def _ask(self, work: Work, ask: Ask, rest: tuple[Ask, ...]) -> list[Step]:
        position, operation, text = work.position, ask.operation, ask.question
        self._recorder.writer.run(
            lambda tables: tables.questions.ask(position, operation.id, text, self._recorder.now())
        )
        try:
            response = self._recorder.send(work, operation, ask.body)
        except ElevateKitError as error:
            if is_lost(error):
                return [Step(work, partial(self._settle, work, ask, rest), self._pause(work))]
            if isinstance(error, StatusError) and not concerns_all(error):
                self._answer(work, ask, "error", operation.id, error.body)
            else:
                self._recorder.writer.put(
                    lambda tables: tables.questions.take_back(position, operation.id, text)
                )
                if concerns_all(error):
                    raise
            self._recorder.reject(work, "ask", operation, error, question=text)
            return self._next(work, rest)
        self._answer(work, ask, "success", operation.id, response.body)
        return self._next(work, rest)

    def _settle(self, work: Work, ask: Ask, rest: tuple[Ask, ...]) -> list[Step]:
        """Find out what became of a question that was sent and not answered."""
        quota = ask.operation.quota
        if quota is None or quota.history is None:
            self._reject_unknown(
                work, ask, "the API keeps no history of questions", retryable=False
            )
            return self._next(work, rest)
        source = self._recorder.api.operation(quota.history)
        try:
            response = self._recorder.send(work, source)
        except ElevateKitError as error:
            if concerns_all(error):
                raise
            self._reject_unknown(work, ask, f"the history cannot be read: {error}")
            return self._next(work, rest)
        entries = history.read(source, response.body)
        found = history.find(entries, ask.question)
        lapsed = found is None and self._is_lapsed(work, ask)
        settled = lapsed or found is not None
        self._recorder.writer.put(partial(_correct_budget, work, ask, entries, settled))
        if lapsed:
            return [Step(work, partial(self._ask, work, ask, rest))]
        if found is None:
            self._reject_unknown(work, ask, "sent, and not in the history yet; run again later")
            return self._next(work, rest)
        self._answer(work, ask, found.outcome, source.id, response.body)
        if found.outcome == "error":
            self._recorder.reject_because(
                work,
                "ask",
                ask.operation,
                "AskFailed",
                found.failure or "the history tells no reason",
                question=ask.question,
            )
        return self._next(work, rest)

    def _is_lapsed(self, work: Work, ask: Ask) -> bool:
        """Whether a question was sent so long ago that no answer can be under way any more."""
        position, operation = work.position, ask.operation
        asked_at = self._recorder.writer.run(
            lambda tables: tables.questions.asked_at(position, operation.id, ask.question)
        )
        return self._recorder.now() - asked_at > operation.retry.deadline

    def _answer(self, work: Work, ask: Ask, outcome: Asked, source: str, body: bytes) -> None:
        position, operation = work.position, ask.operation.id
        answer = Question(operation, ask.question, outcome, source, body)
        work.asked[operation, ask.question] = outcome
        self._recorder.writer.put(lambda tables: tables.questions.answer(position, answer))
        self._recorder.clear(work, "ask", ask.operation, ask.question)

    def _reject_unknown(self, work: Work, ask: Ask, why: str, *, retryable: bool = True) -> None:
        self._recorder.reject_because(
            work,
            "ask",
            ask.operation,
            "OutcomeUnknownError",
            f"unknown: {why}",
            retryable=retryable,
            question=ask.question,
        )


def _correct_budget(
    work: Work, ask: Ask, entries: list[history.Asked], settled: bool, tables: Tables
) -> None:
    """The server counts what it lists; a question whose outcome nobody knows stays counted, too."""
    assert work.id is not None  # it has been asked
    operation = ask.operation.id
    open = sum(
        question.operation == operation and question.outcome == "asking"
        for question in tables.questions.of(work.position)
    )
    spent = tables.budgets.get(operation, work.id)
    successes = sum(entry.outcome == "success" for entry in entries)
    tables.budgets.set(
        operation,
        work.id,
        Spent(
            successes=max(spent.successes, successes),
            errors=max(spent.errors, len(entries) - successes),
            unknown=open - settled,
        ),
    )
