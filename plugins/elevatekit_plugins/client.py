"""What the sync and the async client have in common: everything but who waits.

The generated `Client` and `AsyncClient` add the API's methods to these two.
"""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, structs

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls import engine, waiter
from elevatekit_plugins.calls.arguments import build_request
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.decode import decode
from elevatekit_plugins.calls.drift import findings
from elevatekit_plugins.calls.drivers import drive, drive_async
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.engine import Job, Runtime
from elevatekit_plugins.calls.limiter import Slots, shared_slots
from elevatekit_plugins.calls.quota import Ledger, MemoryLedger
from elevatekit_plugins.errors import ArgumentError, ClosedError, ConfigError
from elevatekit_plugins.hooks.descriptors import AuthContext, AuthScheme, RetryPolicySpec
from elevatekit_plugins.hooks.events import DriftFound
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import Headers, Response
from elevatekit_plugins.secrecy import Secret
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport

T = TypeVar("T")
Tr = TypeVar("Tr")

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
DEFAULT_WAIT: Final = 3600.0
"""Seconds that a wait lasts at most, unless told otherwise."""


class Options(Struct, frozen=True, kw_only=True):
    """What `with_options` can change."""

    timeout: float | None
    headers: Headers


class Core(Generic[Tr]):
    """The state that a client and the children of `with_options` share."""

    def __init__(
        self,
        api: Api,
        token: str | None,
        *,
        base_url: str | None,
        auth: str,
        retry: str,
        plugins: bool | Sequence[object],
        disable: Iterable[str],
        settings: Mapping[str, Mapping[str, object]] | None,
        ledger: Ledger | None,
        transport: Tr | None,
        make_transport: Callable[[str], Tr],
    ) -> None:
        self.api = api
        self.base_url = check_base_url(
            base_url or os.environ.get(api.env("base_url")) or api.base_url
        )
        given = token if token is not None else os.environ.get(api.env("token"))
        secret = None if given is None else Secret(check_token(given, api.env("token")))
        self.host = PluginHost(plugins, disable, settings)
        context = AuthContext(token=secret, key=api.key, token_variable=api.env("token"))
        scheme = self.host.build(self.host.select(AuthScheme, auth), context)
        self._account = secret or Secret(auth)
        self._groups: dict[str, Slots] = {}
        self.runtime = Runtime(
            api=api,
            host=self.host,
            auth=scheme,
            auth_turn=Slots(1),
            policy=self.policy(retry),
            ledger=MemoryLedger() if ledger is None else ledger,
            bucket=RetryBucket(),
            slots=self._slots,
        )
        self._transport = transport
        self._make_transport = make_transport
        self.closed = False

    def policy(self, name: str) -> Any:
        return self.host.build(self.host.select(RetryPolicySpec, name))

    def transport(self) -> Tr:
        """The transport, made at the first call: a TLS context costs some 20 ms."""
        if self.closed:
            raise ClosedError("the client is closed; make a new one")
        if self._transport is None:
            self._transport = self._make_transport(self.base_url)
        return self._transport

    def _slots(self, operation: Operation[Any]) -> Slots | None:
        rule = operation.concurrency
        if rule is None:
            return None
        slots = self._groups.get(rule.group)
        if slots is None:
            slots = shared_slots(self.base_url, self._account.reveal(), rule.group, rule.limit)
            self._groups[rule.group] = slots
        return slots

    def shut(self) -> Tr | None:
        """Mark as closed; hands back the transport that there is to close."""
        self.closed = True
        transport, self._transport = self._transport, None
        return transport


