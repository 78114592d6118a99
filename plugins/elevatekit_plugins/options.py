"""What a client can be given, and what `with_options` can change."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TypedDict

from msgspec import Struct

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.calls.quota import Ledger
from elevatekit_plugins.checks import (
    check_seconds,
    merge,
)
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import Headers


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
    pins: Mapping[str, str] | None
    """Distributions with plugins to their pins, as `elevatekit plugins pin` prints them: one whose
    files are others is not imported."""
    headers: Mapping[str, str] | None
    """Sent with each request."""
    max_bytes: int
    """The limit of a response's decoded body; 64 MiB. A transport of your own has its own."""
    plain_http: bool
    """Whether `base_url` may be plain http beyond loopback, in a network of your own."""
    ledger: Ledger | None
    """Keeps the budgets of the operations that have one; else the process does."""


def first_options(api: Api, given: ClientSettings) -> Options:
    """What calls have where nothing else is said: our own headers, and those that were given."""
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
        timeout=None if timeout is None else check_seconds(timeout),
        headers=merge(base, given.get("headers")),
    )


def check_names(what: str, given: Iterable[str], allowed: type, *more: str) -> None:
    """Make sure that nothing was misspelt.

    Raises:
        TypeError: one of the names is not allowed; the message names the nearest.
    """
    for name in given:
        if name not in allowed.__annotations__:
            known = [*allowed.__annotations__, *more]
            near = did_you_mean(name, known) or f" (available: {', '.join(known)})"
            raise TypeError(f"{what} {name!r}{near}")
