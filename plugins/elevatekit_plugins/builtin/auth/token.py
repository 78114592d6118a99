"""The auth scheme `token`: the account's token in the header that the spec names."""

from __future__ import annotations

from collections.abc import Generator, Hashable, Iterable
from typing import Any

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.descriptors import Auth, AuthContext, AuthScheme, NoSettings
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.messages import Request
from elevatekit_plugins.secrecy import Secret


class TokenAuth:
    """Adds one header. A token that is refused cannot be renewed: the 401 reaches the caller."""

    def __init__(self, token: Secret, header: str) -> None:
        self._token = token
        self._header = header

    @property
    def credential(self) -> Hashable:
        return self._token

    def sign(self, request: Request) -> Request:
        return request.with_header(self._header, self._token.reveal())

    def refresh(self) -> Generator[Request, Any, bool]:
        return False
        yield  # makes this a generator, one that asks for nothing


def build(settings: NoSettings, context: AuthContext) -> Auth:
    """
    Raises:
        ConfigError: no token was given.
    """
    if context.token is None:
        raise ConfigError(
            f"no token: set {context.token_variable}, pass token=, or use --token-file"
        )
    return TokenAuth(context.token, context.key.header)


@hookimpl
def elevatekit_register_auth_schemes() -> Iterable[AuthScheme]:
    """Register the scheme."""
    return [
        AuthScheme(name="token", summary="the account's token in a header of its own", build=build)
    ]
