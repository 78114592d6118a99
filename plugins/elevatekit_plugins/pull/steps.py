"""The steps of an interaction: each makes one request, keeps what came, and says what is next.

An error that concerns one request becomes a reject. One that concerns all of them (no server, a
refused token) is raised, and leaves the interaction as it was, so that the step can run again.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final, Literal

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.arguments import check_argument
from elevatekit_plugins.calls.waiter import interval
from elevatekit_plugins.errors import ArgumentError, ElevateKitError, StatusError
from elevatekit_plugins.journal.rows import Stage
from elevatekit_plugins.pull.asking import Asking
from elevatekit_plugins.pull.plan import Plan
from elevatekit_plugins.pull.recording import Recorder, concerns_all, is_lost, payload_of
from elevatekit_plugins.pull.roles import row_value, walk
from elevatekit_plugins.pull.work import Step, Work

POLLS: Final = 720
"""How often a state is read in one run, before the pull goes on without it."""


class Steps:
    """Makes the steps of interactions.

    Args:
        poll: seconds between two looks at a state; None for what the spec says.
    """

    def __init__(self, plan: Plan, recorder: Recorder, poll: float | None) -> None:
        self._plan = plan
        self._recorder = recorder
        self._poll = poll
        self._asking = Asking(plan, recorder, self._interval)

    def first(self, work: Work) -> list[Step]:
        """The steps with which an interaction begins, or goes on after an earlier run."""
        match work.stage:
            case "registered" | "refused":
                return [] if work.body is None else [Step(work, partial(self._declare, work))]
            case "declaring":
                self._reject_unknown(work, "the run that declared it ended before an answer came")
                return []
            case "unknown":
                return []
            case "declared" | "uploading":
                return self._from_declared(work)
            case "accepted" | "failed":
                return self._from_accepted(work)

    # -- declare and upload ----------------------------------------------------------------

    def _declare(self, work: Work) -> list[Step]:
        declare, position, type = self._plan.declare, work.position, work.type
        assert type is not None  # a line without one was rejected
        self._recorder.writer.run(lambda tables: tables.interactions.set_declaring(position, type))
        try:
            response = self._recorder.send(work, declare, work.body)
        except ElevateKitError as error:
            if is_lost(error):
                self._reject_unknown(work, str(error))
                return []
            if concerns_all(error):
                self._set_stage(work, "registered")
                raise
            self._set_stage(work, "refused")
            self._recorder.reject(work, "declare", declare, error)
            return []
        try:
            answered = walk(payload_of(response), (self._plan.identifier.name,))
            id = check_argument(self._plan.identifier, answered).lower()
        except ArgumentError as error:
            self._reject_unknown(work, f"the answer tells no usable id: {error}")
            return []
        stage: Stage = "accepted" if work.file is None else "declared"
        work.id, work.stage, work.body = id, stage, None
        # Waited for: an id that is lost belongs to an interaction that nobody can find again.
        self._recorder.writer.run(
            lambda tables: tables.interactions.set_declared(position, id, stage)
        )
        self._clear(work, "declare", declare)
        return (
            self._from_accepted(work, fresh=True)
            if work.file is None
            else self._from_declared(work)
        )

    def _reject_unknown(self, work: Work, why: str) -> None:
        self._set_stage(work, "unknown")
        self._recorder.reject_because(
            work,
            "declare",
            self._plan.declare,
            "OutcomeUnknownError",
            f"unknown: {why}; it is not declared again, because that could make it twice",
        )

    def _from_declared(self, work: Work) -> list[Step]:
        if work.file is None or not self._is_due(work, "upload", self._plan.upload):
            return []
        return [Step(work, partial(self._upload, work))]

    def _upload(self, work: Work) -> list[Step]:
        upload, before, position = self._plan.upload, work.stage, work.position
        work.stage = "uploading"
        self._recorder.writer.run(
            lambda tables: tables.interactions.set_stage(position, "uploading")
        )
        try:
            self._recorder.send(work, upload, work.file)
        except ElevateKitError as error:
            # Where it may have arrived, waiting tells whether it did: a server that has it
            # refuses it now, and processes it all the same.
            if not is_lost(error) and not (
                before == "uploading" and isinstance(error, StatusError)
            ):
                self._set_stage(work, before)
                if concerns_all(error):
                    raise
                self._recorder.reject(work, "upload", upload, error)
                return []
        self._set_stage(work, "accepted")
        self._clear(work, "upload", upload)
        return self._from_accepted(work, fresh=True)

    # -- state, parameters, results --------------------------------------------------------

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
        state, waited = self._plan.state, self._plan.is_waited_for(work.type)
        waiter = state.waiter
        assert waiter is not None  # `make_plan` looked
        response = self._recorder.fetch(work, state, "wait")
        if response is None:
            return []
        payload = payload_of(response)
        reached = walk(payload, (waiter.property,))
        if reached in waiter.done:
            self._recorder.keep(work, state, response, "wait")
            return self._from_readable(work) if waited else []
        if reached in waiter.failed:
            said = walk(payload, (waiter.message,)) if waiter.message else None
            self._recorder.keep(work, state, response, "wait")
            self._set_stage(work, "failed")
            self._recorder.reject_because(
                work, "wait", state, "WaitFailedError", f"{reached}: {said or 'no reason given'}"
            )
            return []
        work.polls += 1
        if work.polls == POLLS:
            self._recorder.reject_because(
                work,
                "wait",
                state,
                "DeadlineExceededError",
                f"still {reached} after {POLLS} polls; run again to wait on",
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
                "the answer does not tell the type of the interaction",
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

    # -- small things ----------------------------------------------------------------------

    def _is_due(
        self, work: Work, stage: Literal["upload", "wait", "fetch"], operation: Operation[Any]
    ) -> bool:
        """Whether something is neither there nor rejected for good."""
        return operation.id not in work.fetched and (stage, operation.id, "") not in work.hopeless

    def _interval(self, work: Work) -> float:
        waiter = self._plan.state.waiter
        assert waiter is not None  # `make_plan` looked
        return interval(waiter, work.type) if self._poll is None else self._poll

    def _set_stage(self, work: Work, stage: Stage) -> None:
        position, work.stage = work.position, stage
        self._recorder.writer.put(lambda tables: tables.interactions.set_stage(position, stage))

    def _clear(self, work: Work, stage: str, operation: Operation[Any]) -> None:
        position = work.position
        self._recorder.writer.put(
            lambda tables: tables.rejects.clear(position, stage, operation.id)
        )
