"""People's networks: whom a client trusts, through what it goes, and where it does not follow."""

from __future__ import annotations

import datetime
import shutil
import socket
import ssl
import subprocess
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import (
    CertificateError,
    ConfigError,
    ConnectError,
    DeadlineExceededError,
)
from elevatekit_plugins.messages import Response
from elevatekit_plugins.transport.httpx2 import HttpxTransport

NOW = datetime.datetime.now(datetime.UTC)
YEAR = datetime.timedelta(days=365)


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def _trusted(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The CA is trusted, and nothing else of the environment counts."""
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def server_side(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def old(ca: trustme.CA) -> ssl.SSLContext:
    context = server_side(ca.issue_cert("127.0.0.1"))
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


DISTRUSTED: dict[str, tuple[Callable[[trustme.CA], ssl.SSLContext | None], str]] = {
    "another host's certificate": (
        lambda ca: server_side(ca.issue_cert("api.example.com")),
        "its certificate was rejected: IP address mismatch",
    ),
    "an unknown authority": (
        lambda ca: server_side(trustme.CA().issue_cert("127.0.0.1")),
        "its certificate was rejected: .*unable to get local issuer",
    ),
    "an expired certificate": (
        lambda ca: server_side(
            ca.issue_cert("127.0.0.1", not_before=NOW - 2 * YEAR, not_after=NOW - YEAR)
        ),
        r"certificate has expired \(is this machine's clock right\?\)",
    ),
    "a certificate that is not valid yet": (
        lambda ca: server_side(
            ca.issue_cert("127.0.0.1", not_before=NOW + YEAR, not_after=NOW + 2 * YEAR)
        ),
        r"not yet valid \(is this machine's clock right\?\)",
    ),
    "a TLS that is too old": (old, "it does not support TLS 1.2 or later"),
    "no TLS at all": (lambda ca: None, "it does not support TLS 1.2 or later"),
}


@pytest.fixture(params=DISTRUSTED, ids=str)
def distrusted(request: pytest.FixtureRequest, wire: Any, ca: trustme.CA) -> tuple[Any, str]:
    make, says = DISTRUSTED[request.param]
    wire.tls = make(ca)
    wire.answers_once(b"HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n")
    return wire, says


def test_a_server_that_cannot_be_trusted_is_sent_nothing_and_the_error_says_why(
    distrusted: tuple[Any, str], send: Callable[..., Response]
) -> None:
    wire, says = distrusted

    with pytest.raises(CertificateError, match=says) as caught:
        send(url=f"https://127.0.0.1:{wire.port}", headers=(("X-Key", "canary"),))

    assert not caught.value.sent
    assert not any(b"canary" in data for data in wire.received)


def test_a_server_that_cannot_be_trusted_is_tried_once(
    distrusted: tuple[Any, str], things: Any
) -> None:
    wire, _ = distrusted
    url = f"https://127.0.0.1:{wire.port}"

    with (
        SyncApiClient(things.API, "canary", base_url=url) as client,
        pytest.raises(CertificateError) as caught,
    ):
        client.send(things.READ, {})

    assert len(caught.value.attempts) == 1
    assert wire.connections == 1


def test_the_environment_s_authority_is_trusted(
    wire: Any, ca: trustme.CA, send: Callable[..., Response]
) -> None:
    wire.tls = server_side(ca.issue_cert("127.0.0.1"))
    wire.json(b"{}")

    assert send().status == 200


def test_a_folder_of_authorities_is_trusted(
    wire: Any,
    ca: trustme.CA,
    send: Callable[..., Response],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    shutil.copy(tmp_path / "ca.pem", folder / f"{name_hash(tmp_path / 'ca.pem')}.0")
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    wire.tls = server_side(ca.issue_cert("127.0.0.1"))
    wire.json(b"{}")

    assert send().status == 200


def name_hash(pem: Path) -> str:
    """The file name under which OpenSSL looks for an authority."""
    command = ["openssl", "x509", "-noout", "-hash", "-in", str(pem)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SSL_CERT_FILE", "/nowhere/ca.pem", "SSL_CERT_FILE=/nowhere/ca.pem cannot be used: No su"),
        ("SSL_CERT_FILE", __file__, "cannot be used: .*no certificate"),
        ("SSL_CERT_DIR", "/nowhere", "SSL_CERT_DIR=/nowhere is not a directory"),
        ("HTTPS_PROXY", "ftp://user:hunter2@proxy:1", r"proxy ftp://proxy:1 from the env.* begins"),
        ("HTTPS_PROXY", "http://user:hunter2@pro xy:x", "cannot be used: use a URL"),
        ("ALL_PROXY", "socks5://user:hunter2@proxy:1", "run pip install socksio"),
        ("HTTPS_PROXY", "user:hunter2@http://proxy:1", "proxy proxy:1 from the environment cannot"),
        ("HTTPS_PROXY", "user:hunter2://proxy:1", "proxy proxy:1 from the environment cannot"),
        ("HTTPS_PROXY", "http://user:hunter2@proxy:99999", "proxy:99999 .* no port above 65535"),
    ],
)
def test_what_of_the_environment_cannot_be_used_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=says) as caught:
        HttpxTransport("https://api.example.com")

    assert "hunter2" not in str(caught.value)


def test_a_log_of_keys_that_cannot_be_written_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path))

    with pytest.raises(ConfigError, match=rf"^SSLKEYLOGFILE={tmp_path} cannot be written: Is a"):
        HttpxTransport("https://api.example.com")


class Proxy:
    """A proxy of its own port that opens tunnels, all to one server."""

    def __init__(self, wire: Any, target: int) -> None:
        self._wire = wire
        self._target = target
        wire.handler = self._tunnel

    def _tunnel(self, client: socket.socket, data: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(server, client), daemon=True)
            back.start()
            pump(client, server)
            back.join(10)


def pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of them went away


@pytest.fixture
def proxied(wire: Any, second_wire: Any, ca: trustme.CA) -> Any:
    """`wire` is a server of any name, `second_wire` the proxy in front of it."""
    wire.tls = server_side(ca.issue_cert("api.example.com"))
    wire.json(b"{}")
    Proxy(second_wire, wire.port)
    return second_wire


@pytest.mark.parametrize(
    ("name", "before"),
    [("HTTPS_PROXY", "http://"), ("https_proxy", ""), ("ALL_PROXY", "http://user:pass%20word@")],
)
def test_a_proxy_of_the_environment_carries_what_it_cannot_read(
    wire: Any,
    proxied: Any,
    send: Callable[..., Response],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    before: str,
) -> None:
    monkeypatch.setenv(name, f"{before}127.0.0.1:{proxied.port}")

    assert send(url="https://api.example.com", headers=(("X-Key", "canary"),)).status == 200

    (asked,) = proxied.received
    assert asked.startswith(b"CONNECT api.example.com:443 ")
    assert b"canary" not in asked
    assert (b"Basic dXNlcjpwYXNzIHdvcmQ=" in asked) == ("user" in before)
    assert b"canary" in wire.received[0]
    assert b"Basic" not in wire.received[0]


@pytest.mark.parametrize("listed", ["api.example.com", ".example.com", "*", "api.example.com:443"])
def test_a_host_that_needs_no_proxy_gets_none(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert HttpxTransport("https://api.example.com")._proxy is not None

    monkeypatch.setenv("NO_PROXY", listed)

    assert HttpxTransport("https://api.example.com")._proxy is None


def test_loopback_is_reached_without_a_proxy(
    wire: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    wire.json(b"{}")

    assert send().status == 200


def test_a_netrc_of_the_user_says_nothing_about_who_signs(
    wire: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With requests it would replace an Authorization that was given."""
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login mallory password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    wire.json(b"{}")

    assert send(headers=(("Authorization", "Bearer mine"),)).status == 200

    (asked,) = wire.received
    assert asked.lower().count(b"authorization:") == 1
    assert b"Bearer mine" in asked


def test_the_certificate_behind_a_proxy_is_verified(
    wire: Any, proxied: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxied.port}")

    with pytest.raises(CertificateError, match="Hostname mismatch"):
        send(url="https://other.example.com", headers=(("X-Key", "canary"),))

    assert not any(b"canary" in data for data in wire.received)


def test_a_proxy_that_refuses_was_sent_nothing(
    second_wire: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{second_wire.port}")
    second_wire.answers_once(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

    with pytest.raises(ConnectError, match="407 Proxy Authentication Required") as caught:
        send(url="https://api.example.com", headers=(("X-Key", "canary"),))

    assert not caught.value.sent
    assert f"through the proxy http://127.0.0.1:{second_wire.port}: " in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert b"canary" not in second_wire.received[0]


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n"], ids=["nothing", "a part"])
def test_a_proxy_that_breaks_before_there_is_a_tunnel_was_sent_nothing(
    second_wire: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{second_wire.port}")
    second_wire.answers_once(answer)

    with pytest.raises(
        ConnectError, match=r"no connection to api\.example\.com through the"
    ) as got:
        send(url="https://api.example.com", body=b"{}")

    assert not got.value.sent


def test_a_proxy_that_never_answers_meets_the_deadline(
    second_wire: Any, send: Callable[..., Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{second_wire.port}")
    second_wire.handler = lambda connection, data: second_wire.stopping.wait(60)

    with pytest.raises(DeadlineExceededError, match=r"while connecting to .* proxy") as caught:
        send(url="https://api.example.com", seconds=0.3)

    assert not caught.value.sent


@pytest.mark.parametrize("status", [b"301 Moved", b"302 Found", b"307 Temporary", b"308 Permanent"])
def test_a_redirect_is_not_followed_and_the_other_host_sees_nothing(
    wire: Any, second_wire: Any, send: Callable[..., Response], status: bytes
) -> None:
    wire.json(b"{}", b"Location: " + second_wire.url.encode() + b"/x", status=status)
    second_wire.json(b"{}")

    assert send(headers=(("X-Key", "canary"),)).status == int(status[:3])
    assert second_wire.connections == 0
