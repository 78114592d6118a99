"""What a client that checks certificates finds, on a listener of each kind."""

from __future__ import annotations

import gc
import socket
import ssl
import sys
from contextlib import suppress

import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.faults import KINDS
from elevatekit_plugins.simulator.server import Simulator

GET = b"GET /v1/interactions/x HTTP/1.1\r\nhost: localhost\r\n\r\n"
FOUND: dict[str, tuple[type[OSError], str]] = {
    "expired": (ssl.SSLCertVerificationError, "certificate has expired"),
    "not_yet_valid": (ssl.SSLCertVerificationError, "certificate is not yet valid"),
    "wrong_host": (ssl.SSLCertVerificationError, "not valid for '127.0.0.1'"),
    "self_signed": (ssl.SSLCertVerificationError, "self-signed certificate"),
    "untrusted_ca": (ssl.SSLCertVerificationError, "unable to get local issuer certificate"),
    "old_version": (ssl.SSLError, "(?i)unsupported.protocol"),
    "plain_text": (ssl.SSLError, "(?i)wrong.version.number"),
    "handshake_stall": (TimeoutError, "timed out"),
    "handshake_reset": (ConnectionResetError, "reset by peer"),
}


def address(simulator: Simulator) -> tuple[str, int]:
    host, _, port = simulator.base_url.split("/")[2].rpartition(":")
    return host, int(port)


def greet(simulator: Simulator, patience: float = 20) -> bytes:
    """The first bytes of the answer to a request over TLS."""
    context = ssl.create_default_context(cafile=str(simulator.ca))
    with socket.create_connection(address(simulator)) as plain:
        plain.settimeout(patience)
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as connection:
            connection.sendall(GET)
            return connection.recv(12)


def test_a_good_listener_is_trusted_by_its_authority(api: Api) -> None:
    with Simulator(api, tls="good") as simulator:
        assert simulator.base_url.startswith("https://127.0.0.1:")
        assert greet(simulator) == b"HTTP/1.1 401"
        file = simulator.ca

    assert not file.exists()


@pytest.mark.parametrize("kind", FOUND)
def test_a_bad_listener_is_found_out(kind: str, api: Api) -> None:
    error, says = FOUND[kind]

    with Simulator(api, tls=kind) as simulator, pytest.raises(error, match=says):
        greet(simulator, patience=0.1 if kind == "handshake_stall" else 20)


def test_every_listener_is_tested() -> None:
    assert {kind.name for kind in KINDS.values() if kind.plane == "tls"} == set(FOUND)


def test_a_listener_for_plain_text_does_speak_http(api: Api) -> None:
    with (
        Simulator(api, tls="plain_text") as simulator,
        socket.create_connection(address(simulator)) as connection,
    ):
        connection.sendall(GET)

        assert connection.recv(12) == b"HTTP/1.1 401"


@pytest.mark.parametrize("first", [b"", b"\x16\x03\x01"])
@pytest.mark.parametrize("kind", ["good", "handshake_stall"])
def test_a_handshake_that_never_ends_holds_up_no_stop(kind: str, first: bytes, api: Api) -> None:
    with Simulator(api, tls=kind) as simulator:
        connection = socket.create_connection(address(simulator))
        connection.sendall(first)

    with connection:
        connection.settimeout(20)
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    gc.collect()


def test_a_kind_that_is_none_is_refused_and_the_nearest_named(api: Api) -> None:
    with pytest.raises(ValueError, match="TLS listener 'expird'; did you mean expired"):
        Simulator(api, tls="expird")
    with pytest.raises(ValueError, match="available: good, expired, "):
        Simulator(api, tls="zzz")


def test_without_tls_there_is_no_authority(api: Api) -> None:
    with Simulator(api) as simulator, pytest.raises(ValueError, match="simulator with `tls`"):
        simulator.ca  # noqa: B018


def test_what_makes_certificates_is_needed_for_tls_only(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "elevatekit_plugins.simulator.tls", raising=False)
    monkeypatch.setitem(sys.modules, "trustme", None)

    Simulator(api)
    with pytest.raises(ModuleNotFoundError, match="trustme"):
        Simulator(api, tls="good")
