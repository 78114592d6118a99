"""One call, without I/O: a generator that yields what it wants done and is handed the outcome.

The order inside a call, which plugins may rely on:

    spans entered → prepare_request → quota guard →
      RETRY { before_attempt →
              AUTH { slot of the concurrency group → pause of the group → sign → send →
                     slot given back → no credential, or 401: one refresh, shared by all →
                     slot → sign → send } →
              after_attempt → policy: stop, or delay within bucket and deadline → sleep }
    → decode → call_finished → spans left
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from http import HTTPStatus
from typing import Any, Final, TypeVar

from msgspec import structs

from elevatekit_plugins.calls.effects import Acquire, Run, Send, Sleep, Steps
from elevatekit_plugins.calls.events import CallEvents
from elevatekit_plugins.calls.group import Group
from elevatekit_plugins.calls.guard import QuotaGuard
from elevatekit_plugins.calls.job import Job, Runtime
from elevatekit_plugins.calls.limiter import Slot, Slots
from elevatekit_plugins.calls.outcome import failure, may_be_spent, unknown
from elevatekit_plugins.calls.prepared import check_prepared
from elevatekit_plugins.calls.retry_after import retry_after
from elevatekit_plugins.calls.retrying import decide
from elevatekit_plugins.calls.signing import NoCredential, Signing
from elevatekit_plugins.errors import DeadlineExceededError, ElevateKitError, TransportError
from elevatekit_plugins.hooks.descriptors import Blocking
from elevatekit_plugins.messages import Attempt, Request, Response
from elevatekit_plugins.transport.protocol import contract_broken

T = TypeVar("T")

UNAUTHORIZED: Final = int(HTTPStatus.UNAUTHORIZED)
TOO_MANY_REQUESTS: Final = int(HTTPStatus.TOO_MANY_REQUESTS)


def call(job: Job[Any], runtime: Runtime, decode: Callable[[Response], T]) -> Steps[T]:
    """Make one call and decode its response.

    Raises:
        ElevateKitError: the class says what happened; `.attempts` lists every attempt.
    """
    return _Call(job, runtime).run(decode)


class _Call:
    """A call in progress. Each method below `run` is one bracket of the order above."""

    __slots__ = (
        "_attempts", "_clock", "_deadline", "_events", "_guard", "_job", "_operation", "_runtime",
        "_signing", "_started",
    )  # fmt: skip

    def __init__(self, job: Job[Any], runtime: Runtime) -> None:
        self._job, self._runtime, self._operation = job, runtime, job.operation
        self._clock = runtime.clock
        self._attempts: list[Attempt] = []
        self._started = self._clock()
        self._deadline = self._started + job.timeout
        self._events = CallEvents(runtime.host, job.operation)
        self._guard = QuotaGuard(job, runtime, self._events)
        self._signing = Signing(runtime.auth)

    def run(self, decode: Callable[[Response], T]) -> Steps[T]:
        response: Response | None = None
        error: BaseException | None = None
        with self._events.span(self._job.arguments):
            try:
                request = self._prepared()
                response = yield from self._retried(request)
                response = structs.replace(response, attempts=tuple(self._attempts))
                return decode(response)
            except BaseException as caught:
                error = caught
                if isinstance(caught, ElevateKitError):
                    caught.attempts = tuple(self._attempts)
                self._signing.scrub(caught)
                raise
            finally:
                elapsed = self._clock() - self._started
                self._events.finished(response, error, self._attempts, elapsed)

    def _prepared(self) -> Request:
        """The request after the `elevatekit_prepare_request` hooks."""
        request, host = self._job.request, self._runtime.host
        if not host.listens("elevatekit_prepare_request"):
            return request
        return host.pipe("elevatekit_prepare_request", request, check_prepared(request))

    def _retried(self, request: Request) -> Steps[Response]:
        """RETRY: attempts until one succeeds or no further one may be made."""
        while True:
            before, number = self._clock(), len(self._attempts) + 1
            response, error = None, None
            try:
                self._guard.reserve()
                self._events.before_attempt(request, number, self._deadline - before)
                response = yield from self._attempt(request)
            except TransportError as caught:
                error = caught
                error.operation = error.operation or self._operation.id
            except Exception as caught:
                if self._guard.leave():
                    raise unknown(self._operation, caught, self._guard.lost) from caught
                raise
            except BaseException as caught:  # somebody wants it to end, and no other error
                if self._guard.leave():
                    caught.add_note(may_be_spent(self._operation))
                raise
            elapsed = self._clock() - before
            if response is not None and response.status < 300:
                attempt = Attempt(
                    number=number,
                    status=response.status,
                    sent=True,
                    elapsed=elapsed,
                    ended=self._runtime.wall(),
                )
                self._guard.settle(attempt)
                self._attempts.append(attempt)
                self._runtime.bucket.refund()
                self._runtime.contact.answered(well=True)
                self._events.after_attempt(request, attempt)
                return response
            attempt = self._failed(number, elapsed, response, error)
            self._events.after_attempt(request, attempt)
            if attempt.delay is None:
                api, lost = self._runtime.api, self._guard.lost
                raise failure(api, self._operation, response, error, attempt, lost)
            self._events.retry_scheduled(attempt, self._clock() - self._started)
            yield Sleep(attempt.delay)

    def _attempt(self, request: Request) -> Steps[Response]:
        """AUTH: send; without a credential, or after a 401, get one, once, and send again."""
        signing = self._signing
        try:
            response = yield from self._on_the_wire(request)
        except NoCredential:
            response = None
        if response is None:
            yield from self._refreshed(None)
            response = yield from self._on_the_wire(request, force=True)
        if response.status != UNAUTHORIZED or self._operation.public:
            return response
        if not (yield from self._refreshed(signing.used)):
            return response
        return (yield from self._on_the_wire(request, force=True))

    def _refreshed(self, used: Hashable) -> Steps[bool]:
        """Refresh the credential, unless another call just did. True if there is a new one."""
        refreshing, signing = self._runtime.refreshing, self._signing
        turn, slot = refreshing.turn, Slot(refreshing.turn)
        try:
            if not turn.try_acquire(slot):
                yield from self._queue(turn, slot, "the refresh of the credential")
            shared = refreshing.shared(signing.before, used, signing.credential)
            if shared is not None:
                return shared
            refresh = signing.refreshed(
                self._done, lambda: self._left("while getting a credential")
            )
            return (yield from refreshing.run(refresh, lambda: self._clock() < self._deadline))
        finally:
            turn.release(slot)

    def _on_the_wire(self, request: Request, *, force: bool = False) -> Steps[Response]:
        """Sign and send, holding a slot of the operation's group, if it has one.

        It is signed after the wait for the slot: a credential may expire in the queue.
        """
        runtime, operation, guard = self._runtime, self._operation, self._guard
        group, slot = runtime.group(operation), None
        try:
            if group is not None:
                slot = Slot(group.slots)
                if not group.slots.try_acquire(slot):
                    yield from self._queue(
                        group.slots, slot, f"the concurrency limit of group {group.name}"
                    )
                if group.paused_until > self._clock():
                    yield from self._pause(group)
            if not operation.public:
                request = self._signing.signed(request, runtime.refreshing.ended, force=force)
            guard.sending()
            if group is None:
                response = yield from self._send(request)
            else:
                cuts, began = group.cuts, self._clock()
                response = yield from self._send(request)
                if response.status == TOO_MANY_REQUESTS:
                    group.refused(cuts, self._clock(), runtime.chance())
                else:
                    group.answered(self._clock() - began)
            guard.answered(response.status)
            return response
        finally:
            if group is not None and slot is not None:
                group.slots.release(slot)

    def _pause(self, group: Group) -> Steps[None]:
        """Wait out a pause of the group, and keep the slot: no other call of the group may send
        during the pause, and this one keeps its turn."""
        while (pause := group.paused_until - self._clock()) > 0:
            left = self._left(f"while group {group.name} was paused after a 429")
            yield Sleep(min(pause, left))

    def _done(self, work: Request | Blocking) -> Steps[Any]:
        """Do one step of a refresh: send a request, or run blocking work."""
        if isinstance(work, Blocking):
            return (yield Run(work.run, self._left("before getting a credential")))
        return (yield from self._send(work))

    def _send(self, request: Request) -> Steps[Response]:
        left = self._left("before the request was sent")
        limit = min(left, self._job.attempt_timeout)
        try:
            response: Response = yield Send(request, self._deadline - left + limit)
        except ElevateKitError:
            raise
        except Exception as error:
            raise contract_broken(request, f"raised {type(error).__name__}: {error}") from error
        return response

    def _queue(self, slots: Slots, slot: Slot, what: str) -> Steps[None]:
        when = f"while waiting for {what}"
        if not (yield Acquire(slots, slot, self._left(when))):
            raise self._late(when)

    def _failed(
        self, number: int, elapsed: float, response: Response | None, error: TransportError | None
    ) -> Attempt:
        """Record a failed attempt, with the delay before the next one and the reason for it."""
        operation, runtime = self._operation, self._runtime
        status = response.status if response else None
        attempt = Attempt(
            number=number,
            status=status,
            error=self._signing.scrubbed(f"{type(error).__name__}: {error}") if error else None,
            sent=error.sent if error else True,
            elapsed=elapsed,
            ended=runtime.wall(),
            retry_after=retry_after(response, runtime.wall) if response else None,
            crowded=operation.concurrency is not None and status == TOO_MANY_REQUESTS,
        )
        self._guard.settle(attempt)
        self._attempts.append(attempt)
        now, group = self._clock(), runtime.group(operation)
        if error is None or error.sent:
            runtime.contact.answered(well=False)
        left, limit = self._deadline - now, "the deadline"
        if runtime.contact.never_made(error):
            given = self._job.attempt_timeout
            left = min(left, self._started + given - now)
            limit = f"the {given:g} s for a server that has never responded"
        delay, decision = decide(
            operation,
            tuple(self._attempts),
            error,
            self._guard.spent,
            policy=runtime.policy,
            bucket=runtime.bucket,
            chance=runtime.chance(),
            pause=group.paused_until - now if group else 0.0,
            left=left,
            limit=limit,
        )
        if delay is not None and runtime.policy.patience:
            runtime.contact.waiting(operation.id, attempt, delay, left)
        attempt = self._attempts[-1] = structs.replace(attempt, delay=delay, decision=decision)
        return attempt

    def _left(self, when: str) -> float:
        """Seconds until the deadline."""
        left = self._deadline - self._clock()
        if left <= 0:
            raise self._late(when)
        return left

    def _late(self, when: str) -> DeadlineExceededError:
        id, limit = self._operation.id, f"{self._job.timeout:g} s"
        return DeadlineExceededError(
            f"operation {id}: the deadline of {limit} passed {when}", sent=False, operation=id
        )
