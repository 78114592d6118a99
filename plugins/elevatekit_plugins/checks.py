"""What a user may set on a client: tokens, URLs, times and headers, checked before any use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from elevatekit_plugins.addresses import (
    as_sent,
    is_disguised,
    is_link_local,
    is_loopback,
    leaves_its_place,
)
from elevatekit_plugins.errors import ArgumentError, ConfigError
from elevatekit_plugins.messages import Headers, with_header
from elevatekit_plugins.secrecy import Secret, unsendable

LONGEST: Final = 1_000_000
"""Seconds: the longest timeout. More than eleven days is a slip of the pen."""

LONGEST_URL: Final = 2000
"""Characters of a base URL. Servers refuse what is some times as long."""

_OURS: Final = ("host", "content-length", "content-type", "transfer-encoding", "connection")
"""Headers that say how a request is framed and what its body is: nobody can set them."""

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110 (5.6.2)."""


def check_token(token: Secret, variable: str, *, encoded: bool = False) -> None:
    """Whether a header can carry the token.

    Args:
        encoded: whether it is a user and a password that are sent in base64. Then it holds no
            control characters (RFC 7617, 2), and that is all.

    Raises:
        ConfigError: it is empty or holds something else than visible ASCII. It is not shown.
    """
    if not isinstance(token.reveal(), str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigError(f"the token must be a string, not {type(token.reveal()).__name__}")
    if not token.reveal():
        raise ConfigError(f"the token is empty; set {variable} or pass token=")
    index = _first_control(token.reveal()) if encoded else unsendable(token.reveal())
    if index is not None:
        visible = "visible" if encoded else "visible ASCII"
        what = "a space" if token.reveal()[index] == " " else f"no {visible} character"
        raise ConfigError(
            f"the token cannot be used: character {index + 1} of {len(token.reveal())} is {what};"
            " was it copied whole, without line break or quotes?"
        )


def _first_control(text: str) -> int | None:
    return next((index for index, c in enumerate(text) if not c.isprintable()), None)


def check_base_url(url: str, *, plain_http: bool = False) -> str:
    """The base URL in the one way to spell it: what is shared for an account goes by it.

    Args:
        plain_http: whether plain http is wanted for hosts that are not loopback.

    Raises:
        ConfigError: it is not a URL of a host and a path that may be sent a token.
    """
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigError(f"the base URL must be a string, not {type(url).__name__}")
    if not isinstance(plain_http, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ConfigError(f"plain_http must be True or False, not {plain_http!r:.40}")
    if not url:
        raise ConfigError(
            "the base URL is empty; to use the default, omit it and unset its variable"
        )
    if len(url) > LONGEST_URL:
        raise ConfigError(f"the base URL has {len(url):,} characters; the limit is {LONGEST_URL:,}")
    if "@" in url:
        raise ConfigError("the base URL must not contain a user name, a password or @")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"the base URL is not valid: {error}") from None
    host = parts.hostname
    # A query may hold a credential, so it is not shown.
    shown = f"the base URL {parts._replace(query='', fragment='').geturl()!r}"
    if parts.scheme not in ("https", "http") or not host:
        raise ConfigError(f"{shown} must begin with https:// and name a host")
    if parts.query or parts.fragment or url.endswith(("?", "#")):
        raise ConfigError(f"{shown} must not have a query or a fragment")
    if any(c.isspace() or not c.isprintable() for c in url) or "\\" in url:
        raise ConfigError(f"{shown} contains characters that are not valid in a URL")
    if leaves_its_place(parts.path):
        raise ConfigError(f"{shown} has a path with . or ..; write it without them")
    if port == 0:
        raise ConfigError(f"{shown} has port 0, which is not a valid port")
    host = _checked_host(host, shown)
    if parts.scheme == "http" and not plain_http and not is_loopback(host):
        raise ConfigError(
            f"{shown} is plain http, which would expose the token; use https (plain http"
            " is for loopback; in a network of your own, allow it with --plain-http, in Python"
            " plain_http=True)"
        )
    own = port in (None, {"https": 443, "http": 80}[parts.scheme])
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{'' if own else f':{port}'}{parts.path.rstrip('/')}"


def _checked_host(host: str, shown: str) -> str:
    """The host of a base URL as it goes on the wire."""
    try:
        host = as_sent(host)
    except ValueError as error:
        raise ConfigError(f"{shown} has an invalid host name: {error}") from None
    if is_link_local(host):
        raise ConfigError(f"{shown} is the metadata service of a cloud, not an API")
    if is_disguised(host):
        raise ConfigError(
            f"{shown} has a host in an obscure numeric form; write the name, or"
            " four numbers with dots"
        )
    return host


def check_parts(option: str, given: object, *names: str) -> None:
    """Whether an object that was given has the parts of its protocol.

    Raises:
        ConfigError: it lacks one, or is a class.
    """
    kind = given if isinstance(given, type) else type(given)
    for name in names:
        if given is kind or getattr(given, name, None) is None:
            what = "is a class; pass an instance" if given is kind else f"has no {name}"
            raise ConfigError(
                f"{option}= must be an object with {', '.join(names)}, but {kind.__name__} {what}"
            )


def check_max_bytes(number: int) -> int:
    """The limit of a response's body, if it is one.

    Raises:
        ArgumentError: it is no whole number above zero.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"max_bytes must be a positive number of bytes, not {number!r:.40}")
    return number


def check_seconds(seconds: float, what: str = "timeout") -> float:
    """The number of seconds, if it is one.

    Args:
        what: what it was given as.

    Raises:
        ArgumentError: it is not a number above zero, or more than anybody waits.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(f"the {what} must be a number of seconds, not {type(seconds).__name__}")
    if not 0 < seconds <= LONGEST:  # NaN is neither
        raise ArgumentError(
            f"the {what} of {_shown(seconds)} s is out of range; it must be above zero"
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
    if more is not None and not isinstance(more, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ArgumentError(
            f"headers must be a mapping of names to values, not {type(more).__name__}"
        )
    for name, value in (more or {}).items():
        if not isinstance(name, str) or not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"header {name!r}: names and values must be strings")
        if name.lower() in _OURS:
            raise ArgumentError(f"header {name} is set by the client; omit it")
        if not _NAME.fullmatch(name):
            raise ArgumentError(f"{name!r} is not a valid header name")
        if not value.isascii() or not value.isprintable() or value != value.strip():
            raise ArgumentError(
                f"the value of header {name} contains characters that HTTP does not allow"
            )
        headers = with_header(headers, name, value)
    return headers
