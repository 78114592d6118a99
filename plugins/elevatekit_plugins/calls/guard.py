"""The quota guard of one call: counts a question before it is sent, and settles it afterwards."""

from __future__ import annotations

from typing import Any

from elevatekit_plugins.calls.job import Job, Runtime
from elevatekit_plugins.calls.outcome import is_unknown
from elevatekit_plugins.calls.quota import Outcome, Spent
from elevatekit_plugins.calls.telling import Told
from elevatekit_plugins.errors import QuotaExceededError
from elevatekit_plugins.messages import Attempt


class QuotaGuard:
    """Does nothing for an operation without a quota."""

    __slots__ = (
        "_asked", "_ledger", "_operation", "_question", "_quota", "_resource", "_sending", "_told",
    )  # fmt: skip

    def __init__(self, job: Job[Any], runtime: Runtime, told: Told) -> None:
        self._operation, self._quota = job.operation, job.operation.quota
        self._resource, self._question = job.resource or "", job.question
        self._ledger, self._asked, self._told = runtime.ledger, runtime.asked, told
        self._sending = False

    @property
    def spent(self) -> Spent | None:
        """What is spent of the budget; None where there is none."""
        if self._quota is None:
            return None
        return self._ledger.spent(self._operation.id, self._resource)

    def reserve(self) -> None:
        """Count one as unknown, before it is sent.

        Raises:
            QuotaExceededError: the budget is spent. Nothing is sent.
        """
        quota, self._sending = self._quota, False
        if quota is None or self._ledger.reserve(self._operation.id, self._resource, quota):
            return
        spent = self._ledger.spent(self._operation.id, self._resource)
        history = f"; read them with {quota.history}" if quota.history else ""
        raise QuotaExceededError(
            f"operation {self._operation.id}: the budget of {self._resource} is spent:"
            f" {spent.successes} of {quota.successes} successes, {spent.errors} of {quota.errors}"
            f" errors, {spent.unknown} unknown{history}",
            operation=self._operation.id,
        )

    def sending(self) -> None:
        """From now on the server may see the request."""
        self._sending = True

    def leave(self) -> None:
        """The call is given up. What was never sent costs nothing; what was stays unknown."""
        if self._quota is not None and not self._sending:
            self._ledger.settle(self._operation.id, self._resource, "free")

    def settle(self, attempt: Attempt) -> None:
        """Write down what became of it."""
        quota = self._quota
        if quota is None:
            return
        kind: Outcome
        if not attempt.sent or attempt.status in quota.free:
            kind = "free"
        elif is_unknown(self._operation, attempt):
            kind = "unknown"
        else:
            kind = "success" if attempt.status is not None and attempt.status < 300 else "error"
        spent = self._ledger.settle(self._operation.id, self._resource, kind)
        if self._question is not None and kind in ("success", "error"):
            self._asked.note(self._operation.id, self._resource, self._question, kind)
        if kind != "free":
            self._told.quota_spent(quota, self._resource, kind, spent)
