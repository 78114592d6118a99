"""Declaring and uploading: what must not be done twice is written down before it is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from elevatekit_plugins.calls.arguments import check_argument
from elevatekit_plugins.errors import ArgumentError, ElevateKitError, StatusError
from elevatekit_plugins.journal.rows import Stage
from elevatekit_plugins.pull.plan import Plan
from elevatekit_plugins.pull.recording import Recorder, concerns_all, is_lost, payload_of
from elevatekit_plugins.pull.roles import walk
from elevatekit_plugins.pull.work import Step, Work


class Declaring:
    """Makes the steps until the server has all of an interaction.

    Args:
        accepted: the steps of an interaction of which the server has everything since now.
    """

    def __init__(
        self, plan: Plan, recorder: Recorder, accepted: Callable[[Work], list[Step]]
    ) -> None:
        self._plan = plan
        self._recorder = recorder
        self._accepted = accepted

    def first(self, work: Work) -> list[Step]:
        """The step that an interaction is due for."""
        match work.stage:
            case "registered" | "refused" if work.body is not None:
                return [Step(work, partial(self._declare, work))]
            case "declaring":
                self._reject_unknown(work, "the run that declared it ended before an answer came")
                return []
            case "declared" | "uploading" if work.file is not None:
                if ("upload", self._plan.upload.id, "") in work.hopeless:
                    return []
                return [Step(work, partial(self._upload, work))]
            case _:
                return []

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
                self._recorder.set_stage(work, "registered")
                raise
            self._recorder.set_stage(work, "refused")
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
        self._recorder.clear(work, "declare", declare)
        return self._accepted(work) if work.file is None else self.first(work)

    def _reject_unknown(self, work: Work, why: str) -> None:
        self._recorder.set_stage(work, "unknown")
        self._recorder.reject_because(
            work,
            "declare",
            self._plan.declare,
            "OutcomeUnknownError",
            f"unknown: {why}; it is not declared again, because that could make it twice",
        )

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
            refused_again = before == "uploading" and isinstance(error, StatusError)
            if concerns_all(error) or not (is_lost(error) or refused_again):
                self._recorder.set_stage(work, before)
                if concerns_all(error):
                    raise
                self._recorder.reject(work, "upload", upload, error)
                return []
        self._recorder.set_stage(work, "accepted")
        self._recorder.clear(work, "upload", upload)
        return self._accepted(work)
