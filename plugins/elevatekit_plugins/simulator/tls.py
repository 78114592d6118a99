"""Listeners that speak TLS: well, or with a fault that every connection to them has."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import trustme
from msgspec import Struct

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.simulator.faults.kinds import LONG, Move, Pause, Script
from elevatekit_plugins.simulator.faults.listeners import LISTENERS
from elevatekit_plugins.simulator.wire import Connection

GOOD: Final = "good"
_ANOTHER_HOST: Final = "another-host.invalid"
_DAY: Final = timedelta(days=1)

_OLD_HELLO: Final = bytes.fromhex(
    "16 0302 002a"  # a record of TLS 1.1: a handshake of 42 bytes
    "02 000026 0302" + "00" * 32 + "00 002f 00"  # the server's hello: TLS 1.1, AES-128, no session
)


class Listener(Struct, frozen=True):
    """How a port is listened on."""

    authority: bytes
    """The certificate that clients have to trust, as PEM."""
    context: ssl.SSLContext | None
    """None: what comes is no TLS."""
    connection: type[Connection]


class _Silent(Connection):
    def opening(self) -> Script:
        yield Pause(LONG)


class _Resetting(Connection):
    def opening(self) -> Script:
        yield Move.RESET


class _Old(Connection):
    def opening(self) -> Script:
        yield _OLD_HELLO
        yield Move.LISTEN


_BARE: Final[Mapping[str, type[Connection]]] = {
    "plain_text": Connection,
    "old_version": _Old,
    "handshake_stall": _Silent,
    "handshake_reset": _Resetting,
}
"""Faults that need no certificate."""


def listener(kind: str, host: str) -> Listener:
    """A listener on a host: `good`, or with a kind of fault of the plane `tls`.

    Raises:
        ValueError: there is no such kind; the message names the nearest.
    """
    known = [GOOD, *(each.name for each in LISTENERS)]
    if kind not in known:
        hint = did_you_mean(kind, known) or f"; available: {', '.join(known)}"
        raise ValueError(f"unknown kind of TLS listener {kind!r}{hint}")
    authority = trustme.CA()
    pem = authority.cert_pem.bytes()
    if kind in _BARE:
        return Listener(pem, None, _BARE[kind])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # `ssl` reads certificates from files only.
    with _certificate(kind, host, authority).tempfile() as path:
        context.load_cert_chain(path)
    return Listener(pem, context, Connection)


def _certificate(kind: str, host: str, authority: trustme.CA) -> trustme.Blob:
    """What a listener shows: its key and its certificate."""
    if kind == "self_signed":
        alone = trustme.CA()
        return trustme.Blob(alone.private_key_pem.bytes() + alone.cert_pem.bytes())
    return _leaf(kind, host, authority).private_key_and_cert_chain_pem


def _leaf(kind: str, host: str, authority: trustme.CA) -> trustme.LeafCert:
    now = datetime.now(UTC)
    names = dict.fromkeys((host, "localhost", "127.0.0.1", "::1"))
    match kind:
        case "expired":
            return authority.issue_cert(*names, not_before=now - 9 * _DAY, not_after=now - _DAY)
        case "not_yet_valid":
            return authority.issue_cert(*names, not_before=now + _DAY, not_after=now + 9 * _DAY)
        case "wrong_host":
            return authority.issue_cert(_ANOTHER_HOST)
        case "untrusted_ca":
            return trustme.CA().issue_cert(*names)
        case _:
            return authority.issue_cert(*names)
