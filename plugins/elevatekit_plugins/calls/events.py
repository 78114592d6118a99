"""The events and log lines of one call. An event is made only if a plugin listens."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal

from elevatekit_plugins.api import Operation, Quota
from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.hooks.events import (
    AttemptFinished,
    AttemptStarted,
    CallFinished,
    CallStarted,
    QuotaSpent,
    RetryScheduled,
)
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import Attempt, Request, Response

log = logging.getLogger("elevatekit.calls")


class CallEvents:
    """Reports to plugins and to the log what happens in a call."""

    __slots__ = ("_host", "_operation")

    def __init__(self, host: PluginHost, operation: Operation[Any]) -> None:
        self._host, self._operation = host, operation

    def span(self, arguments: tuple[tuple[str, Any], ...]) -> AbstractContextManager[None]:
        """What plugins wrap around the call."""
        operation = self._operation
        return self._host.spans(
            lambda: CallStarted(
                operation=operation.id, method=operation.method, arguments=arguments
            )
        )

    def before_attempt(self, request: Request, number: int, remaining: float) -> None:
        if self._host.listens("elevatekit_before_attempt"):
            event = AttemptStarted(
                operation=self._operation.id,
                number=number,
                request=request.redacted(),
                remaining=remaining,
            )
            self._host.notify("elevatekit_before_attempt", event)

    def after_attempt(self, request: Request, attempt: Attempt) -> None:
        failed = attempt.error is not None or (attempt.status or 0) >= 300
        level = logging.INFO if failed else logging.DEBUG
        if log.isEnabledFor(level):
            log.log(
                level,
                "%s, attempt %d: %s after %.3f s%s",
                self._operation.id,
                attempt.number,
                attempt.error or attempt.status,
                attempt.elapsed,
                f"; {attempt.decision}" if attempt.decision else "",
            )
        if self._host.listens("elevatekit_after_attempt"):
            event = AttemptFinished(
                operation=self._operation.id, attempt=attempt, request=request.redacted()
            )
            self._host.notify("elevatekit_after_attempt", event)

    def retry_scheduled(self, attempt: Attempt, elapsed: float) -> None:
        if self._host.listens("elevatekit_retry_scheduled"):
            event = RetryScheduled(operation=self._operation.id, attempt=attempt, elapsed=elapsed)
            self._host.notify("elevatekit_retry_scheduled", event)

    def quota_spent(
        self,
        quota: Quota,
        resource: str,
        kind: Literal["success", "error", "unknown"],
        spent: Spent,
    ) -> None:
        if self._host.listens("elevatekit_quota_spent"):
            event = QuotaSpent(
                operation=self._operation.id,
                resource=resource,
                kind=kind,
                successes=spent.successes,
                errors=spent.errors,
                unknown=spent.unknown,
                limit_successes=quota.successes,
                limit_errors=quota.errors,
            )
            self._host.notify("elevatekit_quota_spent", event)

    def finished(
        self,
        response: Response | None,
        error: BaseException | None,
        attempts: Sequence[Attempt],
        elapsed: float,
    ) -> None:
        if self._host.listens("elevatekit_call_finished"):
            event = CallFinished(
                operation=self._operation.id,
                outcome="ok" if error is None else "error",
                status=attempts[-1].status if attempts else None,
                error=None if error is None else type(error).__name__,
                attempts=tuple(attempts),
                elapsed=elapsed,
                received=len(response.body) if response else 0,
            )
            self._host.notify("elevatekit_call_finished", event)
