"""What the sync and the async client have in common: everything but who waits."""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Generic, NoReturn, Self, TypedDict, TypeVar, Unpack, cast

import msgspec
from msgspec import Struct, structs

from elevatekit_plugins.api import Api, Operation, did_you_mean
from elevatekit_plugins.calls import engine, history, waiter
from elevatekit_plugins.calls.arguments import build_request
from elevatekit_plugins.calls.asked import Asked
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.decode import decode
from elevatekit_plugins.calls.drift import findings
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.group import Group, shared_group
from elevatekit_plugins.calls.job import Job, Runtime
from elevatekit_plugins.calls.limiter import Slots
from elevatekit_plugins.calls.quota import Ledger, MemoryLedger, shared_ledger
from elevatekit_plugins.calls.reconcile import reconcile
from elevatekit_plugins.calls.waiter import Following, WaitAll
from elevatekit_plugins.checks import (
    check_base_url,
    check_max_bytes,
    check_timeout,
    check_token,
    merge,
)
from elevatekit_plugins.errors import ArgumentError, ClosedError, OutcomeUnknownError
from elevatekit_plugins.forks import in_each_child
from elevatekit_plugins.hooks.descriptors import AuthContext, AuthScheme, RetryPolicySpec
from elevatekit_plugins.hooks.events import DriftFound
from elevatekit_plugins.host.manager import PluginHost, host_of
from elevatekit_plugins.messages import Headers, Response, Settlement
from elevatekit_plugins.secrecy import Secret
from elevatekit_plugins.transport.protocol import MAX_BYTES

T = TypeVar("T")
Tr = TypeVar("Tr")

DEFAULT_WAIT: Final = 3600.0
"""Seconds that a wait lasts at most, unless told otherwise."""


class Options(Struct, frozen=True, kw_only=True):
    """What `with_options` can change."""

    timeout: float | None
    headers: Headers


class CallOptions(TypedDict, total=False):
    """What `with_options` can be given. None leaves an option as it is."""

    timeout: float | None
    """The total deadline of each call, in seconds."""
    headers: Mapping[str, str] | None
    """Sent with each request, beside those that the client sends."""
    retry: str | None
    """The name of a retry policy."""


class ClientSettings(TypedDict, total=False):
    """What a client can be given, beside its token and a transport. Everything has a default."""

    base_url: str | None
    """Where the API is; else what the environment says, else the server of the spec."""
    timeout: float | None
    """The total deadline of each call in seconds, retries and waits included; else the one that
    the spec gives for the operation."""
    auth: str
    """The name of the auth scheme that signs requests: `token`."""
    retry: str
    """The name of the retry policy: `standard`."""
    plugins: bool | Sequence[object] | PluginHost
    """True for the installed ones, False for none; or a list: names of installed ones, paths of
    files, and plugin objects; or a host that was made before."""
    disable: Iterable[str]
    """Names of plugins to leave out."""
    settings: Mapping[str, Mapping[str, object]] | None
    """The settings of auth scheme, retry policy and plugins, by their names."""
    headers: Mapping[str, str] | None
    """Sent with each request."""
    max_bytes: int
    """The limit of a response's decoded body; 64 MiB. A transport of your own has its own."""
    plain_http: bool
    """Whether `base_url` may be plain http beyond loopback, in a network of your own."""
    ledger: Ledger | None
    """Keeps the budgets of the operations that have one; else the process does."""


class Core(Generic[Tr]):
    """The state that a client and the children of `with_options` share."""

    def __init__(
        self,
        api: Api,
        token: Secret | None,
        given: ClientSettings,
        transport: Tr | None,
        make_transport: Callable[[str, int], Tr],
    ) -> None:
        _check_names("a client has no setting", given, ClientSettings, "transport")
        self.api = api
        self.base_url = check_base_url(
            given.get("base_url") or os.environ.get(api.env("base_url")) or api.base_url,
            plain_http=given.get("plain_http", False),
        )
        secret = token or Secret.of(os.environ.get(api.env("token")))
        if secret is not None:
            check_token(secret, api.env("token"))
        self.host = host_of(
            given.get("plugins", True), given.get("disable", ()), given.get("settings")
        )
        auth, ledger = given.get("auth", "token"), given.get("ledger")
        context = AuthContext(token=secret, key=api.key, token_variable=api.env("token"))
        scheme = self.host.build(self.host.select(AuthScheme, auth), context)
        self._account = secret or Secret(auth)
        self._groups: dict[str, Group] = {}
        if ledger is None:
            ledger = shared_ledger(self.base_url, self._account.reveal())
        self.runtime = Runtime(
            api=api,
            host=self.host,
            auth=scheme,
            auth_turn=Slots(1),
            policy=self.policy(given.get("retry", "standard")),
            ledger=ledger,
            asked=ledger.asked if isinstance(ledger, MemoryLedger) else Asked(),
            bucket=RetryBucket(),
            group=self._group,
        )
        self._transport = transport
        self._make_transport = make_transport
        self._max_bytes = check_max_bytes(given.get("max_bytes", MAX_BYTES))
        self.after_fork()
        in_each_child(self)
        self.closed = False

    def after_fork(self) -> None:
        self._making = threading.Lock()  # another thread of the parent may have held it

    def policy(self, name: str) -> Any:
        return self.host.build(self.host.select(RetryPolicySpec, name))

    def transport(self) -> Tr:
        """The transport, made at the first call: a TLS context costs some 20 ms."""
        if self.closed:
            raise ClosedError("the client is closed; make a new one")
        with self._making:  # threads that share a client may all make its first call
            if self._transport is None:
                self._transport = self._make_transport(self.base_url, self._max_bytes)
            return self._transport

    def _group(self, operation: Operation[Any]) -> Group | None:
        rule = operation.concurrency
        if rule is None:
            return None
        group = self._groups.get(rule.group)
        if group is None:
            group = shared_group(self.base_url, self._account.reveal(), rule.group, rule.limit)
            self._groups[rule.group] = group
        return group

    def shut(self) -> Tr | None:
        """Mark as closed; hands back the transport that there is to close."""
        self.closed = True
        transport, self._transport = self._transport, None
        return transport


