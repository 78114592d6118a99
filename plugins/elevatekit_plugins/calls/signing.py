"""Auth in one call: signs requests, and gets a new credential where the server refuses one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.errors import ElevateKitError, PluginError, TransportError
from elevatekit_plugins.hooks.descriptors import Auth
from elevatekit_plugins.messages import Request, Response


class Signing:
    """The auth scheme of a client, seen from one call."""

    def __init__(self, operation: Operation[Any], auth: Auth) -> None:
        self._operation, self._auth = operation, auth

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
        return signed

    def refreshed(self, send: Callable[[Request], Steps[Response]]) -> Steps[bool]:
        """Get a new credential; whether there is one.

        Raises:
            PluginError: the scheme failed.
        """
        try:
            requests = self._auth.refresh()
            try:
                request = next(requests)
                while True:
                    try:
                        response = yield from send(request)
                    except TransportError as error:
                        request = requests.throw(error)
                    else:
                        request = requests.send(response)
            except StopIteration as stop:
                return bool(stop.value)
        except TransportError:
            # That of the token's server is no error of this operation: its 401 is.
            return False
        except ElevateKitError:
            raise
        except Exception as error:
            raise plugin_failed(self._operation, "auth", self._auth, "refresh", error) from error


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
