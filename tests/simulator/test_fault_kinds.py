"""What each kind of fault puts on the wire, read by a client that knows sockets and no HTTP."""

from __future__ import annotations

import gzip
import json
import math
import re
import socket
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from elevatekit.operations import API
from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.contract import contracts
from elevatekit_plugins.simulator.faults import KINDS, Fault
from elevatekit_plugins.simulator.faults.kinds import Answer, Case, Pause
from elevatekit_plugins.simulator.server import Simulator

TOKEN = "0f0e0d0c-0b0a-0908-0706-050403020100"
CHAT = {
    "type": "chat",
    "languageTag": "en",
    "vertical": "default",
    "chat": {
        "participants": [{"participant_id": "c", "name": "C", "role": "customer"}],
        "messages": [
            {
                "participant_id": "c",
                "timestamp": "2025-01-06T09:00:00Z",
                "content": "I need a refund of $30 by March 3rd.",
            }
        ],
    },
}
SILENCE = 0.05
"""Seconds after which a client takes it that nothing more comes."""
PATIENCE = 20.0
"""Seconds after which it gives up waiting for what has to come."""

KEPT, CLOSED, RESET = "kept open", "closed", "reset"


class Seen(NamedTuple):
    content: bytes
    end: str
    """How the connection ended, or that it did not."""


