"""The quota guard of one call: counts a question before it is sent, and settles it afterwards."""

from __future__ import annotations

from typing import Any

from elevatekit_plugins.calls.events import CallEvents
from elevatekit_plugins.calls.job import Job, Runtime
from elevatekit_plugins.calls.outcome import is_unknown
from elevatekit_plugins.calls.quota import Outcome, Reservation, Spent
from elevatekit_plugins.errors import QuotaExceededError
from elevatekit_plugins.messages import Attempt, LostQuestion


class QuotaGuard:
    """Reserves a unit of the budget before a request is sent, and settles it by the outcome.

    It also knows whether a request without a response may have been executed. For an operation
    without a quota, it does only that.
    """

    __slots__ = ("_events", "_job", "_quota", "_reservation", "_runtime", "_sending", "lost")

    def __init__(self, job: Job[Any], runtime: Runtime, events: CallEvents) -> None:
        self._job, self._runtime, self._events = job, runtime, events
        self._quota = job.operation.quota
        self._reservation: Reservation | None = None
        self._sending = False
        self.lost: LostQuestion | None = None
        """The question whose answer did not come, where the API keeps a history of it."""

    @property
    def spent(self) -> Spent | None:
        """What is spent of the budget; None where there is none."""
        if self._quota is None:
            return None
        return self._runtime.ledger.spent(self._job.operation.id, self._job.resource or "")

    def reserve(self) -> None:
        """Reserve a unit of the budget. It counts as unknown until it is settled.

        Raises:
            QuotaExceededError: the budget is spent. Nothing is sent.
        """
        self._sending, quota = False, self._quota
        if quota is None:
            return
        operation, resource = self._job.operation.id, self._job.resource or ""
        self._reservation = Reservation(operation, resource)
        if self._runtime.ledger.reserve(self._reservation, quota):
            return
        spent = self._runtime.ledger.spent(operation, resource)
        history = f"; read the answers with {quota.history}" if quota.history else ""
        raise QuotaExceededError(
            f"operation {operation}: the quota of {resource} is used up:"
            f" {spent.successes} of {quota.successes} successes, {spent.errors} of {quota.errors}"
            f" errors, {spent.unknown} unknown{history}",
            operation=operation,
        )

    def sending(self) -> None:
        """From now on the server may see the request."""
        self._sending = True

    def answered(self, status: int) -> None:
        """A response came. A status that the quota does not count means: nothing was executed."""
        quota = self._quota
        self._sending = status >= 500 if quota is None else status not in quota.free

    def leave(self) -> bool:
        """Settle an attempt that was given up: free if it was never sent, else unknown. True if it
        may have been executed."""
        unknown = self._sending and not self._job.operation.retry.safe
        self._settle("unknown" if unknown else "free")
        return unknown

    def settle(self, attempt: Attempt) -> None:
        """Settle the unit by the outcome of its attempt."""
        quota = self._quota
        if quota is None:
            return
        kind: Outcome
        if not attempt.sent or attempt.status in quota.free:
            kind = "free"
        elif is_unknown(self._job.operation, attempt):
            kind = "unknown"
        else:
            kind = "success" if attempt.status is not None and attempt.status < 300 else "error"
        self._settle(kind)

    def _settle(self, kind: Outcome) -> None:
        quota, reservation = self._quota, self._reservation
        if quota is None or reservation is None:
            return
        ledger, question = self._runtime.ledger, self._job.question
        spent = ledger.settle(reservation, kind)
        if kind == "unknown" and question is not None:
            self.lost = LostQuestion(
                operation=reservation.operation,
                resource=reservation.resource,
                question=question,
                lost_at=self._runtime.wall(),
                reservation=reservation.id,
                account=self._runtime.account,
            )
            ledger.asked.lose(self.lost)
        elif kind != "free" and question is not None:
            ledger.asked.note(reservation.operation, reservation.resource, question, kind)
        self._reservation = None
        if kind != "free":
            self._events.quota_spent(quota, reservation.resource, kind, spent)
