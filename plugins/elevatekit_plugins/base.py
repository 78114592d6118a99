"""What the sync and the async client have in common: everything but the waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Generic, NoReturn, Self, TypeVar, Unpack, cast

import msgspec
from msgspec import structs

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls import engine, history, waiter
from elevatekit_plugins.calls.arguments import build_request
from elevatekit_plugins.calls.decode import decode
from elevatekit_plugins.calls.drift import findings
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.job import Job
from elevatekit_plugins.calls.reconcile import reconcile
from elevatekit_plugins.calls.schedule import Schedule
from elevatekit_plugins.calls.waiter import Following
from elevatekit_plugins.checks import (
    check_seconds,
    merge,
)
from elevatekit_plugins.core import Core
from elevatekit_plugins.errors import ArgumentError, ConfigError, OutcomeUnknownError
from elevatekit_plugins.hooks.events import DriftFound
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import LostQuestion, Response, Settlement
from elevatekit_plugins.options import (
    CallOptions,
    ClientSettings,
    Options,
    check_names,
    first_options,
)
from elevatekit_plugins.secrecy import Secret

T = TypeVar("T")
Tr = TypeVar("Tr")

DEFAULT_WAIT: Final = 3600.0
"""Seconds that a wait lasts at most, unless told otherwise."""


class BaseClient(Generic[Tr]):
    """Builds calls from arguments. Its methods return steps, which either driver executes."""

    def __init__(
        self,
        api: Api,
        token: Secret | None,
        given: ClientSettings,
        transport: Tr | None,
        make_transport: Callable[[str, int], Tr],
    ) -> None:
        self._core = Core(api, token, given, transport, make_transport)
        self._runtime = self._core.runtime
        self._options = first_options(api, given)

    def __repr__(self) -> str:
        if not hasattr(self, "_options"):  # a debugger looks at one that could not be made
            return f"<{type(self).__name__} unfinished>"
        state = "closed" if self._core.closed else "open"
        timeout = self._options.timeout
        limit = "" if timeout is None else f" timeout={timeout:g}"
        return f"<{type(self).__name__} {self._core.base_url}{limit} {state}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled or copied: it holds connections and a"
            " token. Create one where you need it, or use with_options()"
        )

    @property
    def api(self) -> Api:
        """The table that this client serves."""
        return self._core.api

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._core.base_url

    @property
    def host(self) -> PluginHost:
        """The plugins of this client."""
        return self._core.host

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """A client that differs in these options and shares all else. This one stays as it is.

        The two share their connections: closing one closes both.

        Args:
            options: see `CallOptions`: timeout, headers, retry.

        Raises:
            ArgumentError: a value cannot be used.
            ConfigError: there is no retry policy of this name.
            TypeError: there is no such option; the message names the nearest.
        """
        check_names("with_options(): unknown option", options, CallOptions)
        timeout, retry = options.get("timeout"), options.get("retry")
        child = object.__new__(type(self))
        child._core = self._core
        child._runtime = (
            self._runtime
            if retry is None
            else structs.replace(self._runtime, policy=self._core.policy(retry))
        )
        child._options = Options(
            timeout=self._options.timeout if timeout is None else check_seconds(timeout),
            headers=merge(self._options.headers, options.get("headers")),
        )
        return child

    def _steps(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object,
        timeout: float | None,
        finish: Callable[[Response], T],
        *,
        attempt_timeout: float | None = None,
    ) -> Steps[T]:
        core, options = self._core, self._options
        request = build_request(
            core.api, operation, core.base_url, arguments, body, options.headers
        )
        limit = timeout if timeout is not None else options.timeout
        path = tuple(
            (p.name, arguments[p.name]) for p in operation.parameters if p.location == "path"
        )
        quota = operation.quota
        job = Job(
            operation=operation,
            request=request,
            timeout=self._longest(operation) if limit is None else check_seconds(limit),
            attempt_timeout=attempt_timeout or limit or operation.retry.deadline,
            arguments=path,
            resource=None if quota is None else str(arguments[quota.per]).lower(),
            question=_question(operation, body),
        )
        return engine.call(job, self._runtime, finish)

    def _longest(self, operation: Operation[Any]) -> float:
        """Seconds that a call takes at most where nobody said anything else."""
        return max(operation.retry.deadline, self._runtime.policy.patience)

    def unsettled(self) -> list[LostQuestion]:
        """The questions of this account whose answers this process lost, the oldest first.

        Those of calls that were cancelled or interrupted are among them, of which no
        OutcomeUnknownError could tell. Each counts as spent until `reconcile` has settled it.
        """
        return self._runtime.ledger.asked.unsettled(self._runtime.account)

    def _reconcile_steps(
        self,
        given: OutcomeUnknownError | LostQuestion,
        patience: float | None,
        timeout: float | None,
    ) -> Steps[Settlement]:
        if isinstance(given, LostQuestion):
            return (yield from self._settle_steps(given, patience, timeout))
        if not isinstance(given, OutcomeUnknownError):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(
                "reconcile() needs an OutcomeUnknownError, or an item of client.unsettled(), not"
                f" {type(given).__name__}"
            )
        if given.lost is None:
            raise ArgumentError(
                f"operation {given.operation} has no history that shows the outcome",
                operation=given.operation,
            )
        if given.settlement is None:
            given.settlement = yield from self._settle_steps(given.lost, patience, timeout)
        return given.settlement

    def _settle_steps(
        self, lost: LostQuestion, patience: float | None, timeout: float | None
    ) -> Steps[Settlement]:
        core, runtime = self._core, self._runtime
        if lost.account != runtime.account:
            raise ConfigError(
                "this question was asked with another account or base URL; use a client with the"
                " same ones to reconcile it"
            )
        operation = core.api.operation(lost.operation)
        quota, longest = operation.quota, operation.retry.deadline
        if patience is None:
            patience = longest
        elif patience != 0:
            patience = check_seconds(patience, "patience")

        def look(left: float) -> Steps[list[history.Entry]]:
            assert quota is not None  # there would be no question to look for
            source = core.api.operation(quota.history or "")
            limit = min(max(left, 0.001), source.retry.deadline)
            arguments = {quota.per: lost.resource}
            return self._steps(
                source, arguments, None, limit, lambda r: history.read(source, r.body)
            )

        return reconcile(
            lost,
            runtime.ledger,
            look,
            patience=patience,
            timeout=patience + longest if timeout is None else check_seconds(timeout),
            clock=runtime.clock,
            wall=runtime.wall,
        )

    def _decoded(self, operation: Operation[T]) -> Callable[[Response], T]:
        def finish(response: Response) -> T:
            result = decode(self._core.api, operation, response)
            host = self._core.host
            if operation.model and response.body and host.listens("elevatekit_drift_found"):
                found = findings(self._core.api.model(operation.model), response.body)
                if found:
                    event = DriftFound(
                        operation=operation.id, status=response.status, findings=found
                    )
                    host.notify("elevatekit_drift_found", event)
            return result

        return finish

    def _following(
        self,
        operation: Operation[T],
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> Following[T]:
        rule = operation.waiter
        if rule is None:
            raise ArgumentError(f"operation {operation.id} cannot be waited on")
        every, longest = waiter.interval_of(rule, kind), self._longest(operation)

        def once(arguments: Mapping[str, object], left: float) -> Steps[T]:
            return self._steps(
                operation,
                arguments,
                None,
                min(left, longest),
                self._decoded(operation),
                attempt_timeout=operation.retry.deadline,
            )

        return Following(
            operation=operation,
            waiter=rule,
            poll=once,
            read=lambda answer, name: msgspec.to_builtins(answer).get(name),
            every=every if poll is None else check_seconds(poll, "poll interval"),
            timeout=DEFAULT_WAIT if timeout is None else check_seconds(timeout),
            progress=progress,
            clock=self._runtime.clock,
        )

    def _schedule(
        self,
        operation: Operation[T],
        name: str,
        ids: Iterable[str],
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> Schedule[T]:
        following = self._following(operation, kind, poll, timeout, progress)
        return Schedule(following, name, ids, self._runtime.chance)


def _question(operation: Operation[Any], body: object) -> str | None:
    """What is asked, where there is a history to look it up in."""
    rule, quota = operation.body, operation.quota
    if quota is None or quota.history is None or rule is None or rule.question is None:
        return None
    if not isinstance(body, Mapping):
        return None
    asked = cast("Mapping[str, object]", body).get(rule.question.name)
    return asked if isinstance(asked, str) else None
