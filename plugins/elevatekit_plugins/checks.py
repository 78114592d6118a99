"""What a user may set on a client: tokens, URLs, times and headers, checked before any use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from elevatekit_plugins.errors import ArgumentError, ConfigError
from elevatekit_plugins.messages import Headers

LONGEST: Final = 1_000_000
"""Seconds: the longest timeout. More than eleven days is a slip of the pen."""

_OURS: Final = ("host", "content-length", "transfer-encoding", "connection")
"""Headers that say how a request is framed: nobody can set them."""

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def check_token(token: str, variable: str) -> str:
    """The token, if a header can carry it.

    Raises:
        ConfigError: it is empty or holds something else than visible ASCII. It is not shown.
    """
    if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigError(f"the token is a string, not {type(token).__name__}")
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
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigError(f"the base URL is a string, not {type(url).__name__}")
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
    if any(c.isspace() or not c.isprintable() for c in url) or "\\" in url:
        raise ConfigError(f"{shown} holds characters that no URL has")
    if port == 0:
        raise ConfigError(f"{shown} has port 0, on which nothing can listen")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ConfigError(
            f"{shown} is plain http, which would show the token on the way; use https"
            " (plain http is for loopback alone)"
        )
    return url.rstrip("/")


def check_timeout(seconds: float) -> float:
    """The number of seconds, if it is one.

    Raises:
        ArgumentError: it is not a number above zero, or more than anybody waits.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"a timeout is a number of seconds, not {type(seconds).__name__}")
    if not 0 < seconds <= LONGEST:  # NaN is neither
        raise ArgumentError(
            f"a timeout of {_shown(seconds)} s makes no sense; it must be above zero,"
            f" and at most {LONGEST:,}"
        )
    return float(seconds)


def _shown(number: float) -> str:
    return "very many" if abs(number) > 1e300 else f"{number:g}"


def merge(headers: Headers, more: Mapping[str, str] | None) -> Headers:
    """Headers with more of them; those of the same name are replaced.

    Raises:
        ArgumentError: a name or value is none that HTTP can carry.
    """
    for name, value in (more or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"header {name!r}: names and values are strings")
        if name.lower() in _OURS:
            raise ArgumentError(f"header {name} is set by the client itself; leave it out")
        if not name or not name.isascii() or any(c in "\r\n:\0 " for c in name):
            raise ArgumentError(f"{name!r} is no name of a header")
        if not value.isascii() or not value.isprintable():
            raise ArgumentError(f"the value of header {name} holds characters that HTTP forbids")
        headers = (*(h for h in headers if h[0].lower() != name.lower()), (name, value))
    return headers
