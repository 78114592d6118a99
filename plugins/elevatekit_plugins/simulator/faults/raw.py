"""HTTP/1.1 as bytes, for scripts that take it to pieces."""

from __future__ import annotations

from http import HTTPStatus

from elevatekit_plugins.simulator.faults.kinds import Answer


def status_line(answer: Answer) -> bytes:
    """`HTTP/1.1 200 OK` and the end of the line."""
    known = answer.status in HTTPStatus._value2member_map_
    phrase = HTTPStatus(answer.status).phrase if known else ""
    return f"HTTP/1.1 {answer.status} {phrase}\r\n".encode("ascii")


def head(answer: Answer, *headers: tuple[str, str]) -> bytes:
    """Status line, the headers of the answer, these headers, and the empty line."""
    lines = [f"{name}: {value}\r\n" for name, value in (*answer.headers, *headers)]
    return status_line(answer) + "".join(lines).encode("latin-1") + b"\r\n"


def sized(answer: Answer, *headers: tuple[str, str]) -> bytes:
    """The head, with the true length of the body."""
    return head(answer, *headers, ("content-length", str(len(answer.content))))


def whole(answer: Answer) -> bytes:
    """Head and body."""
    return sized(answer) + answer.content


def last(answer: Answer) -> bytes:
    """Head and body of an answer behind which the connection is closed, and which says so: else
    whoever sends the next request at once meets a second fault."""
    return sized(answer, ("connection", "close")) + answer.content


def chunk(content: bytes) -> bytes:
    """One piece of a body that comes in chunks; an empty one ends it."""
    return b"%x\r\n%s\r\n" % (len(content), content)


def halves(content: bytes) -> tuple[bytes, bytes]:
    """The content in two pieces."""
    middle = len(content) // 2
    return content[:middle], content[middle:]
