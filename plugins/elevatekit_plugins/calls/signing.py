"""Auth in one call: signs requests, and gets a new credential where the server refuses one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.errors import AuthError, ElevateKitError, PluginError, TransportError
from elevatekit_plugins.hooks.descriptors import Auth, Blocking
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.secrecy import redact

_NOTHING: Final = "nothing was sent, as the auth scheme has no credential: "


class Signing:
    """The auth scheme of a client, seen from one call."""

    __slots__ = ("_auth", "_last", "_operation")

    def __init__(self, operation: Operation[Any], auth: Auth) -> None:
        self._operation, self._auth = operation, auth
        self._last: tuple[Request, Request] | None = None

    @property
    def credential(self) -> Hashable:
        """What requests are signed with now."""
        return self._auth.credential

    def signed(self, request: Request) -> Request:
        """The request with the credential in it.

        Raises:
            PluginError: the scheme failed.
        """
        try:
            signed = self._auth.sign(request)
        except ElevateKitError:
            raise
        except Exception as error:
            raise plugin_failed(self._operation, "auth", self._auth, "sign", error) from error
        if type(signed) is not Request:
            wrong = TypeError(f"it returned {type(signed).__name__}, not Request")
            raise plugin_failed(self._operation, "auth", self._auth, "sign", wrong)
        self._last = request, signed
        return signed

    def scrub(self, error: ElevateKitError) -> None:
        """Take the credential out of an error: a server may send it back to say that it is wrong,
        and a proxy or a page for debugging shows whole requests."""
        if self._last is None:
            return
        plain, signed = self._last
        values = [value for name, value in signed.headers if (name, value) not in plain.headers]
        # `Authorization` has the scheme before the secret.
        _scrub(error, [*values, *(word for value in values for word in value.split()[-1:])])

    def refreshed(self, do: Callable[[Request | Blocking], Steps[Any]]) -> Steps[bool]:
        """Get a new credential; whether there is one.

        Raises:
            AuthError: there is none, and without one nothing can be sent.
            PluginError: the scheme failed.
        """
        try:
            wanted = self._auth.refresh()
            try:
                work = next(wanted)
                while True:
                    try:
                        outcome = yield from do(work)
                    except Exception as error:
                        work = wanted.throw(error)
                    else:
                        work = wanted.send(outcome)
            except StopIteration as stop:
                if stop.value or self.credential is not None:
                    return bool(stop.value)
                raise AuthError(f"{_NOTHING}its refresh gave none; see to its settings") from None
        except AuthError:
            raise
        except TransportError as error:
            if self.credential is None:
                raise AuthError(f"{_NOTHING}{error}", temporary=True) from error
            # That of the token's server is no error of this operation: its 401 is.
            return False
        except ElevateKitError:
            raise
        except Exception as error:
            raise plugin_failed(self._operation, "auth", self._auth, "refresh", error) from error


def _scrub(error: ElevateKitError, secrets: list[str]) -> None:
    error.args = tuple(redact(a, secrets) if isinstance(a, str) else a for a in error.args)
    for name, value in vars(error).items():
        if isinstance(value, str):
            setattr(error, name, redact(value, secrets))
        elif isinstance(value, Response):
            setattr(error, name, value.without(secrets))
    if isinstance(error.__cause__, ElevateKitError):
        _scrub(error.__cause__, secrets)


def plugin_failed(
    operation: Operation[Any], kind: str, plugin: object, method: str, error: Exception
) -> PluginError:
    """The error for an auth scheme or a retry policy that failed in a call."""
    name = f"{type(plugin).__module__}.{type(plugin).__qualname__}"
    return PluginError(
        f"operation {operation.id}: the {kind} {name} failed in {method}:"
        f" {type(error).__name__}: {error}; fix it, or select another",
        plugin=name,
        hook=method,
    )
