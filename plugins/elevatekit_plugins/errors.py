"""The bases of every error. Classes for the documented statuses are generated from the spec.

Every error survives `pickle` with all its facts, so that it can cross a process pool, and none
of them holds a request, a token or a header that was sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from elevatekit_plugins.messages import Attempt, LostQuestion, Response, Settlement


class ElevateKitError(Exception):
    """The base of every error that this package raises on purpose."""

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message)
        self.operation = operation
        """The id of the operation, where the error belongs to one."""
        self.attempts = attempts
        """Every attempt that was made, first to last."""

    def __reduce__(self) -> tuple[Any, ...]:
        return self._rebuilt_from(self.__dict__)

    def _rebuilt_from(self, state: dict[str, Any]) -> tuple[Any, ...]:
        # A cause of ours has facts to keep; others need not survive pickle.
        cause = self.__cause__ if isinstance(self.__cause__, ElevateKitError) else None
        return (_rebuild, (type(self), self.args, state, cause))


def _rebuild(
    cls: type[ElevateKitError],
    args: tuple[Any, ...],
    state: dict[str, Any],
    cause: ElevateKitError | None,
) -> ElevateKitError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    error.__cause__ = cause
    return error


class ConfigError(ElevateKitError):
    """Something that the user set cannot be used: token, base URL, plugin, settings, file."""


def missing_extra(
    part: str, error: ImportError, extra: str, distribution: str = "elevatekit"
) -> ConfigError:
    """What to raise where an optional part is used and what it imports is not installed."""
    return ConfigError(
        f"{part} needs {error.name}, which is not installed:"
        f' run pip install "{distribution}[{extra}]"'
    )


class ArgumentError(ElevateKitError, ValueError):
    """An argument of a call breaks a rule of the spec. Nothing was sent."""


class PluginError(ElevateKitError):
    """A plugin that was selected by name failed: it names the plugin, the hook and the remedy."""

    def __init__(self, message: str, *, plugin: str, hook: str) -> None:
        super().__init__(message)
        self.plugin = plugin
        self.hook = hook


class TransportError(ElevateKitError):
    """No usable response came.

    `sent` is False only where it is certain that the server saw nothing of the request.
    """

    def __init__(
        self,
        message: str,
        *,
        sent: bool = True,
        temporary: bool = True,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message, operation=operation, attempts=attempts)
        self.sent = sent
        self.temporary = temporary
        """Whether it may go better in a while. Else the call is not tried again."""


class ClosedError(TransportError):
    """The client was used after it was closed, or closed while it was used.

    `sent` says whether the request was on its way.
    """

    def __init__(
        self,
        message: str,
        *,
        sent: bool = False,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(
            message, sent=sent, temporary=False, operation=operation, attempts=attempts
        )


class ConnectError(TransportError):
    """No connection came about: refused, unreachable, unknown name."""

    def __init__(
        self,
        message: str,
        *,
        sent: bool = False,
        temporary: bool = True,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(
            message, sent=sent, temporary=temporary, operation=operation, attempts=attempts
        )


class CertificateError(ConnectError):
    """The server cannot be trusted: its certificate, or its TLS, was refused. Never retried."""


class AuthError(TransportError):
    """No credential could be got, so the request was not carried out.

    It tells of the auth scheme and of whom that asks: never is it an answer of the API.
    """

    def __init__(
        self,
        message: str,
        *,
        temporary: bool = False,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(
            message, sent=False, temporary=temporary, operation=operation, attempts=attempts
        )


class DeadlineExceededError(TransportError):
    """The total deadline of the call passed, retries and waits included."""


class BrokenResponseError(TransportError):
    """A response came that HTTP, its encoding or its content type does not allow.

    `response` is what could be read of it, where a status line could be read at all.
    """

    def __init__(
        self,
        message: str,
        *,
        response: Response | None = None,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message, operation=operation, attempts=attempts)
        self.response = response


class ResponseTooLargeError(BrokenResponseError):
    """The body is larger than the client's `max_bytes`. It is never retried."""


class StatusError(ElevateKitError):
    """The server answered with an error status. Generated subclasses name the documented ones."""

    def __init__(
        self,
        message: str,
        *,
        response: Response,
        error_message: str | None = None,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message, operation=operation, attempts=attempts)
        self.response = response
        self.error_message = error_message
        """What the server said, where its body has the documented form."""

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def body(self) -> bytes:
        return self.response.body

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asked to wait, where it said so in a form that makes sense."""
        return self.attempts[-1].retry_after if self.attempts else None

    @property
    def request_id(self) -> str | None:
        """The id that the server gave the request, where it sent one."""
        return self.response.header("x-request-id") or self.response.header("request-id")


class DriftError(ElevateKitError):
    """A successful answer does not fit the spec. The answer itself is in `response`."""

    def __init__(
        self,
        message: str,
        *,
        response: Response,
        path: str,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message, operation=operation, attempts=attempts)
        self.response = response
        self.path = path
        """Where in the answer, as msgspec writes it: `$.entities[0].type`."""


class QuotaExceededError(ElevateKitError):
    """The budget of an operation is spent, as far as this process or journal knows.

    Nothing was sent.
    """


class OutcomeUnknownError(ElevateKitError):
    """An operation that must not be sent twice may or may not have been carried out.

    A question counts as spent until `reconcile` has found out.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        attempts: tuple[Attempt, ...] = (),
        lost: LostQuestion | None = None,
    ) -> None:
        super().__init__(message, operation=operation, attempts=attempts)
        self.lost = lost
        """What was asked, where the operation has a budget, and the API keeps a history of it."""
        self.settlement: Settlement | None = None
        """What `reconcile` found out."""
        self._reconcile: Callable[..., Settlement] | None = None
        self._areconcile: Callable[..., Awaitable[Settlement]] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # A client stays in its process, and what it is bound to here with it.
        state = self.__dict__ | {"_reconcile": None, "_areconcile": None}
        return self._rebuilt_from(state)

    def came_from(self, reconcile: Callable[..., Settlement]) -> None:
        """Remember the client that raised it."""
        self._reconcile = reconcile

    def came_from_async(self, reconcile: Callable[..., Awaitable[Settlement]]) -> None:
        """Remember the async client that raised it."""
        self._areconcile = reconcile

    def reconcile(
        self, *, patience: float | None = None, timeout: float | None = None
    ) -> Settlement:
        """`client.reconcile(error)` of the `Client` that raised it.

        Raises:
            ConfigError: an async client raised it, or it was pickled or copied since.
        """
        if self._reconcile is None:
            raise ConfigError(
                "this error has no client; use client.reconcile(error)"
                if self._areconcile is None
                else "this error comes from an async client; use await error.areconcile()"
            )
        return self._reconcile(self, patience=patience, timeout=timeout)

    async def areconcile(
        self, *, patience: float | None = None, timeout: float | None = None
    ) -> Settlement:
        """`await client.reconcile(error)` of the `AsyncClient` that raised it.

        Raises:
            ConfigError: a sync client raised it, or it was pickled or copied since.
        """
        if self._areconcile is None:
            raise ConfigError(
                "this error has no client; use await client.reconcile(error)"
                if self._reconcile is None
                else "this error comes from a sync client; use error.reconcile()"
            )
        return await self._areconcile(self, patience=patience, timeout=timeout)


class WaitFailedError(ElevateKitError):
    """What was waited for ended in failure."""

    def __init__(self, message: str, *, state: str, operation: str | None = None) -> None:
        super().__init__(message, operation=operation)
        self.state = state
