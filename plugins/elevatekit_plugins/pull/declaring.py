"""Declaring and uploading: what must not be done twice is written down before it is done.

Whether a file arrived whose upload was not answered is told by the state of the interaction, and
not by what the server says to the same file a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from elevatekit_plugins.calls.roles import walk
from elevatekit_plugins.calls.values import check_argument
from elevatekit_plugins.errors import ArgumentError, ElevateKitError
from elevatekit_plugins.journal.rows import Stage
from elevatekit_plugins.pull.plan import Plan
from elevatekit_plugins.pull.recording import Recorder, concerns_all, is_lost, payload_of
from elevatekit_plugins.pull.work import Step, Work


class Declaring:
    """Makes the steps until the server has all of an interaction.

    Args:
        accepted: the steps of an interaction of which the server has everything since now.
        pause: seconds until a state may be looked at.
    """

    def __init__(
        self,
        plan: Plan,
        recorder: Recorder,
        accepted: Callable[[Work], list[Step]],
        pause: Callable[[Work], float],
    ) -> None:
        self._plan = plan
        self._recorder = recorder
        self._accepted = accepted
        self._pause = pause

    def first(self, work: Work) -> list[Step]:
        """The step that an interaction is due for."""
        match work.stage:
            case "registered" | "refused" if work.body is not None:
                return [Step(work, partial(self._declare, work))]
            case "declaring":
                self._reject_unknown(work, "the run that declared it ended before a response came")
                return []
            case "declared" | "uploading" if work.file is not None and not self._is_hopeless(work):
                step = self._upload if work.stage == "declared" else self._find_upload
                return [Step(work, partial(step, work))]
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
            self._reject_unknown(work, f"the response contains no usable id: {error}")
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
            f"unknown: {why}; it is not declared again, because that could create it twice",
        )

    def _is_hopeless(self, work: Work) -> bool:
        upload, state = self._plan.upload.id, self._plan.state.id
        return not work.hopeless.isdisjoint({("upload", upload, ""), ("wait", state, "")})

    def _upload(self, work: Work, again: bool = False) -> list[Step]:
        """Send the file.

        Args:
            again: whether it was sent before, and may have arrived.
        """
        upload, position = self._plan.upload, work.position
        self._recorder.writer.run(
            lambda tables: tables.interactions.set_stage(position, "uploading")
        )
        try:
            self._recorder.send(work, upload, work.file)
        except ElevateKitError as error:
            if concerns_all(error):
                self._recorder.set_stage(work, "uploading" if again else "declared")
                raise
            if again or is_lost(error):
                failed = error if again else None
                return [Step(work, partial(self._find_upload, work, failed), self._pause(work))]
            self._recorder.set_stage(work, "declared")
            self._recorder.reject(work, "upload", upload, error)
            return []
        return self._uploaded(work)

    def _find_upload(self, work: Work, failed: ElevateKitError | None = None) -> list[Step]:
        """Find out whether a file arrived that was sent, and send it again where it did not.

        Args:
            failed: what came of sending it again, where that was done: then it is enough.
        """
        state, waiter = self._plan.state, self._plan.waiter
        response = self._recorder.fetch(work, state, "wait")
        if response is None:
            return []
        if walk(payload_of(response), (waiter.property,)) not in waiter.waiting:
            return self._uploaded(work)
        if failed is None:
            return [Step(work, partial(self._upload, work, again=True))]
        self._recorder.reject(work, "upload", self._plan.upload, failed)
        return []

    def _uploaded(self, work: Work) -> list[Step]:
        self._recorder.set_stage(work, "accepted")
        self._recorder.clear(work, "upload", self._plan.upload)
        return self._accepted(work)
