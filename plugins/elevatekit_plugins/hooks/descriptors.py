"""What plugins register: frozen descriptors, and the protocols of what they build.

A descriptor is plain data, so that registering imports nothing heavy. What a plugin does stands
behind `build`, which is called only when the descriptor is selected by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, cast, get_args, runtime_checkable

from msgspec import Struct, field

from elevatekit_plugins.api import Api, ApiKey, Column, RetryRule, Table
from elevatekit_plugins.hooks.events import CallStarted
from elevatekit_plugins.messages import Attempt, Request, Response
from elevatekit_plugins.secrecy import Secret

_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")


class NoSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a descriptor that has none."""


class Descriptor(Struct, frozen=True, kw_only=True):
    """What all descriptors have in common.

    Raises:
        ValueError: the name is not lower-case letters, digits, `-` and `_`.
    """

    name: str
    """What the user selects it by."""
    summary: str
    """One line for `elevatekit plugins list`."""

    def __post_init__(self) -> None:
        _check_name(self, self.name)


def _check_name(descriptor: Descriptor, name: object) -> None:
    if not isinstance(name, str) or not _NAME.match(name):
        raise ValueError(
            f"{type(descriptor).__name__}: name {name!r} must be lower-case letters,"
            " digits, '-' and '_', beginning with a letter"
        )


# --- auth -----------------------------------------------------------------------------------


class Blocking(Struct, frozen=True):
    """Work that blocks, which an auth scheme asks for: a program, a keyring, a library of a vendor.

    The async client does it in a thread, so that its tasks go on meanwhile.
    """

    run: Callable[[float], Any]
    """Called with the seconds that are left until the deadline of the call."""


@runtime_checkable
class Auth(Protocol):
    """Signs requests, and gets a new credential when the server refuses the one in use.

    One object serves all calls, threads and tasks of a client. The engine calls `refresh` for
    one of them at a time and lets the others wait; it compares `credential` before and after.
    """

    @property
    def credential(self) -> Hashable:
        """Tells one credential from the next. It changes when a refresh succeeds.

        None where there is none yet, or where it is time for the next one: then `refresh` is
        called before anything is sent.
        """
        ...

    def sign(self, request: Request) -> Request:
        """The request with the credential in it. Pure: no I/O, no waiting."""
        ...

    def refresh(self) -> Generator[Request | Blocking, Any, bool]:
        """A generator of the requests that get a new credential; it returns whether it did.

        Each request it yields is sent (`purpose="auth"`), and its response handed back; `Blocking`
        is done, and what it returned handed back. What either raises is raised at the `yield`.
        A scheme that cannot refresh returns False at once, and the 401 reaches the caller; one
        that knows why raises AuthError.
        """
        ...


class AuthContext(Struct, frozen=True, kw_only=True):
    """What an auth scheme is built from, beside its settings."""

    token: Secret | None
    """The token that the user gave, already checked to be visible ASCII."""
    key: ApiKey
    token_variable: str
    """The environment variable that a message can point to."""


class AuthScheme(Descriptor, frozen=True, kw_only=True):
    """A way to sign requests, selected with `Client(auth=NAME)`."""

    build: Callable[[Any, AuthContext], Auth]
    """`build(settings, context)`. It raises ConfigError where something is missing."""
    settings: type[Any] = NoSettings


# --- retry ----------------------------------------------------------------------------------


@runtime_checkable
class RetryPolicy(Protocol):
    """Decides whether a failed attempt is followed by another, and after how long.

    The engine asks only where the operation allows another attempt at all; a policy can be
    stricter than that and never looser.
    """

    def delay(self, attempts: Sequence[Attempt], rule: RetryRule, chance: float) -> float | None:
        """Seconds to wait before the next attempt, or None to stop.

        Pure: no I/O, no clock, no randomness of its own. `attempts` are all so far, the failed
        one last; `chance` is a random number from 0 up to 1 for jitter.
        """
        ...


@runtime_checkable
class Patient(Protocol):
    """A retry policy that rides out outages has one attribute more."""

    @property
    def patience(self) -> float:
        """Seconds that a call may take where the user gave no timeout; each of its attempts is
        still given the deadline of the spec. While many calls fail, it is seldom asked rather
        than not at all."""
        ...


class RetryPolicySpec(Descriptor, frozen=True, kw_only=True):
    """A retry policy, selected with `Client(retry=NAME)`."""

    build: Callable[[Any], RetryPolicy]
    settings: type[Any] = NoSettings


# --- export ---------------------------------------------------------------------------------


class InteractionRecord(Struct, frozen=True, kw_only=True):
    """One interaction as exporters see it."""

    id: str
    """The server's id."""
    key: str | None
    """The caller's own id, where it was declared with one."""
    row: tuple[Any, ...]
    """The values of `Layout.row`, in its order: str, int, float, bool or None."""
    lists: Mapping[str, tuple[tuple[Any, ...], ...]]
    """Name of a list table to its rows, each in the order of that table's columns."""
    payloads: Mapping[str, Any]
    """Operation id to its JSON payload as it came. Absent results are not in it."""


