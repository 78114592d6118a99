"""One call, without I/O: a generator that yields what it wants done and is handed the outcome.

The order inside a call, which plugins may rely on:

    spans entered → prepare_request → quota guard →
      RETRY { before_attempt → slot of the concurrency group, held on the wire only →
              AUTH { send → 401 → slot given back → one refresh, shared by all → slot → send } →
              after_attempt → policy: stop, or delay within bucket and deadline → sleep }
    → decode → call_finished → spans left
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.effects import Send, Sleep, Steps, Take
from elevatekit_plugins.calls.limiter import Slots
from elevatekit_plugins.calls.outcome import failure, is_unknown, may_resend
from elevatekit_plugins.calls.quota import Ledger, Outcome
from elevatekit_plugins.calls.retry_after import retry_after
from elevatekit_plugins.errors import (
    DeadlineExceededError,
    ElevateKitError,
    QuotaExceededError,
    TransportError,
)
from elevatekit_plugins.hooks.descriptors import Auth, RetryPolicy
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

T = TypeVar("T")
_SHOWN = frozenset({"accept", "accept-encoding", "accept-language", "content-type", "user-agent"})


class Runtime(Struct, frozen=True, kw_only=True):
    """What the calls of a client share."""

    api: Api
    host: PluginHost
    auth: Auth
    auth_turn: Slots
    """One slot: who holds it may refresh the credential."""
    policy: RetryPolicy
    ledger: Ledger
    bucket: RetryBucket
    slots: Callable[[Operation[Any]], Slots | None]
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


class Job(Struct, Generic[T], frozen=True, kw_only=True):
    """One call, ready to be made."""

    operation: Operation[T]
    request: Request
    timeout: float
    """The total deadline, in seconds from the start."""
    arguments: tuple[tuple[str, Any], ...]
    """The path parameters."""
    resource: str | None
    """What the quota belongs to, where the operation has one."""


def call(job: Job[Any], runtime: Runtime, decode: Callable[[Response], T]) -> Steps[T]:
    """The whole of one call.

    Raises:
        ElevateKitError: the class tells what happened; `.attempts` tells what was tried.
    """
    operation, host, started = job.operation, runtime.host, runtime.clock()
    response: Response | None = None
    attempts: list[Attempt] = []
    error: BaseException | None = None
    with ExitStack() as stack:
        for span in host.spans(
            CallStarted(operation=operation.id, method=operation.method, arguments=job.arguments)
        ):
            stack.enter_context(span)
        try:
            request = host.pipe("elevatekit_prepare_request", job.request)
            response = yield from _until_settled(job, request, runtime, started, attempts)
            response = structs.replace(response, attempts=tuple(attempts))
            return decode(response)
        except ElevateKitError as caught:
            error = caught
            caught.attempts = tuple(attempts)
            raise
        finally:
            if host.listens("elevatekit_call_finished"):
                host.notify(
                    "elevatekit_call_finished",
                    CallFinished(
                        operation=operation.id,
                        outcome="error" if error or response is None else "ok",
                        status=attempts[-1].status if attempts else None,
                        error=type(error).__name__ if error else None,
                        attempts=tuple(attempts),
                        elapsed=runtime.clock() - started,
                        received=len(response.body) if response else 0,
                    ),
                )


def _until_settled(
    job: Job[Any], request: Request, runtime: Runtime, started: float, attempts: list[Attempt]
) -> Steps[Response]:
    """The retry loop: attempts until one succeeds or no further one may be made."""
    operation, deadline = job.operation, started + job.timeout
    while True:
        _reserve(job, runtime)
        response, error = None, None
        before = runtime.clock()
        number = len(attempts) + 1
        if runtime.host.listens("elevatekit_before_attempt"):
            runtime.host.notify(
                "elevatekit_before_attempt",
                AttemptStarted(
                    operation=operation.id,
                    number=number,
                    request=request.redacted(_SHOWN),
                    remaining=deadline - before,
                ),
            )
        try:
            response = yield from _attempt(job, request, runtime, deadline)
        except TransportError as caught:
            error = caught
        attempt = Attempt(
            number=number,
            status=response.status if response else None,
            error=f"{type(error).__name__}: {error}" if error else None,
            sent=error.sent if error else True,
            elapsed=runtime.clock() - before,
            retry_after=retry_after(response) if response else None,
        )
        attempts.append(attempt)
        _settle(job, runtime, attempt)
        if response is not None and response.status < 300:
            runtime.bucket.refund()
            _after_attempt(runtime, request, attempt)
            return response
        delay, decision = _decide(job, runtime, attempts, error, deadline)
        attempt = structs.replace(attempt, delay=delay, decision=decision)
        attempts[-1] = attempt
        _after_attempt(runtime, request, attempt)
        if delay is None:
            raise failure(runtime.api, operation, response, error, tuple(attempts))
        if runtime.host.listens("elevatekit_retry_scheduled"):
            elapsed = runtime.clock() - started
            runtime.host.notify(
                "elevatekit_retry_scheduled",
                RetryScheduled(operation=operation.id, attempt=attempt, elapsed=elapsed),
            )
        yield Sleep(delay)


def _attempt(job: Job[Any], request: Request, runtime: Runtime, deadline: float) -> Steps[Response]:
    """Sign and send; after a 401 refresh the credential, once, and send again."""
    auth, slots = runtime.auth, runtime.slots(job.operation)
    used = auth.credential
    response = yield from _on_the_wire(job, auth.sign(request), slots, runtime, deadline)
    if response.status != 401:
        return response
    if not (yield from _refresh(job, used, runtime, deadline)):
        return response
    return (yield from _on_the_wire(job, auth.sign(request), slots, runtime, deadline))


def _on_the_wire(
    job: Job[Any], request: Request, slots: Slots | None, runtime: Runtime, deadline: float
) -> Steps[Response]:
    """Send while holding a slot of the operation's group. Never is one held while sleeping."""
    if slots is None:
        return (yield from _send(job, request, runtime, deadline))
    yield from _take(job, slots, f"a slot of group {_group(job)}", runtime, deadline)
    try:
        return (yield from _send(job, request, runtime, deadline))
    finally:
        slots.release()


