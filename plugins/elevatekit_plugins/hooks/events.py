"""What plugins are told: one frozen event for each event hook.

Fields are only ever added. Requests in events are redacted copies: the value of a header that
is not known to be harmless reads `***`. Times are seconds.
"""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from elevatekit_plugins.messages import Attempt, Request


class AttemptStarted(Struct, frozen=True, kw_only=True):
    """`elevatekit_before_attempt`: a request is about to be sent (a slot may still be awaited)."""

    operation: str
    number: int
    """Counted from 1."""
    request: Request
    """Redacted."""
    remaining: float
    """Seconds left until the deadline of the call."""


class AttemptFinished(Struct, frozen=True, kw_only=True):
    """`elevatekit_after_attempt`: a request was answered, or was not."""

    operation: str
    attempt: Attempt
    request: Request
    """Redacted."""


class RetryScheduled(Struct, frozen=True, kw_only=True):
    """`elevatekit_retry_scheduled`: the call sleeps and will be sent again."""

    operation: str
    attempt: Attempt
    """The attempt that failed; `attempt.delay` is the sleep that follows."""
    elapsed: float
    """Seconds since the call began."""


class CallFinished(Struct, frozen=True, kw_only=True):
    """`elevatekit_call_finished`: a call returned or raised; once for each call."""

    operation: str
    outcome: Literal["ok", "error"]
    status: int | None
    error: str | None
    """The class of the error, where one is raised."""
    attempts: tuple[Attempt, ...]
    elapsed: float
    received: int
    """Bytes of the decoded body."""


class QuotaSpent(Struct, frozen=True, kw_only=True):
    """`elevatekit_quota_spent`: a budget that the server keeps became smaller."""

    operation: str
    resource: str
    """The id that the budget belongs to, for example an interaction identifier."""
    kind: Literal["success", "error", "unknown"]
    successes: int
    errors: int
    unknown: int
    """Sent, but never answered: each may have cost a success or an error."""
    limit_successes: int
    limit_errors: int


class Finding(Struct, frozen=True, kw_only=True):
    """One difference between an answer and the spec."""

    path: str
    """`$.entities[0].type`"""
    expected: str
    found: str


class DriftFound(Struct, frozen=True, kw_only=True):
    """`elevatekit_drift_found`: an answer holds something that the spec does not say."""

    operation: str
    status: int
    findings: tuple[Finding, ...]


class ExportStarted(Struct, frozen=True, kw_only=True):
    """`elevatekit_export_started`: destinations are open, no record was written yet."""

    journal: str
    destinations: tuple[str, ...]
    interactions: int


class BatchCommitted(Struct, frozen=True, kw_only=True):
    """`elevatekit_batch_committed`: a destination holds these records, and its cursor moved."""

    destination: str
    interactions: int
    total: int
    """Interactions that the destination holds so far."""


class RecordRejected(Struct, frozen=True, kw_only=True):
    """`elevatekit_record_rejected`: something will be missing from the exports, and why."""

    interaction: str | None
    """The id of the interaction, where it has one."""
    key: str | None
    """The caller's own id, where there is one."""
    stage: Literal["input", "declare", "upload", "wait", "fetch", "ask", "export"]
    operation: str | None
    error: str
    """The class of the error."""
    message: str
    status: int | None = None
    retryable: bool = False


class DestinationReport(Struct, frozen=True, kw_only=True):
    """What became of one destination."""

    destination: str
    outcome: Literal["done", "failed"]
    interactions: int
    left: tuple[str, ...] = ()
    """What it left: paths of files, names of channels."""
    error: str | None = None


class ExportFinished(Struct, frozen=True, kw_only=True):
    """`elevatekit_export_finished`: once for each export, also when it failed."""

    journal: str
    destinations: tuple[DestinationReport, ...]


class CallStarted(Struct, frozen=True, kw_only=True):
    """What a span is opened with: a call before anything of it was sent."""

    operation: str
    method: str
    arguments: tuple[tuple[str, Any], ...]
    """Path parameters by name. Bodies and headers are not among them."""
