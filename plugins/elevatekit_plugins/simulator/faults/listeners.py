"""Faults of a listener that speaks TLS: all connections to it have them."""

from __future__ import annotations

from typing import Final

from elevatekit_plugins.simulator.faults.kinds import Kind


def _kind(name: str, summary: str) -> Kind:
    return Kind(name=name, plane="tls", summary=summary)


LISTENERS: Final = (
    _kind("expired", "The certificate ended a day ago"),
    _kind("not_yet_valid", "The certificate begins tomorrow"),
    _kind("wrong_host", "The certificate is for another host"),
    _kind("self_signed", "The certificate is signed by itself"),
    _kind("untrusted_ca", "The certificate is signed by an authority that nobody trusts"),
    _kind("old_version", "TLS 1.1 is all that the listener speaks"),
    _kind("plain_text", "The listener speaks plain HTTP where TLS is expected"),
    _kind("handshake_stall", "Nothing comes where the handshake is due"),
    _kind("handshake_reset", "The connection is reset where the handshake is due"),
)