class Layout(Struct, frozen=True, kw_only=True):
    """The columns of an export. They come from the spec, not from the data."""

    row: tuple[Column, ...]
    """The columns of the one row that each interaction has."""
    lists: tuple[Table, ...]
    """The list tables. The columns that join them to the interaction stand first."""


class HttpSender(Protocol):
    """Sends a request for an exporter, with deadline, size limit and redaction of the host."""

    def __call__(self, request: Request, *, timeout: float) -> Response:
        """
        Raises:
            TransportError: no response came; `sent` tells whether the server may have seen it.
        """
        ...


class Memo(Protocol):
    """What an exporter remembers of its destination from one export of a journal to the next.

    A few short texts, kept beside the journal: how far a delivery came that cannot be undone.
    """

    def get(self, name: str) -> str | None:
        """What was remembered under this name, or None."""
        ...

    def set(self, name: str, value: str) -> None:
        """Remember a text. It is durable when this returns."""
        ...


class VolatileMemo:
    """A memo that is forgotten with the process, for where there is no journal."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._texts.get(name)

    def set(self, name: str, value: str) -> None:
        self._texts[name] = value


class ExportContext(Struct, frozen=True, kw_only=True):
    """What an exporter is built from, beside its settings."""

    target: str
    """What stands after the colon in `--to NAME:TARGET`."""
    api: Api
    layout: Layout
    send: HttpSender
    memo: Memo = field(default_factory=VolatileMemo)


@runtime_checkable
class Exporter(Protocol):
    """Writes interactions to one destination.

    The host calls `open`, then `write` for each batch, then `finish`; or `abort` when something
    failed or the run was interrupted. It is called from one thread.
    """

    def open(self) -> None:
        """Make ready. Nothing that was there before may be harmed yet.

        Raises:
            ElevateKitError: the destination cannot be used; the message says why.
        """
        ...

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        """Take a batch, in the order of the journal. The records are yours alone.

        For `mode="append"`, what was taken is durable when this returns.
        """
        ...

    def finish(self) -> Sequence[str]:
        """Make visible what was written, nothing of it before, and say what was left: paths,
        channels. Each file appears whole or not at all; several may appear one after another."""
        ...

    def abort(self) -> None:
        """Leave the destination as it was before `open`. Must not raise."""
        ...


def _check_aliases(descriptor: Descriptor, aliases: object) -> None:
    if not isinstance(aliases, tuple | list):
        raise ValueError(
            f"exporter {descriptor.name}: aliases must be a tuple of names, not {aliases!r}"
        )
    for alias in cast("Sequence[object]", aliases):
        _check_name(descriptor, alias)


Mode = Literal["render", "append"]
_MODES = get_args(Mode)


class ExporterSpec(Descriptor, frozen=True, kw_only=True):
    """A destination, selected with `--to NAME:TARGET`."""

    build: Callable[[Any, ExportContext], Exporter]
    settings: type[Any] = NoSettings
    target: str = ""
    """What the target is, for the help: `DIR/`, `FILE.jsonl`, `#channel`."""
    mode: Mode = "render"
    """`render`: gets every interaction each time and replaces what was there. `append`: gets
    those after its cursor in the journal."""
    remembers: bool = False
    """Whether it uses `ExportContext.memo`. Then a journal has one such export at a time."""
    aliases: tuple[str, ...] = ()
    extra: str | None = None
    """The extra of the distribution that it needs, named when an import fails."""

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_aliases(self, self.aliases)
        if self.mode not in _MODES:
            raise ValueError(
                f"exporter {self.name}: mode {self.mode!r} is not one of {' and '.join(_MODES)}"
            )


# --- the rest -------------------------------------------------------------------------------


class TransformSpec(Descriptor, frozen=True, kw_only=True):
    """Changes or drops records before any exporter sees them, in the order of configuration."""

    build: Callable[[Any, Layout], Callable[[InteractionRecord], InteractionRecord | None]]
    """`build(settings, layout)` gives a pure function; None drops the record, and it is counted."""
    settings: type[Any] = NoSettings


class CheckResult(Struct, frozen=True, kw_only=True):
    """What a health check found."""

    ok: bool
    message: str
    remedy: str = ""


class CheckSpec(Descriptor, frozen=True, kw_only=True):
    """A health check. No command runs it: programs find it with `host.registered(CheckSpec)`."""

    run: Callable[[], CheckResult]


class SpanFactory(Descriptor, frozen=True, kw_only=True):
    """Wraps each call in a context manager, sync and async alike. For tracing."""

    open: Callable[[CallStarted], AbstractContextManager[Any]]
