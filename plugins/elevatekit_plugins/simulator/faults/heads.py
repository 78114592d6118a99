"""Status lines and headers that are none, are too long, or never end."""

from __future__ import annotations

from itertools import repeat
from typing import Final

from elevatekit_plugins.simulator.faults.kinds import Case, Script, wire
from elevatekit_plugins.simulator.faults.raw import last

_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


def _first_line(case: Case, line: bytes) -> bytes:
    return line + b"\r\n" + last(case.answer).partition(b"\r\n")[2]


@wire(spoils=True)
def garbage_status_line(case: Case) -> Script:
    """The status line has no status."""
    yield _first_line(case, b"HTTP/1.1 fine thanks")


@wire(spoils=True)
def long_status(case: Case) -> Script:
    """The status has four digits."""
    yield _first_line(case, b"HTTP/1.1 2000 OK")


@wire(spoils=True)
def unknown_version(case: Case) -> Script:
    """The version of HTTP is 7.3."""
    yield _first_line(case, b"HTTP/7.3 200 OK")


@wire(spoils=True)
def http_0_9(case: Case) -> Script:
    """The body alone comes, without a status line or headers, as in HTTP/0.9."""
    yield case.answer.content


@wire()
def other_protocol(case: Case) -> Script:
    """The banner of an SSH server comes."""
    yield b"SSH-2.0-OpenSSH_9.9\r\n"


@wire()
def binary_noise(case: Case) -> Script:
    """Bytes come that are no protocol at all."""
    yield bytes(range(256)) * 4


@wire(spoils=True)
def header_without_colon(case: Case) -> Script:
    """A line among the headers has no colon."""
    yield _first_header(case, b"this is no header")


@wire(spoils=True)
def header_with_nul(case: Case) -> Script:
    """The value of a header has a NUL."""
    yield _first_header(case, b"x-odd: a\x00b")


@wire(spoils=True)
def huge_header(case: Case) -> Script:
    """A header has a megabyte."""
    yield _first_header(case, b"x-odd: " + b"a" * 1_000_000)


@wire(spoils=True)
def many_headers(case: Case) -> Script:
    """There are 5,000 headers."""
    yield _first_header(case, b"\r\n".join(b"x-odd-%d: a" % number for number in range(5000)))


@wire()
def endless_headers(case: Case) -> Script:
    """Headers come for as long as anybody reads."""
    yield b"HTTP/1.1 200 OK\r\n"
    yield from repeat(b"x-odd: a\r\n" * 100)


@wire(spoils=True)
def unasked_upgrade(case: Case) -> Script:
    """101 comes: the server talks WebSocket from here on."""
    yield b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"
    yield b"\x81\x05hello"


@wire(spoils=True)
def interim_answers(case: Case) -> Script:
    """100, 102 and 103 come before the true answer, as HTTP allows."""
    yield _CONTINUE + b"HTTP/1.1 102 Processing\r\n\r\n"
    yield b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n"
    yield last(case.answer)


@wire()
def interim_flood(case: Case) -> Script:
    """100 comes again and again, for as long as anybody reads."""
    yield from repeat(_CONTINUE * 100)


def _first_header(case: Case, line: bytes) -> bytes:
    first, _, rest = last(case.answer).partition(b"\r\n")
    return first + b"\r\n" + line + b"\r\n" + rest
