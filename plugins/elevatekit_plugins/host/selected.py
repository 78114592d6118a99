"""What was selected by name and built: an auth scheme, a policy, an exporter, a transform.

Its caller depends on it, so it cannot be left out like an observer. What it does wrong becomes an
error that names the plugin, what it was doing and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Hashable, Sequence
from typing import Any, cast

from elevatekit_plugins.api import RetryRule
from elevatekit_plugins.errors import AuthError, ElevateKitError, PluginError
from elevatekit_plugins.hooks.descriptors import (
    Auth,
    AuthScheme,
    Blocking,
    Descriptor,
    Exporter,
    ExporterSpec,
    InteractionRecord,
    Patient,
    RetryPolicy,
    RetryPolicySpec,
)
from elevatekit_plugins.host.calling import Calls
from elevatekit_plugins.host.failures import complain, described, plugin_failed
from elevatekit_plugins.host.implementation import Implementation
from elevatekit_plugins.messages import Attempt, Request
from elevatekit_plugins.secrecy import redact


class Owner:
    """Whose object it is that is called, and how its failures are told.

    Args:
        plugin: the name of the plugin.
        what: what it is, such as `exporter lake`.
        secrets: what no message may show, even if the plugin does.
    """

    def __init__(self, calls: Calls, plugin: str, what: str, secrets: Sequence[str]) -> None:
        self._calls, self._plugin, self._what, self._secrets = calls, plugin, what, secrets

    def method(self, name: str, function: Callable[..., Any]) -> Implementation:
        """A method of it, with an account of its own."""
        method = Implementation(self._plugin, f"{name} of {self._what}", function)
        self._calls.account(method)
        return method

    def call(
        self,
        method: Implementation,
        *arguments: object,
        passes: tuple[type[BaseException], ...] = (ElevateKitError,),
    ) -> Any:
        """Call a method. What is raised on purpose (`passes`) reaches the caller as it is.

        Raises:
            PluginError: it raised something else.
        """
        passes = (*passes, KeyboardInterrupt, SystemExit)
        try:
            return self._calls.call(method, *arguments, passes=passes)
        except passes:
            raise
        except BaseException as error:
            raise self.failed(method, error) from error

    def wrong(self, method: Implementation, returned: object, due: str) -> PluginError:
        """The error for a return value of the wrong type."""
        return self.failed(method, TypeError(f"it returned {type(returned).__name__}, not {due}"))

    def no_credential(self) -> AuthError:
        """The error where an auth scheme has none, and does not say why."""
        return AuthError(
            f"nothing was sent: {self._what} has no credential, and its refresh got none; see to"
            " its settings"
        )

    def failed(self, method: Implementation, error: BaseException) -> PluginError:
        """The error for what a method did."""
        return plugin_failed(self._plugin, method.hook, redact(described(error), self._secrets))


def guarded(owner: Owner, kind: type[Descriptor], built: Any) -> Any:
    """What was built, behind an object of the same protocol that guards each of its methods."""
    if kind is AuthScheme:
        return GuardedAuth(owner, built)
    if kind is RetryPolicySpec:
        return GuardedPolicy(owner, built)
    if kind is ExporterSpec:
        return GuardedExporter(owner, built)
    return _guarded_transform(owner, built)


class GuardedAuth:
    """An auth scheme."""

    def __init__(self, owner: Owner, auth: Auth) -> None:
        self._owner = owner
        self._credential = owner.method("credential", lambda: auth.credential)
        self._sign = owner.method("sign", auth.sign)
        self._refresh = owner.method("refresh", auth.refresh)
        self._step = owner.method("refresh", _step)

    @property
    def credential(self) -> Hashable:
        found: Hashable = self._owner.call(self._credential)
        return found

    def sign(self, request: Request) -> Request:
        signed = self._owner.call(self._sign, request)
        if not isinstance(signed, Request):
            raise self._owner.wrong(self._sign, signed, "Request")
        return signed

    def refresh(self) -> Generator[Request | Blocking, Any, bool]:
        requests = self._owner.call(self._refresh)
        if not isinstance(cast("object", requests), Generator):
            raise self._owner.wrong(self._refresh, requests, "a generator of requests")
        outcome: object = None
        failed: Exception | None = None
        while True:
            ended, value = self._owner.call(self._step, requests, outcome, failed)
            if ended:
                if not value and self.credential is None:
                    raise self._owner.no_credential()
                return bool(value)
            if not isinstance(value, Request | Blocking):
                raise self._owner.wrong(self._step, value, "Request or Blocking")
            outcome = failed = None
            try:
                outcome = yield value
            except Exception as error:
                failed = error


def _step(requests: Any, outcome: object, failed: Exception | None) -> tuple[bool, object]:
    """Hand a generator what came of its request: whether it ended, and with what."""
    try:
        return False, requests.send(outcome) if failed is None else requests.throw(failed)
    except StopIteration as stop:
        return True, stop.value


class GuardedPolicy:
    """A retry policy."""

    def __init__(self, owner: Owner, policy: RetryPolicy) -> None:
        self._owner = owner
        self._delay = owner.method("delay", policy.delay)
        self.patience = _patience_of(owner, policy)

    def delay(self, attempts: Sequence[Attempt], rule: RetryRule, chance: float) -> float | None:
        delay = self._owner.call(self._delay, attempts, rule, chance)
        if delay is None:
            return None
        if not isinstance(delay, int | float) or isinstance(delay, bool):
            raise self._owner.wrong(self._delay, delay, "seconds or None")
        if not 0 <= delay < math.inf:
            late = ValueError(f"it returned {delay}, which is no time to wait")
            raise self._owner.failed(self._delay, late)
        return float(delay)


def _patience_of(owner: Owner, policy: RetryPolicy) -> float:
    method = owner.method("patience", lambda: policy.patience if isinstance(policy, Patient) else 0)
    seconds: object = owner.call(method)
    if not isinstance(seconds, int | float) or not 0 <= seconds < math.inf:
        raise owner.wrong(method, seconds, "a number of seconds")
    return float(seconds)


class GuardedExporter:
    """An exporter. What the system says of a file or a connection is no fault of it."""

    def __init__(self, owner: Owner, exporter: Exporter) -> None:
        self._owner = owner
        self._open = owner.method("open", exporter.open)
        self._write = owner.method("write", exporter.write)
        self._finish = owner.method("finish", exporter.finish)
        self._abort = owner.method("abort", exporter.abort)

    def open(self) -> None:
        self._call(self._open)

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        self._call(self._write, batch)

    def finish(self) -> Sequence[str]:
        left = self._call(self._finish)
        if isinstance(left, str) or not isinstance(left, Sequence):
            raise self._owner.wrong(self._finish, left, "a list of what was left")
        return [str(one) for one in cast("Sequence[object]", left)]

    def abort(self) -> None:
        try:
            self._call(self._abort)
        except Exception as error:  # it must not raise, and others are still to be aborted
            complain(self._abort, error)

    def _call(self, method: Implementation, *arguments: object) -> Any:
        return self._owner.call(method, *arguments, passes=(ElevateKitError, OSError))


def _guarded_transform(
    owner: Owner, transform: Callable[[InteractionRecord], InteractionRecord | None]
) -> Callable[[InteractionRecord], InteractionRecord | None]:
    apply = owner.method("apply", transform)

    def apply_guarded(record: InteractionRecord) -> InteractionRecord | None:
        changed = owner.call(apply, record)
        if changed is not None and not isinstance(changed, InteractionRecord):
            raise owner.wrong(apply, changed, "InteractionRecord or None")
        return changed

    return apply_guarded
