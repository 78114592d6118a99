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
from typing import Any, Generic, TypeVar

from msgspec import Struct, structs

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.effects import Send, Sleep, Steps, Take
from elevatekit_plugins.calls.guard import QuotaGuard
from elevatekit_plugins.calls.limiter import Slots
from elevatekit_plugins.calls.outcome import failure, may_resend
from elevatekit_plugins.calls.quota import Ledger
from elevatekit_plugins.calls.retry_after import retry_after
from elevatekit_plugins.calls.telling import Told
from elevatekit_plugins.errors import (
    DeadlineExceededError,
    ElevateKitError,
    PluginError,
    TransportError,
)
from elevatekit_plugins.hooks.descriptors import Auth, RetryPolicy
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import Attempt, Request, Response

T = TypeVar("T")


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
    return _Call(job, runtime).run(decode)


class _Call:
    """A call in progress. Each method below `run` is one bracket of the order above."""

    def __init__(self, job: Job[Any], runtime: Runtime) -> None:
        self._job, self._runtime, self._operation = job, runtime, job.operation
        self._attempts: list[Attempt] = []
        self._started = runtime.clock()
        self._deadline = self._started + job.timeout
        self._told = Told(runtime.host, job.operation)
        self._guard = QuotaGuard(job.operation, job.resource, runtime.ledger, self._told)

    def run(self, decode: Callable[[Response], T]) -> Steps[T]:
        response: Response | None = None
        error: BaseException | None = None
        with self._told.span(self._job.arguments):
            try:
                host = self._runtime.host
                request = host.pipe("elevatekit_prepare_request", self._job.request)
                response = yield from self._until_settled(request)
                response = structs.replace(response, attempts=tuple(self._attempts))
                return decode(response)
            except BaseException as caught:
                error = caught
                if isinstance(caught, ElevateKitError):
                    caught.attempts = tuple(self._attempts)
                raise
            finally:
                elapsed = self._runtime.clock() - self._started
                self._told.finished(response, error, self._attempts, elapsed)

    def _until_settled(self, request: Request) -> Steps[Response]:
        """RETRY: attempts until one succeeds or no further one may be made."""
        while True:
            self._guard.reserve()
            before, number = self._runtime.clock(), len(self._attempts) + 1
            self._told.before_attempt(request, number, self._deadline - before)
            response, error = None, None
            try:
                response = yield from self._attempt(request)
            except TransportError as caught:
                error = caught
            except BaseException:
                self._guard.leave()
                raise
            attempt = Attempt(
                number=number,
                status=response.status if response else None,
                error=f"{type(error).__name__}: {error}" if error else None,
                sent=error.sent if error else True,
                elapsed=self._runtime.clock() - before,
                retry_after=retry_after(response) if response else None,
            )
            self._guard.settle(attempt)
            self._attempts.append(attempt)
            if response is not None and response.status < 300:
                self._runtime.bucket.refund()
                self._told.after_attempt(request, attempt)
                return response
            attempt = self._attempts[-1] = self._decided(attempt, error)
            self._told.after_attempt(request, attempt)
            if attempt.delay is None:
                api, attempts = self._runtime.api, tuple(self._attempts)
                raise failure(api, self._operation, response, error, attempts)
            self._told.retry_scheduled(attempt, self._runtime.clock() - self._started)
            yield Sleep(attempt.delay)

    def _attempt(self, request: Request) -> Steps[Response]:
        """AUTH: sign and send; after a 401 get a new credential, once, and send again."""
        used = self._runtime.auth.credential
        response = yield from self._on_the_wire(self._signed(request))
        if response.status != 401 or not (yield from self._refreshed(used)):
            return response
        return (yield from self._on_the_wire(self._signed(request)))

    def _on_the_wire(self, request: Request) -> Steps[Response]:
        """Send while holding a slot of the operation's group. None is held while sleeping."""
        slots, rule = self._runtime.slots(self._operation), self._operation.concurrency
        if slots is None or rule is None:
            return (yield from self._send(request))
        yield from self._take(slots, f"a slot of group {rule.group} ({rule.limit} at once)")
        try:
            return (yield from self._send(request))
        finally:
            slots.release()

    def _send(self, request: Request) -> Steps[Response]:
        if self._runtime.clock() >= self._deadline:
            raise self._late("before the request was sent")
        self._guard.sending()
        response: Response = yield Send(request, self._deadline)
        return response

    def _refreshed(self, used: object) -> Steps[bool]:
        """Get a new credential, unless somebody else did; whether there is another one now."""
        auth, turn = self._runtime.auth, self._runtime.auth_turn
        yield from self._take(turn, "the refresh of the credential")
        try:
            if auth.credential != used:
                return True
            requests = auth.refresh()
            try:
                request = next(requests)
                while True:
                    try:
                        response: Response = yield Send(request, self._deadline)
                    except TransportError as error:
                        request = requests.throw(error)
                    else:
                        request = requests.send(response)
            except StopIteration as stop:
                return bool(stop.value)
            except TransportError:
                # That of the token's server is no error of this operation: its 401 is.
                return False
            except Exception as error:
                raise self._plugin_failed("auth", "refresh", error) from error
        finally:
            turn.release()

    def _signed(self, request: Request) -> Request:
        try:
            return self._runtime.auth.sign(request)
        except ElevateKitError:
            raise
        except Exception as error:
            raise self._plugin_failed("auth", "sign", error) from error

    def _take(self, slots: Slots, what: str) -> Steps[None]:
        if not (yield Take(slots, max(0.0, self._deadline - self._runtime.clock()))):
            raise self._late(f"while waiting for {what}")

    def _decided(self, attempt: Attempt, error: TransportError | None) -> Attempt:
        """The failed attempt, with how long to wait before another one, and why."""
        delay, decision = self._decide(attempt, error)
        return structs.replace(attempt, delay=delay, decision=decision)

    def _decide(self, last: Attempt, error: TransportError | None) -> tuple[float | None, str]:
        refusal = may_resend(self._operation, self._attempts, error, self._guard.spent)
        if refusal is not None:
            return None, refusal
        policy, chance = self._runtime.policy, self._runtime.chance()
        try:
            delay = policy.delay(self._attempts, self._operation.retry, chance)
        except Exception as failed:
            raise self._plugin_failed("retry policy", "delay", failed) from failed
        if delay is None:
            return None, "the retry policy stopped"
        if self._runtime.clock() + delay >= self._deadline:
            return None, f"a wait of {delay:.1f} s would outlast the deadline"
        if not self._runtime.bucket.spend(answered=last.status is not None):
            return None, "too many calls of this client failed lately: no more retries for now"
        return delay, f"retry in {delay:.1f} s"

    def _late(self, when: str) -> DeadlineExceededError:
        limit = f"{self._job.timeout:g} s"
        return DeadlineExceededError(
            f"operation {self._operation.id}: the deadline of {limit} passed {when}",
            sent=False,
            operation=self._operation.id,
        )

    def _plugin_failed(self, kind: str, method: str, error: Exception) -> PluginError:
        which = self._runtime.auth if kind == "auth" else self._runtime.policy
        name = f"{type(which).__module__}.{type(which).__qualname__}"
        return PluginError(
            f"operation {self._operation.id}: the {kind} {name} failed in {method}:"
            f" {type(error).__name__}: {error}; fix it, or select another",
            plugin=name,
            hook=method,
        )
