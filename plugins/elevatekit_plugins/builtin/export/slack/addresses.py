"""Addresses that a secret or a transcript may be sent to."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from elevatekit_plugins.errors import ConfigError

SLACK: Final = ("slack.com", "slack-gov.com")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


def check_address(name: str, url: str, hosts: tuple[str, ...] = ()) -> str:
    """The URL, if it is https, or plain http to this machine.

    Args:
        name: what the URL is, for the message. The URL itself may be a secret.
        hosts: the only hosts that it may name, or have above it; any where there are none.

    Raises:
        ConfigError: it is something else. It is not shown.
    """
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError(f"slack: {name} is not a valid URL; was it copied completely?")
    if host in _LOOPBACK and scheme in ("http", "https"):
        return url
    if scheme != "https":
        raise ConfigError(f"slack: {name} must begin with https://")
    if hosts and not any(host == known or host.endswith(f".{known}") for known in hosts):
        raise ConfigError(f"slack: {name} must be at {' or '.join(hosts)}, or on this machine")
    return url
