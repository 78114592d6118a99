"""The auth scheme `oauth2`: tokens by client credentials (RFC 6749, 4.4)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, Literal, cast
from urllib.parse import quote_plus, urlencode, urlsplit

from msgspec import field

from elevatekit_plugins.addresses import is_loopback
from elevatekit_plugins.builtin.auth.renewed import (
    Fresh,
    RenewedAuth,
    RenewedSettings,
    Work,
    usable,
)
from elevatekit_plugins.errors import AuthError, CertificateError, TransportError
from elevatekit_plugins.hooks.descriptors import Auth, AuthContext, AuthScheme
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.secrecy import Secret, redact

_SAID: Final = 300
"""Characters that are shown of what the token endpoint said."""
_LONGEST: Final = 256 * 1024
"""Bytes of an answer that may be a token."""


class OAuth2Settings(RenewedSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the scheme `oauth2`.

    Raises:
        ValueError: the token URL is none that a secret may be sent to.
    """

    token_url: str
    client_id: str
    client_secret: Secret
    scope: str = ""
    """Scopes with a space between them; empty: those that the server gives by itself."""
    parameters: dict[str, str] = field(default_factory=dict)
    """What the server wants to know beside that: `audience`, `resource`."""
    client_auth: Literal["basic", "post"] = "basic"
    """Where id and secret stand: in a header, as the standard prefers, or in the body."""

    def __post_init__(self) -> None:
        parts = urlsplit(self.token_url)
        if not parts.hostname or "@" in parts.netloc or not usable(self.token_url):
            raise ValueError("token_url is not a valid URL; was it copied completely?")
        stays = parts.scheme == "http" and is_loopback(parts.hostname)
        if parts.scheme != "https" and not stays:
            raise ValueError("token_url must begin with https://")


class ClientCredentials:
    """Asks the token endpoint, and reads what it answers."""

    def __init__(self, settings: OAuth2Settings) -> None:
        self._settings = settings
        secret = settings.client_secret.reveal()
        pair = f"{quote_plus(settings.client_id)}:{quote_plus(secret)}"
        self._basic = b64encode(pair.encode()).decode()
        self._secrets = (secret, quote_plus(secret), self._basic)

    def fetch(self) -> Work:
        """A token.

        Raises:
            AuthError: the endpoint gave none.
        """
        try:
            response = yield self._request()
        except TransportError as error:
            raise self._failed(
                f"did not answer: {error}", temporary=not isinstance(error, CertificateError)
            ) from error
        return self._read(response)

    def _request(self) -> Request:
        settings = self._settings
        form = {"grant_type": "client_credentials", **settings.parameters}
        if settings.scope:
            form["scope"] = settings.scope
        headers = [
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        if settings.client_auth == "basic":
            headers.append(("Authorization", f"Basic {self._basic}"))
        else:
            form["client_id"] = settings.client_id
            form["client_secret"] = settings.client_secret.reveal()
        return Request(
            operation="oauth2",
            method="POST",
            url=settings.token_url,
            headers=tuple(headers),
            body=urlencode(form).encode("ascii"),
            purpose="auth",
        )

    def _read(self, response: Response) -> Fresh:
        if len(response.body) > _LONGEST:  # to read it may take seconds, in which no task goes on
            raise self._failed(f"answered with {len(response.body)} bytes, which is not a token")
        answer = _object(response)
        if response.status != HTTPStatus.OK:
            said = " ".join(str(answer[k]) for k in ("error", "error_description") if k in answer)
            status = response.status
            busy = status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
            raise self._failed(
                f"answered {status}{': ' * bool(said)}{self._shown(said)}",
                temporary=busy or status >= HTTPStatus.INTERNAL_SERVER_ERROR,
            )
        token, kind = answer.get("access_token"), answer.get("token_type", "Bearer")
        if not isinstance(token, str) or not usable(token):
            raise self._failed("answered 200 without a usable access_token")
        if str(kind).lower() != "bearer":
            raise self._failed(
                f"gave a token of type {self._shown(str(kind))!r}, not a bearer token"
            )
        return Fresh(Secret(token), _lifetime(answer.get("expires_in")))

    def _shown(self, said: str) -> str:
        return redact(said, self._secrets)[:_SAID]  # in this order: half of a secret is one, too

    def _failed(self, what: str, *, temporary: bool = False) -> AuthError:
        where = urlsplit(self._settings.token_url)._replace(query="", fragment="").geturl()
        remedy = "" if temporary else "; check [plugins.oauth2]"
        text = f"oauth2: no token, nothing was sent: {where} {what}{remedy}"
        return AuthError(redact(text, self._secrets), temporary=temporary)


def _object(response: Response) -> Mapping[str, Any]:
    try:
        answer: object = response.json()
    except ValueError:
        return {}
    return cast("Mapping[str, Any]", answer) if isinstance(answer, dict) else {}


def _lifetime(said: object) -> float | None:
    """`expires_in` in seconds; some servers write it as a string."""
    try:
        seconds = float(cast("str", said))
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


def build(settings: OAuth2Settings, context: AuthContext) -> Auth:
    """The scheme with these settings. Nothing is sent before the first call."""
    return RenewedAuth(ClientCredentials(settings).fetch, settings)


@hookimpl
def elevatekit_register_auth_schemes() -> Iterable[AuthScheme]:
    """Register the scheme."""
    return [
        AuthScheme(
            name="oauth2",
            summary="tokens from OAuth 2 client credentials, renewed before they expire",
            build=build,
            settings=OAuth2Settings,
        )
    ]
