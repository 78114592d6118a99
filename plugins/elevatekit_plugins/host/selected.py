"""What was selected by name and built: an auth scheme, a policy, an exporter, a transform.

Its caller depends on it, so it cannot be left out like an observer. What it does wrong becomes an
error that names the plugin, what it was doing and what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Hashable, Sequence
from typing import Any, Final, cast

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
from elevatekit_plugins.host.failures import described, plugin_failed, report
from elevatekit_plugins.host.hushed import hushed
from elevatekit_plugins.host.implementation import Implementation
from elevatekit_plugins.messages import Attempt, Request

_ENDING: Final = (KeyboardInterrupt, SystemExit)
"""What somebody wants the whole program to do."""
_ON_PURPOSE: Final = (ElevateKitError, *_ENDING)


class Owner:
    """Whose object it is that is called, and how its failures are told.

    Args:
        plugin: the name of the plugin.
        what: what it is, such as `exporter lake`.
        secrets: texts that no error may show, even if the plugin writes them into one.
    """

    def __init__(self, calls: Calls, plugin: str, what: str, secrets: Sequence[str]) -> None:
        self._calls, self._plugin, self._what, self._secrets = calls, plugin, what, secrets

    def method(self, name: str, function: Callable[..., Any]) -> Implementation:
        """A method of it, with an account of its own."""
        told = hushed(function, self._secrets)
        method = Implementation(self._plugin, f"{name} of {self._what}", told)
        self._calls.account(method)
        return method

    def call(
        self,
        method: Implementation,
        *arguments: object,
        passes: tuple[type[BaseException], ...] = _ON_PURPOSE,
    ) -> Any:
        """Call a method. What is raised on purpose (`passes`) reaches the caller as it is.

        Raises:
            PluginError: it raised something else.
        """
        try:
            return self._calls.call(method, *arguments, passes=passes)
        except passes:
            raise
        except BaseException as error:
            raise self.failed(method, error) from error

    def no_credential(self) -> AuthError:
        """The error where an auth scheme has none, and does not say why."""
        return AuthError(
            f"nothing was sent: {self._what} has no credential, and its refresh returned none;"
            " check its settings"
        )

    def failed(self, method: Implementation, error: BaseException) -> PluginError:
        """The error for what a method did."""
        return plugin_failed(self._plugin, method.hook, described(error))


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
        self._comparable: Hashable = None

        def signed(request: Request, force: bool) -> tuple[Hashable, Request | None]:
            found = credential()
            if found is None and not force:
                return None, None
            return found, _due(Request, auth.sign(request), "Request")

        def refresh() -> Any:
            return _due(Generator, auth.refresh(), "a generator of requests")

        def credential() -> Hashable:
            found = auth.credential
            if found is not self._comparable:  # it is asked for in every call, and seldom new
                self._comparable = _comparable(found)
            return found

        self._owner = owner
        self._credential = owner.method("credential", credential)
        self._sign = owner.method("sign", signed)
        self._refresh = owner.method("refresh", refresh)
        self._step = owner.method("refresh", _step)
        self._work = owner.method("refresh", _work)

    @property
    def credential(self) -> Hashable:
        found: Hashable = self._owner.call(self._credential)
        return found

    def signed(self, request: Request, force: bool) -> tuple[Hashable, Request | None]:
        """What requests are signed with now, and this one signed with it.

        Args:
            force: whether to sign without a credential; if not, there is no request then.
        """
        # One call of the plugin for both: this is in the way of every request.
        signed: tuple[Hashable, Request | None] = self._owner.call(self._sign, request, force)
        return signed

    def refresh(self) -> Generator[Request | Blocking, Any, bool]:
        requests = self._owner.call(self._refresh)
        outcome: object = None
        failed: Exception | None = None
        while True:
            ended, value = self._owner.call(self._step, requests, outcome, failed)
            if ended:
                if not value and self.credential is None:
                    raise self._owner.no_credential()
                return bool(value)
            outcome = failed = None
            try:
                outcome = yield self._guarded(value) if isinstance(value, Blocking) else value
            except Exception as error:
                failed = error

    def _guarded(self, work: Blocking) -> Blocking:
        def run(left: float) -> Any:
            try:
                # What it raises is raised at the `yield`: there it may be meant to be caught.
                return self._owner.call(self._work, work.run, left, passes=(Exception, *_ENDING))
            except StopIteration as error:  # the one that no thread can hand to a task
                raise self._owner.failed(self._work, error) from error

        return Blocking(run)


def _step(requests: Any, outcome: object, failed: Exception | None) -> tuple[bool, object]:
    """Hand a generator what came of its request: whether it ended, and with what."""
    try:
        wanted = requests.send(outcome) if failed is None else requests.throw(failed)
    except StopIteration as stop:
        return True, bool(stop.value)
    return False, _due(Request | Blocking, wanted, "Request or Blocking")


def _work(run: Callable[[float], Any], left: float) -> Any:
    return run(left)


class GuardedPolicy:
    """A retry policy."""

    def __init__(self, owner: Owner, policy: RetryPolicy) -> None:
        def delay(*arguments: Any) -> float | None:
            seconds = policy.delay(*arguments)
            return None if seconds is None else _seconds(seconds)

        def patience() -> float:
            return _seconds(policy.patience) if isinstance(policy, Patient) else 0.0

        self._owner = owner
        self._delay = owner.method("delay", delay)
        self.patience: float = owner.call(owner.method("patience", patience))
        """Seconds that its calls may take if the user gave no timeout; 0: what the spec says."""

    def delay(self, attempts: Sequence[Attempt], rule: RetryRule, chance: float) -> float | None:
        seconds: float | None = self._owner.call(self._delay, attempts, rule, chance)
        return seconds


class GuardedExporter:
    """An exporter. What the system says of a file or a connection is no fault of it."""

    def __init__(self, owner: Owner, exporter: Exporter) -> None:
        self._owner = owner
        self._open = owner.method("open", exporter.open)
        self._write = owner.method("write", exporter.write)
        self._finish = owner.method("finish", lambda: _texts(exporter.finish()))
        self._abort = owner.method("abort", exporter.abort)
        for method in (self._open, self._write, self._finish, self._abort):
            method.takes_long = True

    def open(self) -> None:
        self._call(self._open)

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        self._call(self._write, batch)

    def finish(self) -> Sequence[str]:
        left: Sequence[str] = self._call(self._finish)
        return left

    def abort(self) -> None:
        try:
            self._owner.call(self._abort, passes=_ENDING)
        except PluginError:  # it must not raise, and others are still to be aborted
            report(self._abort)

    def _call(self, method: Implementation, *arguments: object) -> Any:
        return self._owner.call(method, *arguments, passes=(OSError, *_ON_PURPOSE))


def _guarded_transform(
    owner: Owner, transform: Callable[[InteractionRecord], InteractionRecord | None]
) -> Callable[[InteractionRecord], InteractionRecord | None]:
    def apply(record: InteractionRecord) -> InteractionRecord | None:
        changed = transform(record)
        due = "InteractionRecord or None"
        return None if changed is None else _due(InteractionRecord, changed, due)

    method = owner.method("apply", apply)

    def apply_guarded(record: InteractionRecord) -> InteractionRecord | None:
        changed: InteractionRecord | None = owner.call(method, record)
        return changed

    return apply_guarded


# What a method returns is looked at inside of its guard: to look at it may be to run its code.


def _due(kind: Any, returned: Any, due: str) -> Any:
    if not isinstance(returned, kind):
        raise TypeError(f"it returned {type(returned).__name__}, not {due}")
    return returned


def _comparable(credential: Hashable) -> Hashable:
    hash(credential)
    if credential != credential:  # it is compared with others: that must not fail there
        raise ValueError("it returned a credential that is not equal to itself")
    return credential


def _seconds(returned: Any) -> float:
    if not isinstance(returned, int | float) or isinstance(returned, bool):
        raise TypeError(f"it returned {type(returned).__name__}, not a number of seconds")
    if not 0 <= returned <= sys.float_info.max:
        raise ValueError(f"it returned {returned!r:.40}, which is not a valid delay")
    return float(returned)


def _texts(returned: Any) -> list[str]:
    if isinstance(returned, str) or not isinstance(returned, Sequence):
        raise TypeError(f"it returned {type(returned).__name__}, not a list of names")
    return [str(one) for one in cast("Sequence[object]", returned)]