class BaseClient(Generic[Tr]):
    """Makes calls out of arguments. What it returns are steps, for one driver or the other."""

    _core: Core[Tr]
    _runtime: Runtime
    _options: Options

    def __repr__(self) -> str:
        state = "closed" if self._core.closed else "open"
        return f"<{type(self).__name__} {self._core.base_url} {state}>"

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

    def with_options(
        self,
        *,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        retry: str | None = None,
    ) -> Self:
        """A client that differs in these options and shares all else. This one stays as it is.

        Args:
            timeout: the total deadline of each call, in seconds.
            headers: sent with each request, beside those that this client sends.
            retry: the name of a retry policy.
        """
        child = object.__new__(type(self))
        child._core = self._core
        child._runtime = (
            self._runtime
            if retry is None
            else structs.replace(self._runtime, policy=self._core.policy(retry))
        )
        child._options = Options(
            timeout=self._options.timeout if timeout is None else check_timeout(timeout),
            headers=merge(self._options.headers, headers),
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
        )
        return engine.call(job, self._runtime, finish)

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

    def _wait_steps(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> Steps[T]:
        rule = operation.waiter
        assert rule is not None  # codegen makes this method only where there is one
        longest = operation.retry.deadline

        def once(left: float) -> Steps[T]:
            return self._steps(
                operation, arguments, None, min(left, longest), self._decoded(operation)
            )

        return waiter.wait(
            operation,
            once,
            lambda answer, name: msgspec.to_builtins(answer).get(name),
            every=waiter.interval(rule, kind) if poll is None else check_timeout(poll),
            timeout=DEFAULT_WAIT if timeout is None else check_timeout(timeout),
            clock=self._runtime.clock,
            progress=progress,
        )


class SyncApiClient(BaseClient[Transport]):
    """A client whose calls block the thread. Safe to share between threads."""

    def __init__(
        self,
        api: Api,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        auth: str = "token",
        retry: str = "standard",
        plugins: bool | Sequence[object] = True,
        disable: Iterable[str] = (),
        settings: Mapping[str, Mapping[str, object]] | None = None,
        headers: Mapping[str, str] | None = None,
        ledger: Ledger | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._core = Core(
            api,
            token,
            base_url=base_url,
            auth=auth,
            retry=retry,
            plugins=plugins,
            disable=disable,
            settings=settings,
            ledger=ledger,
            transport=transport,
            make_transport=_sync_transport,
        )
        self._runtime = self._core.runtime
        self._options = _options(api, timeout, headers)

    def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> T:
        """Make a call and return its typed result. `arguments` is keyed by name on the wire.

        Raises:
            ElevateKitError: see `elevatekit_plugins.errors` for the classes.
        """
        steps = self._steps(operation, arguments, body, timeout, self._decoded(operation))
        return drive(steps, self._core.transport())

    def send(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> Response:
        """As `call`, but the response comes as it is, undecoded. An error status raises."""
        return drive(
            self._steps(operation, arguments, body, timeout, _as_it_is), self._core.transport()
        )

    def wait(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[T], None] | None = None,
    ) -> T:
        """Poll an operation until its state is final.

        Raises:
            WaitFailedError: it ended in failure.
            DeadlineExceededError: it did not end within `timeout` seconds (an hour by default).
        """
        steps = self._wait_steps(operation, arguments, kind, poll, timeout, progress)
        return drive(steps, self._core.transport())

    def close(self) -> None:
        """Close all connections. Children made by `with_options` are closed with it."""
        transport = self._core.shut()
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncApiClient(BaseClient[AsyncTransport]):
    """A client whose calls are awaited, in one asyncio event loop."""

    def __init__(
        self,
        api: Api,
        token: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
        auth: str = "token",
        retry: str = "standard",
        plugins: bool | Sequence[object] = True,
        disable: Iterable[str] = (),
        settings: Mapping[str, Mapping[str, object]] | None = None,
        headers: Mapping[str, str] | None = None,
        ledger: Ledger | None = None,
        transport: AsyncTransport | None = None,
    ) -> None:
        self._core = Core(
            api,
            token,
            base_url=base_url,
            auth=auth,
            retry=retry,
            plugins=plugins,
            disable=disable,
            settings=settings,
            ledger=ledger,
            transport=transport,
            make_transport=_async_transport,
        )
        self._runtime = self._core.runtime
        self._options = _options(api, timeout, headers)

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> T:
        """As `SyncApiClient.call`."""
        steps = self._steps(operation, arguments, body, timeout, self._decoded(operation))
        return await drive_async(steps, self._core.transport())

    async def send(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> Response:
        """As `SyncApiClient.send`."""
        steps = self._steps(operation, arguments, body, timeout, _as_it_is)
        return await drive_async(steps, self._core.transport())

    async def wait(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[T], None] | None = None,
    ) -> T:
        """As `SyncApiClient.wait`."""
        steps = self._wait_steps(operation, arguments, kind, poll, timeout, progress)
        return await drive_async(steps, self._core.transport())

    async def aclose(self) -> None:
        """Close all connections. Children made by `with_options` are closed with it."""
        transport = self._core.shut()
        if transport is not None:
            await transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


def check_token(token: str, variable: str) -> str:
    """The token, if a header can carry it.

    Raises:
        ConfigError: it is empty or holds something else than visible ASCII. It is not shown.
    """
    if not token:
        raise ConfigError(f"the token is empty; set {variable} or pass token=")
    for index, character in enumerate(token):
        if not "!" <= character <= "~":
            what = "a space" if character == " " else "no visible ASCII character"
            raise ConfigError(
                f"the token cannot be used: character {index + 1} of {len(token)} is {what};"
                " was it copied whole, without line break or quotes?"
            )
    return token


def check_base_url(url: str) -> str:
    """The base URL without a slash at its end.

    Raises:
        ConfigError: it is not an https URL of a host and a path. Plain http is for loopback.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"the base URL cannot be read: {error}") from None
    host = parts.hostname
    if parts.username is not None or parts.password is not None:
        raise ConfigError("the base URL must not hold a user name or password")
    shown = f"the base URL {url!r}"
    if parts.scheme not in ("https", "http") or not host:
        raise ConfigError(f"{shown} must begin with https:// and name a host")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ConfigError(f"{shown} must end after its path, with no query and no fragment")
    if any(c.isspace() or not c.isprintable() for c in url) or "\\" in url or port == 0:
        raise ConfigError(f"{shown} holds characters that no URL has")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigError(
            f"{shown} is plain http, which would show the token on the way; use https"
            " (plain http is for loopback alone)"
        )
    return url.rstrip("/")


def check_timeout(seconds: float) -> float:
    """The number of seconds, if it is one.

    Raises:
        ArgumentError: it is not a positive, finite number.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"a timeout is a number of seconds, not {type(seconds).__name__}")
    if not math.isfinite(seconds) or seconds <= 0:
        raise ArgumentError(f"a timeout of {seconds} s makes no sense; it must be above zero")
    return float(seconds)


def merge(headers: Headers, more: Mapping[str, str] | None) -> Headers:
    """Headers with more of them; those of the same name are replaced.

    Raises:
        ArgumentError: a name or value is none that HTTP can carry.
    """
    for name, value in (more or {}).items():
        if not name or not name.isascii() or any(c in "\r\n:\0 " for c in name):
            raise ArgumentError(f"{name!r} is no name of a header")
        if not value.isascii() or not value.isprintable():
            raise ArgumentError(f"the value of header {name} holds characters that HTTP forbids")
        headers = (*(h for h in headers if h[0].lower() != name.lower()), (name, value))
    return headers


def _options(api: Api, timeout: float | None, headers: Mapping[str, str] | None) -> Options:
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
    return Options(
        timeout=None if timeout is None else check_timeout(timeout), headers=merge(base, headers)
    )


def _as_it_is(response: Response) -> Response:
    return response


def _sync_transport(base_url: str) -> Transport:
    from elevatekit_plugins.transport.httpx2 import HttpxTransport

    return HttpxTransport(base_url)


def _async_transport(base_url: str) -> AsyncTransport:
    from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport

    return AsyncHttpxTransport(base_url)
