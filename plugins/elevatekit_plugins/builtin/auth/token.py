"""The auth scheme `token`: the account's token in the header that the spec names, and in its form.

With basic auth the token is the user and the password: `user:password`.
"""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterable
from typing import Any

from elevatekit_plugins.api import ApiKey
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.descriptors import Auth, AuthContext, AuthScheme, NoSettings
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.messages import Request
from elevatekit_plugins.secrecy import Secret


class TokenAuth:
    """Adds one header. A token that is refused cannot be renewed: the 401 reaches the caller."""

    def __init__(self, token: Secret, key: ApiKey) -> None:
        self._token = token
        self._header, self._value = key.header, Secret(key.value(token.reveal()))

    @property
    def credential(self) -> Hashable:
        return self._token

    def sign(self, request: Request) -> Request:
        return request.with_header(self._header, self._value.reveal())

    def refresh(self) -> Generator[Request, Any, bool]:
        return False
        yield  # makes this a generator, one that asks for nothing


def build(settings: NoSettings, context: AuthContext) -> Auth:
    """
    Raises:
        ConfigError: no token was given, or none of the form that the API wants.
    """
    if context.token is None:
        raise ConfigError(
            f"no token: set {context.token_variable} or use --token-file (in Python token=)"
        )
    if context.key.scheme == "Basic" and ":" not in context.token.reveal():
        raise ConfigError(
            f"the token has no colon: for basic auth, set {context.token_variable} to user:password"
        )
    return TokenAuth(context.token, context.key)


@hookimpl
def elevatekit_register_auth_schemes() -> Iterable[AuthScheme]:
    """Register the scheme."""
    return [AuthScheme(name="token", summary="the account's token, in its own header", build=build)]