def _refresh(job: Job[Any], used: object, runtime: Runtime, deadline: float) -> Steps[bool]:
    """Get a new credential, unless somebody else did meanwhile; whether there is another one."""
    auth = runtime.auth
    yield from _take(job, runtime.auth_turn, "the refresh of the credential", runtime, deadline)
    try:
        if auth.credential != used:
            return True
        requests = auth.refresh()
        try:
            request = next(requests)
            while True:
                try:
                    response: Response = yield Send(request, deadline)
                except TransportError as error:
                    request = requests.throw(error)
                else:
                    request = requests.send(response)
        except StopIteration as stop:
            return bool(stop.value)
    finally:
        runtime.auth_turn.release()


def _take(job: Job[Any], slots: Slots, what: str, runtime: Runtime, deadline: float) -> Steps[None]:
    if not (yield Take(slots, max(0.0, deadline - runtime.clock()))):
        raise _late(job, f"while waiting for {what}")


def _send(job: Job[Any], request: Request, runtime: Runtime, deadline: float) -> Steps[Response]:
    if runtime.clock() >= deadline:
        raise _late(job, "before the request was sent")
    response: Response = yield Send(request, deadline)
    return response


def _late(job: Job[Any], when: str) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"operation {job.operation.id}: the deadline of {job.timeout:g} s passed {when}",
        sent=False,
        operation=job.operation.id,
    )


def _group(job: Job[Any]) -> str:
    rule = job.operation.concurrency
    return "" if rule is None else f"{rule.group} ({rule.limit} at once)"


def _decide(
    job: Job[Any],
    runtime: Runtime,
    attempts: list[Attempt],
    error: TransportError | None,
    deadline: float,
) -> tuple[float | None, str]:
    """How long to wait before another attempt, and why; None where there must not be one."""
    operation, last = job.operation, attempts[-1]
    spent = runtime.ledger.spent(operation.id, job.resource) if job.resource else None
    refusal = may_resend(operation, attempts, error, spent)
    if refusal is not None:
        return None, refusal
    delay = runtime.policy.delay(attempts, operation.retry, runtime.chance())
    if delay is None:
        return None, "the retry policy stopped"
    if runtime.clock() + delay >= deadline:
        return None, f"a wait of {delay:.1f} s would outlast the deadline"
    if not runtime.bucket.spend(answered=last.status is not None):
        return None, "too many calls of this client failed lately: no more retries for now"
    return delay, f"retry in {delay:.1f} s"


def _after_attempt(runtime: Runtime, request: Request, attempt: Attempt) -> None:
    if runtime.host.listens("elevatekit_after_attempt"):
        runtime.host.notify(
            "elevatekit_after_attempt",
            AttemptFinished(
                operation=request.operation, attempt=attempt, request=request.redacted(_SHOWN)
            ),
        )


def _reserve(job: Job[Any], runtime: Runtime) -> None:
    """Count one question as sent, before it is; refuse where the budget is spent."""
    quota, resource = job.operation.quota, job.resource
    if quota is None or resource is None:
        return
    if runtime.ledger.reserve(job.operation.id, resource, quota):
        return
    spent = runtime.ledger.spent(job.operation.id, resource)
    history = f"; read them with {quota.history}" if quota.history else ""
    raise QuotaExceededError(
        f"operation {job.operation.id}: the budget of {resource} is spent:"
        f" {spent.successes} of {quota.successes} successes, {spent.errors} of {quota.errors}"
        f" errors, {spent.unknown} unknown{history}",
        operation=job.operation.id,
    )


def _settle(job: Job[Any], runtime: Runtime, attempt: Attempt) -> None:
    """Write into the ledger what became of a reserved question."""
    quota, resource = job.operation.quota, job.resource
    if quota is None or resource is None:
        return
    kind: Outcome
    if not attempt.sent or attempt.status in quota.free:
        kind = "free"
    elif is_unknown(job.operation, attempt):
        kind = "unknown"
    else:
        kind = "success" if attempt.status is not None and attempt.status < 300 else "error"
    spent = runtime.ledger.settle(job.operation.id, resource, kind)
    if kind != "free" and runtime.host.listens("elevatekit_quota_spent"):
        runtime.host.notify(
            "elevatekit_quota_spent",
            QuotaSpent(
                operation=job.operation.id,
                resource=resource,
                kind=kind,
                successes=spent.successes,
                errors=spent.errors,
                unknown=spent.unknown,
                limit_successes=quota.successes,
                limit_errors=quota.errors,
            ),
        )
