"""Signs with tokens of a vault, which are good for a number of requests."""

from __future__ import annotations

import json
from collections.abc import Generator, Hashable, Iterable
from typing import Any

from msgspec import Struct

from elevatekit_plugins import (
    Auth,
    AuthContext,
    AuthError,
    AuthScheme,
    Blocking,
    Request,
    Secret,
    TransportError,
    hookimpl,
)

ELEVATEKIT_PLUGIN_API = 1


class Settings(Struct, frozen=True, kw_only=True):
    """`[plugins.vault]`"""

    url: str
    role_id: str
    secret_id: Secret


class VaultAuth:
    """Logs in before the first request, and again whenever a token is spent."""

    def __init__(self, settings: Settings, header: str) -> None:
        self._settings, self._header = settings, header
        self._token: Secret | None = None

    @property
    def credential(self) -> Hashable:
        return self._token

    def sign(self, request: Request) -> Request:
        assert self._token is not None
        return request.with_header(self._header, self._token.reveal())

    def refresh(self) -> Generator[Request | Blocking, Any, bool]:
        settings = self._settings
        login = {"role_id": settings.role_id, "secret_id": settings.secret_id.reveal()}
        try:
            response = yield Request(
                operation="vault.login",
                method="POST",
                url=f"{settings.url}/v1/auth/approle/login",
                headers=(("Content-Type", "application/json"),),
                body=json.dumps(login).encode(),
                purpose="auth",
            )
        except TransportError as error:
            raise AuthError(f"the vault does not answer: {error}", temporary=True) from error
        if response.status != 200:
            raise AuthError(
                f"the vault refused role {settings.role_id} with status {response.status};"
                " check [plugins.vault]",
                temporary=response.status >= 500,
            )
        self._token = Secret(response.json()["auth"]["client_token"])
        return True


def build(settings: Settings, context: AuthContext) -> Auth:
    """The scheme."""
    return VaultAuth(settings, context.key.header)


@hookimpl
def elevatekit_register_auth_schemes() -> Iterable[AuthScheme]:
    """Register the scheme."""
    return [AuthScheme(name="vault", summary="tokens of a vault", build=build, settings=Settings)]
