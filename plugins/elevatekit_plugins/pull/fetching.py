"""The steps of an interaction: each makes one request, keeps what came, and says what is next.

An error that concerns one request becomes a reject. One that concerns all of them (no server, a
refused token) is raised, and leaves the interaction as it was, so that the step can run again.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, Literal

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.roles import row_value, walk
from elevatekit_plugins.calls.waiter import interval
from elevatekit_plugins.pull.asking import Asking
from elevatekit_plugins.pull.declaring import Declaring
from elevatekit_plugins.pull.plan import Plan
from elevatekit_plugins.pull.recording import Recorder, payload_of
from elevatekit_plugins.pull.work import Step, Work

PATIENCE: Final = 6 * 3600.0
"""Seconds that a run waits for one interaction, before it goes on without it."""


class Fetching:
    """Makes the steps of interactions, from the first to the last.

    Args:
        poll: seconds between two looks at a state; None for what the spec says.
    """

    def __init__(self, plan: Plan, recorder: Recorder, poll: float | None) -> None:
        self._plan = plan
        self._recorder = recorder
        self._poll = poll
        self._asking = Asking(plan, recorder, self._interval)
        self._declaring = Declaring(
            plan, recorder, partial(self._from_accepted, fresh=True), self._interval
        )

    def first(self, work: Work) -> list[Step]:
        """The steps with which an interaction begins, or goes on after an earlier run."""
        if work.stage in ("accepted", "failed"):
            return self._from_accepted(work)
        return self._declaring.first(work)

    def last(self) -> dict[int, list[Step]]:
        """What is looked at once more when all else is done, by the position of its interaction."""
        return self._asking.take_unsettled()

    def _from_accepted(self, work: Work, *, fresh: bool = False) -> list[Step]:
        """What is missing of an interaction of which the server has all since now, or before."""
        parameters = self._plan.parameters
        steps: list[Step] = []
        if self._is_due(work, "fetch", parameters):
            steps.append(Step(work, partial(self._fetch_parameters, work)))
        if work.type is None:
            return steps  # everything else depends on the type, which the parameters tell
        return steps + self._from_typed(work, fresh=fresh)

    def _from_typed(self, work: Work, *, fresh: bool = False) -> list[Step]:
        state, waited = self._plan.state, self._plan.is_waited_for(work.type)
        steps: list[Step] = []
        if self._is_due(work, "wait", state):
            delay = self._interval(work) if fresh and waited else 0.0
            steps.append(Step(work, partial(self._read_state, work), delay))
        if not waited or state.id in work.fetched:
            steps += self._from_readable(work)
        return steps

    def _from_readable(self, work: Work) -> list[Step]:
        if work.stage == "failed":
            return []
        return [
            Step(work, partial(self._fetch_result, work, operation))
            for operation in self._plan.results_of(work.type)
            if self._is_due(work, "fetch", operation)
        ] + self._asking.first(work)

    def _read_state(self, work: Work) -> list[Step]:
        state, waiter = self._plan.state, self._plan.waiter
        response = self._recorder.fetch(work, state, "wait")
        if response is None:
            return []
        payload = payload_of(response)
        reached = walk(payload, (waiter.property,))
        if reached in waiter.done:
            self._recorder.keep(work, state, response, "wait")
            return self._from_readable(work) if self._plan.is_waited_for(work.type) else []
        if reached in waiter.failed:
            said = walk(payload, (waiter.message,)) if waiter.message else None
            self._recorder.keep(work, state, response, "wait")
            self._recorder.set_stage(work, "failed")
            self._recorder.reject_because(
                work, "wait", state, "WaitFailedError", f"{reached}: {said or 'no reason given'}"
            )
            return []
        now = self._recorder.now()
        work.waiting_since = now if work.waiting_since is None else work.waiting_since
        if now - work.waiting_since > PATIENCE:
            self._recorder.reject_because(
                work,
                "wait",
                state,
                "DeadlineExceededError",
                f"still {reached} after {PATIENCE / 3600:g} hours; run again to keep waiting",
                retryable=True,
            )
            return []
        return [Step(work, partial(self._read_state, work), self._interval(work))]

    def _fetch_parameters(self, work: Work) -> list[Step]:
        parameters, position = self._plan.parameters, work.position
        response = self._recorder.fetch(work, parameters, "fetch")
        if response is None:
            return []
        type = row_value(parameters, payload_of(response), "type")
        if work.type is None and not isinstance(type, str):
            self._recorder.reject_because(
                work,
                "fetch",
                parameters,
                "DriftError",
                "the response does not contain the type of the interaction",
            )
            return []
        self._recorder.keep(work, parameters, response, "fetch")
        if work.type is not None:
            return []
        work.type = type
        self._recorder.writer.put(lambda tables: tables.interactions.set_type(position, type))
        return self._from_typed(work)

    def _fetch_result(self, work: Work, operation: Operation[Any]) -> list[Step]:
        response = self._recorder.fetch(work, operation, "fetch")
        if response is not None:
            self._recorder.keep(work, operation, response, "fetch")
        return []

    def _is_due(
        self, work: Work, stage: Literal["wait", "fetch"], operation: Operation[Any]
    ) -> bool:
        """Whether something is neither there nor rejected for good."""
        return operation.id not in work.fetched and (stage, operation.id, "") not in work.hopeless

    def _interval(self, work: Work) -> float:
        return interval(self._plan.waiter, work.type) if self._poll is None else self._poll