class Service:
    """A simulator with one interaction, and raw connections to it."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        host, _, port = simulator.base_url.split("/")[2].rpartition(":")
        self.address = (host, int(port))
        simulator.faults.set([])
        body = json.dumps(CHAT).encode()
        declared = self.exchange(request("POST", "/v1/interactions", body), framed=True).content
        self.id = json.loads(declared.partition(b"\r\n\r\n")[2])["interactionIdentifier"]

    def path(self, result: str) -> str:
        return f"/v1/interactions/{self.id}/{result}"

    def exchange(
        self, one: bytes, *, least: float = math.inf, most: float = math.inf, framed: bool = False
    ) -> Seen:
        """Send a request; read until the connection ends, or silence follows `least` bytes.

        `most`: read no more than that. `framed`: nor more than Content-Length says.
        """
        with socket.create_connection(self.address) as connection:
            connection.sendall(one)
            return read(connection, least, most, framed)

    def true(self, result: str) -> bytes:
        """The body of a true answer."""
        self.simulator.faults.set([])
        get = request("GET", self.path(result))
        return self.exchange(get, framed=True).content.partition(b"\r\n\r\n")[2]

    def struck(self, kind: str, result: str, **more: Any) -> Seen:
        """What a client sees of a kind. Drips need not be slow."""
        seconds = {"seconds": 0.0} if kind in QUICK else {}
        self.simulator.faults.set([Fault(operation="*", kind=kind, **seconds)])
        return self.exchange(request("GET", self.path(result)), **more)


QUICK = ("late_answer", *(name for name in KINDS if name.startswith("drip_")))


def request(method: str, path: str, body: bytes = b"", length: int | None = None) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-token: {TOKEN}\r\n"
        f"content-type: application/json\r\ncontent-length: {length or len(body)}\r\n\r\n"
    )
    return head.encode() + body


def read(
    connection: socket.socket, least: float, most: float = math.inf, framed: bool = False
) -> Seen:
    content = b""
    try:
        while len(content) < most and not (framed and _whole(content)):
            connection.settimeout(SILENCE if len(content) >= least else PATIENCE)
            piece = connection.recv(1 << 20)
            if not piece:
                return Seen(content, CLOSED)
            content += piece
    except TimeoutError:
        pass
    except ConnectionResetError:
        return Seen(content, RESET)
    return Seen(content, KEPT)


def _whole(content: bytes) -> bool:
    head, end, body = content.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return bool(end) and len(body) == (int(length[1]) if length else 0)


@pytest.fixture(scope="module")
def started() -> Iterator[Simulator]:
    with Simulator(API, self_check=True) as simulator:
        yield simulator
        assert simulator.ledger.violations == []


@pytest.fixture
def service(started: Simulator) -> Service:
    started.reset()
    return Service(started)


# --- the plane of the application: well-formed HTTP ------------------------------------------

Check = Callable[[bytes, bytes], bool]
"""Whether a body is as it should be, beside the true one."""


class Expected(NamedTuple):
    status: int
    headers: str
    """A regular expression for the headers but the length."""
    body: Check
    result: str = "status"
    """Which result is asked for."""


JSON = "content-type: application/json"
HTML = "content-type: text/html; charset=utf-8"


def says(text: bytes) -> Check:
    return lambda true, got: text in got


def same(true: bytes, got: bytes) -> bool:
    return got == true


def empty(true: bytes, got: bytes) -> bool:
    return got == b""


def refusal(true: bytes, got: bytes) -> bool:
    return json.loads(got) == {"errorMessage": "a fault was set for interactions.status"}


def first(member: bytes) -> Check:
    return lambda true, got: got == b"{" + member + b"," + true[1:]


def json_with(change: Callable[[Any], Any]) -> Check:
    return lambda true, got: json.loads(got) == change(json.loads(true))


STATUSES = (
    *(400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 413, 415, 418, 422, 425, 429, 431, 451),
    *(499, 500, 501, 502, 503, 504, 507, 511, 520, 529, 599),
)
WAITS = {
    "zero": "retry-after: 0",
    "seconds": "retry-after: 1",
    "fraction": "retry-after: 0.5",
    "day": "retry-after: 86400",
    "huge": "retry-after: 10000000000",
    "negative": "retry-after: -1",
    "words": "retry-after: soon",
    "empty": "retry-after: ",
    "nan": "retry-after: NaN",
    "infinity": "retry-after: inf",
    "superscript": "retry-after: ²",
    "twice": "retry-after: 1\r\nretry-after: 60",
    "milliseconds": "retry-after-ms: 50",
    "date": "date: Mon, 06 Jan 2025 09:00:00 GMT\r\nretry-after: Mon, 06 Jan 2025 09:00:01 GMT",
    "past_date": "date: Mon, 06 Jan 2025 09:00:00 GMT\r\n"
    "retry-after: Mon, 06 Jan 2025 08:59:00 GMT",
    "far_date": "date: Mon, 06 Jan 2025 09:00:00 GMT\r\nretry-after: Fri, 31 Dec 9999 23:59:59 GMT",
    "impossible_date": "date: Mon, 06 Jan 2025 09:00:00 GMT\r\n"
    "retry-after: Mon, 99 Jan 9999999 25:61:61 GMT",
    "date_alone": "retry-after: Mon, 06 Jan 2025 09:00:01 GMT",
}
APPLICATION = {
    **{f"status_{status}": Expected(status, JSON, refusal) for status in STATUSES},
    **{
        f"retry_after_{form}": Expected(429, f"{re.escape(header)}\r\n{JSON}", refusal)
        for form, header in WAITS.items()
    },
    "status_202": Expected(202, JSON, same),
    "status_206": Expected(206, JSON, lambda true, got: got == true[: len(true) // 2]),
    "no_content": Expected(204, "", empty),
    "not_modified": Expected(304, "", empty),
    "redirect_to_another_host": Expected(302, "location: https://another-host.invalid/", empty),
    "redirect_to_plain_http": Expected(301, "location: http://another-host.invalid/", empty),
    "redirect_to_itself": Expected(307, r"location: /v1/interactions/[\w-]+/status", empty),
    "redirect_without_location": Expected(302, JSON, lambda true, got: got == b"{}"),
    "html_200": Expected(200, HTML, says(b"<h1>Log in</h1>")),
    "html_404": Expected(404, HTML, says(b"<h1>404 Not Found</h1>")),
    "html_502": Expected(502, HTML, says(b"<h1>502 Bad Gateway</h1>")),
    "html_503": Expected(503, HTML, says(b"<h1>503 Service Unavailable</h1>")),
    "text_500": Expected(500, "content-type: text/plain", says(b"Internal Server Error")),
    "empty_500": Expected(500, "", empty),
    "odd_error_body": Expected(500, JSON, says(b'"error":{"errorMessage":17}')),
    "huge_error_body": Expected(500, JSON, lambda true, got: len(got) > 1_000_000),
    "empty_200": Expected(200, JSON, empty),
    "blank_200": Expected(200, JSON, lambda true, got: got != b"" and got.strip() == b""),
    "wrong_content_type": Expected(200, HTML, same),
    "no_content_type": Expected(200, "", same),
    "two_content_types": Expected(200, f"{JSON}\r\n{HTML}", same),
    "truncated_json": Expected(
        200, JSON, lambda true, got: true.startswith(got) and 0 < len(got) < len(true)
    ),
    "garbage_after_json": Expected(200, JSON, lambda true, got: got.startswith(true + b"\n<!--")),
    "two_documents": Expected(200, JSON, lambda true, got: got == true + true),
    "script_prefix": Expected(200, JSON, lambda true, got: got == b")]}',\n" + true),
    "duplicate_keys": Expected(
        200, JSON, lambda true, got: got.count(b'"status":') == 2 and json.loads(got)["status"]
    ),
    "not_a_number": Expected(200, JSON, first(b'"score":NaN')),
    "infinite_number": Expected(200, JSON, first(b'"score":-Infinity')),
    "overflowing_number": Expected(200, JSON, first(b'"score":1e999')),
    "huge_number": Expected(200, JSON, first(b'"score":' + b"9" * 5000)),
    "deep_nesting": Expected(200, JSON, first(b'"deep":' + b"[" * 100_000 + b"]" * 100_000)),
    "bad_utf8": Expected(200, JSON, first(b'"note":"caf\xe9 \xff\xfe"')),
    "lone_surrogate": Expected(200, JSON, first(rb'"note":"\ud83d"')),
    "control_character": Expected(200, JSON, first(b'"note":"a\x00b"')),
    "byte_order_mark": Expected(200, JSON, lambda true, got: got == b"\xef\xbb\xbf" + true),
    "utf_16": Expected(
        200, f"{JSON}; charset=utf-16", lambda true, got: got.decode("utf-16").encode() == true
    ),
    "latin_1": Expected(200, f"{JSON}; charset=iso-8859-1", first(b'"note":"caf\xe9"')),
    "answer_with_500": Expected(500, JSON, same),
    "null_answer": Expected(200, JSON, json_with(lambda true: None)),
    "list_answer": Expected(200, JSON, json_with(lambda true: [])),
    "string_answer": Expected(200, JSON, json_with(lambda true: "OK")),
    "number_answer": Expected(200, JSON, json_with(lambda true: 17)),
    "empty_object": Expected(200, JSON, json_with(lambda true: {})),
    "wrapped_answer": Expected(200, JSON, json_with(lambda true: {"data": true})),
    "missing_field": Expected(
        200, JSON, json_with(lambda true: {n: v for n, v in true.items() if n != "identifier"})
    ),
    "null_field": Expected(200, JSON, json_with(lambda true: {**true, "identifier": None})),
    "wrong_type": Expected(200, JSON, json_with(lambda true: {**true, "identifier": 17})),
    "wrong_item": Expected(
        200,
        JSON,
        json_with(lambda true: {**true, "reasons": [*true["reasons"], 17]}),
        "gen-ai/cx/summary/details",
    ),
    "object_for_list": Expected(
        200,
        JSON,
        json_with(lambda true: {**true, "reasons": {}}),
        "gen-ai/cx/summary/details",
    ),
    "unknown_enum": Expected(200, JSON, json_with(lambda true: {**true, "status": "somethingNew"})),
    "enum_case": Expected(200, JSON, json_with(lambda true: {**true, "status": "PROCESSED"})),
    "bad_date": Expected(200, JSON, json_with(lambda true: {**true, "declared": "yesterday"})),
    "naive_date": Expected(
        200, JSON, json_with(lambda true: {**true, "declared": true["declared"].rstrip("Z")})
    ),
    "unknown_fields": Expected(
        200,
        JSON,
        lambda true, got: (
            json.loads(true).items() <= json.loads(got).items()
            and len(json.loads(got)) == len(json.loads(true)) + 2
        ),
    ),
    "renamed_fields": Expected(
        200,
        JSON,
        lambda true, got: (
            not json.loads(true).keys() & json.loads(got).keys()
            and [*json.loads(true).values()] == [*json.loads(got).values()]
        ),
    ),
}


@pytest.mark.parametrize("kind", APPLICATION)
def test_a_fault_of_the_application_is_sent_by_http(kind: str, service: Service) -> None:
    expected = APPLICATION[kind]
    true = service.true(expected.result)

    seen = service.struck(kind, expected.result, framed=True)

    head, _, body = seen.content.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    others = b"\r\n".join(h for h in headers if not h.startswith(b"content-length"))
    assert (seen.end, int(line.split(b" ")[1])) == (KEPT, expected.status)
    assert re.fullmatch(expected.headers.encode("latin-1"), others)
    assert expected.status in (204, 304) or b"content-length: %d" % len(body) in headers
    assert expected.body(true, body)
    assert service.simulator.faults.unfired == ()


# --- the plane of the wire: what no framework sends ------------------------------------------


class Truth(NamedTuple):
    """The true answer, in pieces to take expectations from."""

    body: bytes

    @property
    def half(self) -> bytes:
        return self.body[: len(self.body) // 2]

    def head(self, *headers: str, line: str = "HTTP/1.1 200 OK") -> bytes:
        lines = (line, "content-type: application/json", *headers)
        return "".join(f"{each}\r\n" for each in lines).encode() + b"\r\n"

    def sized(self, **more: str) -> bytes:
        return self.head(f"content-length: {len(self.body)}", **more)

    def last(self, line: str = "HTTP/1.1 200 OK") -> bytes:
        """Head and body of an answer that says that its connection is closed behind it."""
        return self.head("connection: close", f"content-length: {len(self.body)}", line=line) + (
            self.body
        )

    def chunk(self, content: bytes) -> bytes:
        return f"{len(content):x}".encode() + b"\r\n" + content + b"\r\n"

    def odd(self, header: bytes) -> bytes:
        line, _, rest = self.last().partition(b"\r\n")
        return line + b"\r\n" + header + b"\r\n" + rest


CHUNKED = "transfer-encoding: chunked"


def coded(coding: str, decode: Callable[[bytes], bytes]) -> Callable[[Truth, bytes], bool]:
    def check(true: Truth, got: bytes) -> bool:
        head, _, body = got.partition(b"\r\n\r\n")
        close, length = "connection: close", f"content-length: {len(body)}"
        expected = true.head(f"content-encoding: {coding}", close, length)
        return head + b"\r\n\r\n" == expected and decode(body) == true.body

    return check


def broken(problem: str) -> Callable[[Truth, bytes], bool]:
    """A gzip stream that Python finds fault with, for this reason."""

    def check(true: Truth, got: bytes) -> bool:
        with pytest.raises((OSError, EOFError), match=problem):
            gzip.decompress(got.partition(b"\r\n\r\n")[2])
        return b"\r\ncontent-encoding: gzip\r\n" in got

    return check


def bomb(true: Truth, got: bytes) -> bool:
    packed = got.partition(b"\r\n\r\n")[2]
    unpack, size, last = zlib.decompressobj(31), 0, b""
    while packed:
        last = unpack.decompress(packed, 1 << 24)
        size += len(last)
        packed = unpack.unconsumed_tail
    return len(got) < 400_000 and unpack.eof and size > 300 << 20 and last.endswith(true.body)


WIRE: dict[str, tuple[str, Callable[[Truth], bytes]]] = {
    "reset_before_answer": (RESET, lambda true: b""),
    "reset_in_status_line": (RESET, lambda true: b"HTTP/1"),
    "reset_in_headers": (RESET, lambda true: true.sized()[: len(true.sized()) // 2]),
    "reset_before_body": (RESET, lambda true: true.sized()),
    "reset_in_body": (RESET, lambda true: true.sized() + true.half),
    "reset_in_chunks": (RESET, lambda true: true.head(CHUNKED) + true.chunk(true.half)),
    "close_before_answer": (CLOSED, lambda true: b""),
    "close_in_status_line": (CLOSED, lambda true: b"HTTP/1"),
    "close_in_headers": (CLOSED, lambda true: true.sized()[: len(true.sized()) // 2]),
    "close_in_body": (CLOSED, lambda true: true.sized() + true.half),
    "second_answer": (
        KEPT,
        lambda true: (
            true.sized() + true.body + true.head("content-length: 16") + b'{"unasked":true}'
        ),
    ),
    "garbage_after_answer": (KEPT, lambda true: true.sized() + true.body + b"\x00\xffnoise"),
    "short_length": (
        CLOSED,
        lambda true: true.head(f"content-length: {len(true.half)}") + true.body,
    ),
    "long_length": (
        CLOSED,
        lambda true: true.head(f"content-length: {len(true.body) + 10}") + true.body,
    ),
    "two_lengths": (
        CLOSED,
        lambda true: (
            true.head(f"content-length: {len(true.half)}", f"content-length: {len(true.body)}")
            + true.body
        ),
    ),
    "negative_length": (CLOSED, lambda true: true.head("content-length: -1") + true.body),
    "wordy_length": (CLOSED, lambda true: true.head("content-length: many") + true.body),
    "both_lengths": (
        CLOSED,
        lambda true: (
            true.head(f"content-length: {len(true.body)}", CHUNKED)
            + true.chunk(true.body)
            + b"0\r\n\r\n"
        ),
    ),
    "no_length": (CLOSED, lambda true: true.head("connection: close") + true.body),
    "cut_without_length": (CLOSED, lambda true: true.head("connection: close") + true.half),
    "cut_chunk": (
        CLOSED,
        lambda true: true.head(CHUNKED) + true.chunk(true.body)[: len(true.chunk(true.body)) // 2],
    ),
    "missing_last_chunk": (CLOSED, lambda true: true.head(CHUNKED) + true.chunk(true.body)),
    "bad_chunk_size": (
        CLOSED,
        lambda true: true.head(CHUNKED) + b"zz\r\n" + true.body + b"\r\n0\r\n\r\n",
    ),
    "huge_chunk_size": (CLOSED, lambda true: true.head(CHUNKED) + b"f" * 16 + b"\r\n" + true.body),
    "long_chunk": (
        CLOSED,
        lambda true: (
            true.head(CHUNKED) + f"{len(true.half):x}\r\n".encode() + true.body + b"\r\n0\r\n\r\n"
        ),
    ),
    "unknown_transfer_encoding": (
        CLOSED,
        lambda true: true.head("transfer-encoding: cbor") + true.body,
    ),
    "garbage_status_line": (
        CLOSED,
        lambda true: true.last("HTTP/1.1 fine thanks"),
    ),
    "long_status": (CLOSED, lambda true: true.last("HTTP/1.1 2000 OK")),
    "unknown_version": (CLOSED, lambda true: true.last("HTTP/7.3 200 OK")),
    "http_0_9": (CLOSED, lambda true: true.body),
    "other_protocol": (CLOSED, lambda true: b"SSH-2.0-OpenSSH_9.9\r\n"),
    "binary_noise": (CLOSED, lambda true: bytes(range(256)) * 4),
    "header_without_colon": (CLOSED, lambda true: true.odd(b"this is no header")),
    "header_with_nul": (CLOSED, lambda true: true.odd(b"x-odd: a\x00b")),
    "huge_header": (CLOSED, lambda true: true.odd(b"x-odd: " + b"a" * 1_000_000)),
    "many_headers": (
        CLOSED,
        lambda true: true.odd(b"\r\n".join(b"x-odd-%d: a" % n for n in range(5000))),
    ),
    "unasked_upgrade": (
        CLOSED,
        lambda true: (
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
            b"\x81\x05hello"
        ),
    ),
    "interim_answers": (
        CLOSED,
        lambda true: (
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints"
            b"\r\nlink: </style.css>; rel=preload\r\n\r\n" + true.last()
        ),
    ),
    "stall_before_answer": (KEPT, lambda true: b""),
    "stall_in_status_line": (KEPT, lambda true: b"HTTP/1"),
    "stall_in_headers": (KEPT, lambda true: true.sized()[: len(true.sized()) // 2]),
    "stall_before_body": (KEPT, lambda true: true.sized()),
    "stall_in_body": (KEPT, lambda true: true.sized() + true.half),
    "stall_in_chunks": (KEPT, lambda true: true.head(CHUNKED) + true.chunk(true.body)),
    "stall_after_body": (KEPT, lambda true: true.head() + true.body),
    "late_answer": (
        CLOSED,
        lambda true: true.last(),
    ),
    "drip_status_line": (CLOSED, lambda true: true.sized() + true.body),
    "drip_body": (CLOSED, lambda true: true.sized() + true.body),
    "drip_then_stall": (KEPT, lambda true: true.sized() + true.body[:10]),
}
"""How the connection ends, and the very bytes before that."""

LOOSE: dict[str, tuple[str, Callable[[Truth, bytes], bool]]] = {
    "cut_gzip": (CLOSED, broken("ended before the end-of-stream")),
    "cut_gzip_trailer": (CLOSED, broken("ended before the end-of-stream")),
    "bad_gzip_checksum": (CLOSED, broken("CRC check failed")),
    "bad_gzip_size": (CLOSED, broken("Incorrect length")),
    "garbage_after_gzip": (CLOSED, broken("Not a gzipped file")),
    "no_gzip": (CLOSED, broken("Not a gzipped file")),
    "two_gzip_members": (CLOSED, coded("gzip", gzip.decompress)),
    "gzip_unsaid": (
        CLOSED,
        lambda true, got: (
            b"content-encoding" not in got
            and gzip.decompress(got.partition(b"\r\n\r\n")[2]) == true.body
        ),
    ),
    "gzip_twice": (
        CLOSED,
        coded("gzip, gzip", lambda body: gzip.decompress(gzip.decompress(body))),
    ),
    "unasked_deflate": (CLOSED, coded("deflate", zlib.decompress)),
    # Two bytes and a half of a header (RFC 7932, 9.2), the content as it is, and the last block.
    "unasked_brotli": (CLOSED, coded("br", lambda body: body[3:-1])),
    "unknown_coding": (CLOSED, coded("x-squeeze", lambda body: body)),
    "gzip_bomb": (CLOSED, bomb),
    "huge_body": (
        KEPT,
        lambda true, got: got.startswith(
            true.head(f"content-length: {300 * (1 << 20) + len(true.body)}") + b" " * 50_000
        ),
    ),
    "endless_headers": (
        KEPT,
        lambda true, got: (
            re.fullmatch(rb"HTTP/1.1 200 OK\r\n(x-odd: a\r\n){9999,}[^\n]*\r?", got) is not None
        ),
    ),
    "interim_flood": (
        KEPT,
        lambda true, got: got.startswith(b"HTTP/1.1 100 Continue\r\n\r\n" * 5000),
    ),
    "drip_headers": (
        KEPT,
        lambda true, got: got.startswith(b"HTTP/1.1 200 OK\r\nx-odd-0: a\r\nx-odd-1: a\r\nx"),
    ),
    "drip_endlessly": (
        KEPT,
        lambda true, got: got.startswith(true.head(CHUNKED) + b"1\r\n \r\n1\r\n \r\n1"),
    ),
}
"""Those whose bytes are too many, or not told by one rule alone."""

EARLY = {
    "reset_before_reading": (RESET, b""),
    "answer_before_reading": (CLOSED, b"HTTP/1.1 413 "),
    "stall_before_reading": (KEPT, b""),
}
REUSE = {"close_at_reuse": CLOSED, "reset_at_reuse": RESET, "stall_at_reuse": KEPT}
LISTENERS = {
    "expired",
    "not_yet_valid",
    "wrong_host",
    "self_signed",
    "untrusted_ca",
    "old_version",
    "plain_text",
    "handshake_stall",
    "handshake_reset",
}
"""Their tests are in test_tls_listeners.py."""


@pytest.mark.parametrize("kind", WIRE)
def test_a_fault_of_the_wire_sends_its_bytes_and_ends_as_it_should(
    kind: str, service: Service
) -> None:
    end, sent = WIRE[kind]
    true = Truth(service.true("status"))

    expected = sent(true)

    seen = service.struck(kind, "status", least=len(expected) if end == KEPT else math.inf)

    assert seen == (expected, end)
    assert service.simulator.faults.unfired == ()


@pytest.mark.parametrize("kind", LOOSE)
def test_a_fault_of_the_wire_sends_what_it_is_named_for(kind: str, service: Service) -> None:
    end, check = LOOSE[kind]
    true = Truth(service.true("status"))

    most = math.inf if end == CLOSED else 200 if kind.startswith("drip") else 1 << 20

    seen = service.struck(kind, "status", most=most)

    assert check(true, seen.content)
    assert seen.end == end
    assert service.simulator.faults.unfired == ()


@pytest.mark.parametrize("kind", EARLY)
def test_an_early_fault_strikes_before_the_body_is_there(kind: str, service: Service) -> None:
    end, begins = EARLY[kind]
    service.simulator.faults.set([Fault(operation="interactions.declare", kind=kind)])
    part = request("POST", "/v1/interactions", b'{"type":', length=1_000_000)

    seen = service.exchange(part, least=0 if end == KEPT else math.inf)

    assert seen.content.startswith(begins)
    assert (seen.content == b"", seen.end) == (begins == b"", end)
    assert service.simulator.faults.unfired == ()


@pytest.mark.parametrize("kind", REUSE)
def test_a_fault_at_reuse_lets_the_first_answer_through(kind: str, service: Service) -> None:
    true = Truth(service.true("status"))
    service.simulator.faults.set([Fault(operation="*", kind=kind)])
    get = request("GET", service.path("status"))

    with socket.create_connection(service.address) as connection:
        connection.sendall(get)
        first = read(connection, math.inf, framed=True)
        connection.sendall(get)
        second = read(connection, 0 if REUSE[kind] == KEPT else math.inf)

    assert first == (true.sized() + true.body, KEPT)
    assert second == (b"", REUSE[kind])


def test_every_kind_is_tested_and_every_plane_is_there() -> None:
    planes = {
        "application": set(APPLICATION),
        "wire": {*WIRE, *LOOSE, *EARLY, *REUSE},
        "tls": LISTENERS,
    }

    for plane, tested in planes.items():
        assert {kind.name for kind in KINDS.values() if kind.plane == plane} == tested
    assert sum(map(len, planes.values())) == len(KINDS) >= 60


def test_every_kind_says_in_one_line_what_it_does() -> None:
    lines = [kind.summary for kind in KINDS.values()]

    assert [line for line in lines if not re.fullmatch(r"[A-Z0-9].*[^.\s]", line)] == []
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("kind", ["drip_status_line", "drip_body", "drip_then_stall"])
def test_a_drip_pauses_after_each_byte(kind: str, api: Api) -> None:
    contract = contracts(api, api.document())["interactions.status"]
    answer = Answer(status=200, content=b"0123456789")
    case = Case(contract=contract, path="/", message="m", seconds=0.25, answer=answer)
    play = KINDS[kind].play
    assert play is not None

    steps = [*play(case)]

    dripped = [step for step, after in pairwise(steps) if after == Pause(0.25)]
    assert b"".join(step for step in dripped if isinstance(step, bytes))[-10:] == answer.content
    assert {len(step) if isinstance(step, bytes) else 0 for step in dripped} == {1}