class BaseClient(Generic[Tr]):
    """Makes calls out of arguments. What it returns are steps, for one driver or the other."""

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
        self._options = _first_options(api, given)

    def __repr__(self) -> str:
        state = "closed" if self._core.closed else "open"
        timeout = self._options.timeout
        limit = "" if timeout is None else f" timeout={timeout:g}"
        return f"<{type(self).__name__} {self._core.base_url}{limit} {state}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} cannot be pickled or copied: it holds connections and a"
            " token. Make one where it is needed; with_options() makes another one of it"
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
        _check_names("with_options() has no option", options, CallOptions)
        timeout, retry = options.get("timeout"), options.get("retry")
        child = object.__new__(type(self))
        child._core = self._core
        child._runtime = (
            self._runtime
            if retry is None
            else structs.replace(self._runtime, policy=self._core.policy(retry))
        )
        child._options = Options(
            timeout=self._options.timeout if timeout is None else check_timeout(timeout),
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
            timeout=operation.retry.deadline if limit is None else check_timeout(limit),
            arguments=path,
            resource=None if quota is None else str(arguments[quota.per]).lower(),
            question=_question(operation, body),
        )
        return engine.call(job, self._runtime, finish)

    def _reconcile_steps(
        self, error: OutcomeUnknownError, patience: float | None, timeout: float | None
    ) -> Steps[Settlement]:
        core, runtime = self._core, self._runtime
        operation = core.api.operation(error.operation or "")
        quota, longest = operation.quota, operation.retry.deadline
        if patience is None:
            patience = longest
        elif patience != 0:
            patience = check_timeout(patience)

        def look(left: float) -> Steps[list[history.Entry]]:
            assert quota is not None  # there would be no question to look for
            source = core.api.operation(quota.history or "")
            limit = min(max(left, 0.001), source.retry.deadline)
            arguments = {quota.per: error.resource}
            return self._steps(
                source, arguments, None, limit, lambda r: history.read(source, r.body)
            )

        return reconcile(
            error,
            operation,
            runtime.ledger,
            runtime.asked,
            look,
            patience=patience,
            timeout=patience + longest if timeout is None else check_timeout(timeout),
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
    ) -> Following[T]:
        rule = operation.waiter
        if rule is None:
            raise ArgumentError(f"operation {operation.id} cannot be waited on")
        longest = operation.retry.deadline

        def once(arguments: Mapping[str, object], left: float) -> Steps[T]:
            return self._steps(
                operation, arguments, None, min(left, longest), self._decoded(operation)
            )

        return Following(
            operation=operation,
            waiter=rule,
            poll=once,
            read=lambda answer, name: msgspec.to_builtins(answer).get(name),
            every=waiter.interval(rule, kind) if poll is None else check_timeout(poll),
            timeout=DEFAULT_WAIT if timeout is None else check_timeout(timeout),
            clock=self._runtime.clock,
        )

    def _wait_all(
        self,
        operation: Operation[T],
        name: str,
        ids: Iterable[str],
        kind: str | None,
        poll: float | None,
        timeout: float | None,
    ) -> WaitAll[T]:
        following = self._following(operation, kind, poll, timeout)
        return WaitAll(following, name, ids, self._runtime.chance)


def _check_names(what: str, given: Iterable[str], allowed: type, *more: str) -> None:
    """
    Raises:
        TypeError: one of the names is not allowed; the message names the nearest.
    """
    for name in given:
        if name not in allowed.__annotations__:
            near = did_you_mean(name, [*allowed.__annotations__, *more])
            raise TypeError(f"{what} {name!r}{near}")


def _question(operation: Operation[Any], body: object) -> str | None:
    """What is asked, where there is a history to look it up in. A question is the first field."""
    rule, quota = operation.body, operation.quota
    if quota is None or quota.history is None or rule is None or not isinstance(body, Mapping):
        return None
    asked = cast("Mapping[str, object]", body).get(rule.fields[0].name) if rule.fields else None
    return asked if isinstance(asked, str) else None


def _first_options(api: Api, given: ClientSettings) -> Options:
    try:
        own = version(api.name)
    except PackageNotFoundError:
        own = "0"
    base: Headers = (
        ("Accept", "application/json"),
        # Fixed, so that what comes does not depend on which libraries are installed.
        ("Accept-Encoding", "gzip"),
        ("User-Agent", f"{api.name}/{own} Python/{platform.python_version()}"),
    )
    timeout = given.get("timeout")
    return Options(
        timeout=None if timeout is None else check_timeout(timeout),
        headers=merge(base, given.get("headers")),
    )
