"""What a host or a path really leads to: this machine, the link, another place than it seems."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import unquote


def is_loopback(host: str) -> bool:
    """Whether nothing that is sent there leaves this machine."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def is_link_local(host: str) -> bool:
    """Whether it is an address of the link, where clouds hand out credentials (169.254.169.254)."""
    address = _address(host)
    return address is not None and address.is_link_local


def is_disguised(host: str) -> bool:
    """Whether it is a number that resolvers read as an address, and people do not: `0x7f.1`.

    So the WHATWG's URL standard tells them, "ends in a number".
    """
    last = host.rstrip(".").rpartition(".")[2].lower()
    return (last.isdecimal() or last.startswith("0x")) and _address(host) is None


def as_sent(host: str) -> str:
    """The host as a name server is asked for it: what stands for a dot is one then, and `ⓔ` is `e`.

    Raises:
        ValueError: there is no such name.
    """
    name = host
    if not host.isascii():
        import httpx2  # it is what will read the name; seldom needed, and slow to import

        try:
            name = httpx2.URL(scheme="https", host=host).raw_host.decode("ascii")
        except httpx2.InvalidURL as error:
            raise ValueError(str(error)) from None
    if any(not 0 < len(label) <= 63 for label in name.removesuffix(".").split(".")):
        raise ValueError("a label must have 1 to 63 characters")
    return name


def leaves_its_place(path: str) -> bool:
    """Whether a segment of it leads elsewhere: `..` or `.`, however it is written."""
    if "." not in path and "%" not in path:
        return False  # as in every id
    while path != (plain := unquote(path)):
        path = plain
    return any(segment in (".", "..") for segment in re.split(r"[/\\]", path))


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
