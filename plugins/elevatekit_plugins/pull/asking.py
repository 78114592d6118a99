"""Questions: one after another for each interaction, each at most once.

A question is written down before it is sent. One whose answer did not come is never sent again:
what became of it is told by the history that the server keeps. A run looks there after a while, and
once more at its end; later runs do the same, until the question is listed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from elevatekit_plugins.calls import history
from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.errors import ElevateKitError, StatusError
from elevatekit_plugins.journal.rows import Asked, Question
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.pull.plan import Ask, Plan
from elevatekit_plugins.pull.recording import Recorder, concerns_all, is_lost
from elevatekit_plugins.pull.work import Step, Work


class Asking:
    """Makes the steps of the questions of a plan."""

    def __init__(self, plan: Plan, recorder: Recorder, pause: Callable[[Work], float]) -> None:
        self._plan = plan
        self._recorder = recorder
        self._pause = pause
        self._unsettled: dict[int, list[Step]] = {}

    def take_unsettled(self) -> dict[int, list[Step]]:
        """A second look at the history for each question that it did not list, by position."""
        unsettled, self._unsettled = self._unsettled, {}
        return unsettled

    def first(self, work: Work) -> list[Step]:
        """The first question that is due; each is followed by the next."""
        return self._next(work, self._plan.asks)

    def _next(self, work: Work, asks: tuple[Ask, ...]) -> list[Step]:
        for number, ask in enumerate(asks, start=1):
            outcome = work.asked.get((ask.operation.id, ask.question))
            if outcome == "success" or ("ask", ask.operation.id, ask.question) in work.hopeless:
                continue
            step = self._settle if outcome == "asking" else self._ask
            return [Step(work, partial(step, work, ask, asks[number:]))]
        return []

    def _ask(self, work: Work, ask: Ask, rest: tuple[Ask, ...]) -> list[Step]:
        position, operation, text = work.position, ask.operation, ask.question
        self._recorder.writer.run(lambda tables: tables.questions.ask(position, operation.id, text))
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

    def _settle(
        self, work: Work, ask: Ask, rest: tuple[Ask, ...], last: bool = False
    ) -> list[Step]:
        """Find out what became of a question that was sent and not answered."""
        quota = ask.operation.quota
        if quota is None or quota.history is None:
            self._reject_unknown(work, ask, "the API has no history of questions", retryable=False)
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
        if found is not None:
            self._answer(work, ask, found.outcome, source.id, response.body)
        # After the answer: what is still open is what nobody knows.
        self._recorder.writer.put(partial(_correct_budget, work, ask, entries))
        if found is None and not last:
            step = Step(work, partial(self._settle, work, ask, (), last=True), self._pause(work))
            self._unsettled.setdefault(work.position, []).append(step)
        elif found is None:
            self._reject_unknown(
                work,
                ask,
                "not in the history yet; the next run checks again and does not ask again",
            )
        elif found.outcome == "error":
            self._recorder.reject_because(
                work,
                "ask",
                ask.operation,
                "AskFailed",
                found.failure or "the history gives no reason",
                question=ask.question,
            )
        return self._next(work, rest)

    def _answer(self, work: Work, ask: Ask, outcome: Asked, source: str, body: bytes) -> None:
        position, operation = work.position, ask.operation.id
        answer = Question(operation, ask.question, outcome, source, body)
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


def _correct_budget(work: Work, ask: Ask, entries: list[history.Entry], tables: Tables) -> None:
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
            unknown=open,
        ),
    )
