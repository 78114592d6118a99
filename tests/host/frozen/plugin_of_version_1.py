"""A plugin as somebody wrote it for version 1 of the plugin API.

Never edit this file: it stands for all the plugins out there that nobody will edit either. What it
does must keep working for as long as `ELEVATEKIT_PLUGIN_API = 1` is accepted.
"""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from elevatekit_plugins import (
    Attempt,
    AttemptFinished,
    AttemptStarted,
    AuthContext,
    AuthScheme,
    BatchCommitted,
    CallFinished,
    CallStarted,
    CheckResult,
    CheckSpec,
    DriftFound,
    ExportContext,
    ExporterSpec,
    ExportFinished,
    ExportStarted,
    InteractionRecord,
    Layout,
    QuotaSpent,
    RecordRejected,
    Request,
    Response,
    RetryPolicySpec,
    RetryScheduled,
    Secret,
    SpanFactory,
    TransformSpec,
    hookimpl,
)

ELEVATEKIT_PLUGIN_API = 1

told: dict[str, list[tuple[Any, ...]]] = {}
exported: list[str] = []


def tell(what: str, *fields: Any) -> None:
    told.setdefault(what, []).append(fields)


# -- registration ----------------------------------------------------------------------------------


class OldSettings(Struct, frozen=True, kw_only=True):
    prefix: str = ""
    secret: Secret | None = None


class OldAuth:
    def __init__(self, settings: OldSettings, context: AuthContext) -> None:
        self.name = context.key.header
        self.token = context.token
        self.settings = settings
        self.signed = 0

    @property
    def credential(self) -> int:
        return 1

    def sign(self, request: Request) -> Request:
        assert self.token is not None
        tell("sign", request.operation, request.method, request.purpose)
        return request.with_header(self.name, self.token.reveal())

    def refresh(self) -> Generator[Request, Response, bool]:
        yield from ()
        return False


class OldPolicy:
    def delay(self, attempts: Sequence[Attempt], rule: Any, chance: float) -> float | None:
        last = attempts[-1]
        tell("delay", last.number, last.status, last.error, last.sent, last.elapsed, chance)
        return 0.0 if last.number < 2 else None


class OldExporter:
    def __init__(self, settings: OldSettings, context: ExportContext) -> None:
        self.settings, self.target, self.layout = settings, context.target, context.layout

    def open(self) -> None:
        exported.append(f"open {self.target}")

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        for record in batch:
            row = dict(zip([column.name for column in self.layout.row], record.row, strict=True))
            assert set(record.lists) <= {table.name for table in self.layout.lists}
            exported.append(
                f"{self.settings.prefix}{record.key} {row['key']} {len(record.payloads)}"
            )

    def finish(self) -> Sequence[str]:
        exported.append("finish")
        return [self.target]

    def abort(self) -> None:
        exported.append("abort")


@hookimpl
def elevatekit_register_auth_schemes() -> Iterable[AuthScheme]:
    return [AuthScheme(name="old-auth", summary="a token", build=OldAuth, settings=OldSettings)]


@hookimpl
def elevatekit_register_retry_policies() -> Iterable[RetryPolicySpec]:
    return [RetryPolicySpec(name="old-policy", summary="once more", build=lambda s: OldPolicy())]


@hookimpl
def elevatekit_register_exporters() -> Iterable[ExporterSpec]:
    yield ExporterSpec(
        name="old-exporter",
        summary="a list",
        build=OldExporter,
        settings=OldSettings,
        target="NAME",
        mode="render",
        aliases=("old-alias",),
        extra="old",
    )


def keep(settings: Any, layout: Layout) -> Any:
    def apply(record: InteractionRecord) -> InteractionRecord | None:
        return None if record.key == "dropped" else record

    return apply


@hookimpl
def elevatekit_register_transforms() -> Iterable[TransformSpec]:
    return [TransformSpec(name="old-transform", summary="drops one", build=keep)]


@hookimpl
def elevatekit_register_checks() -> Iterable[CheckSpec]:
    def run() -> CheckResult:
        return CheckResult(ok=True, message="fine", remedy="none")

    return [CheckSpec(name="old-check", summary="always fine", run=run)]


@hookimpl
def elevatekit_register_spans() -> Iterable[SpanFactory]:
    @contextmanager
    def opened(started: CallStarted) -> Generator[None]:
        tell("span", started.operation, started.method, started.arguments)
        try:
            yield
        finally:
            tell("span ended", started.operation)

    return [SpanFactory(name="old-span", summary="tells", open=opened)]


# -- the pipe and the events -----------------------------------------------------------------------


@hookimpl
def elevatekit_prepare_request(request: Request) -> Request | None:
    return request.with_header("X-Old", "1")


@hookimpl(tryfirst=True)
def elevatekit_before_attempt(event: AttemptStarted) -> None:
    request = event.request
    tell("before", event.operation, event.number, event.remaining, request.method, request.url)


@hookimpl(trylast=True)
def elevatekit_after_attempt(event: AttemptFinished) -> None:
    attempt, request = event.attempt, event.request
    tell(
        "after", event.operation, attempt.number, attempt.status, attempt.decision, request.headers
    )


@hookimpl
def elevatekit_retry_scheduled(event: RetryScheduled) -> None:
    tell("retry", event.operation, event.attempt.delay, event.attempt.retry_after, event.elapsed)


@hookimpl
def elevatekit_call_finished(event: CallFinished) -> None:
    tell("finished", event.operation, event.outcome, event.status, event.error, event.received)
    assert all(attempt.elapsed >= 0 for attempt in event.attempts)
    assert event.elapsed >= 0


@hookimpl
def elevatekit_quota_spent(event: QuotaSpent) -> None:
    counts = (event.successes, event.errors, event.unknown)
    limits = (event.limit_successes, event.limit_errors)
    tell("quota", event.operation, event.resource, event.kind, counts, limits)


@hookimpl
def elevatekit_drift_found(event: DriftFound) -> None:
    found = [(finding.path, finding.expected, finding.found) for finding in event.findings]
    tell("drift", event.operation, event.status, found)


@hookimpl
def elevatekit_export_started(event: ExportStarted) -> None:
    tell("export", event.journal, event.destinations, event.interactions)


@hookimpl
def elevatekit_batch_committed(event: BatchCommitted) -> None:
    tell("batch", event.destination, event.interactions, event.total)


@hookimpl
def elevatekit_record_rejected(event: RecordRejected) -> None:
    tell("reject", event.interaction, event.key, event.stage, event.operation, event.error)
    tell("why", event.message, event.status, event.retryable)


@hookimpl
def elevatekit_export_finished(event: ExportFinished) -> None:
    for one in event.destinations:
        tell("left", event.journal, one.destination, one.outcome, one.interactions, one.left)
        tell("error", one.error)
