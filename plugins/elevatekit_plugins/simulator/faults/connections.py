"""Connections that end: in order or by a reset, at each stage of an answer."""

from __future__ import annotations

from elevatekit_plugins.simulator.faults.kinds import Answer, Case, Move, Script, wire
from elevatekit_plugins.simulator.faults.raw import (
    chunk,
    halves,
    head,
    sized,
    status_line,
    whole,
)


@wire(early=True)
def reset_before_reading(case: Case) -> Script:
    """The connection is reset when the head of the request is there; its body is not read."""
    yield Move.RESET


@wire()
def reset_before_answer(case: Case) -> Script:
    """The connection is reset when the request is there."""
    yield Move.RESET


@wire(spoils=True)
def reset_in_status_line(case: Case) -> Script:
    """The connection is reset within the status line."""
    yield status_line(case.answer)[:6]
    yield Move.RESET


@wire(spoils=True)
def reset_in_headers(case: Case) -> Script:
    """The connection is reset within the headers."""
    yield halves(sized(case.answer))[0]
    yield Move.RESET


@wire(spoils=True)
def reset_before_body(case: Case) -> Script:
    """The connection is reset between headers and body."""
    yield sized(case.answer)
    yield Move.RESET


@wire(spoils=True)
def reset_in_body(case: Case) -> Script:
    """The connection is reset after half of the body."""
    yield sized(case.answer) + halves(case.answer.content)[0]
    yield Move.RESET


@wire(spoils=True)
def reset_in_chunks(case: Case) -> Script:
    """The connection is reset between two chunks of the body."""
    yield head(case.answer, ("transfer-encoding", "chunked"))
    yield chunk(halves(case.answer.content)[0])
    yield Move.RESET


@wire()
def close_before_answer(case: Case) -> Script:
    """The connection is closed when the request is there, and nothing was answered."""
    yield Move.CLOSE


@wire(spoils=True)
def close_in_status_line(case: Case) -> Script:
    """The connection is closed within the status line."""
    yield status_line(case.answer)[:6]


@wire(spoils=True)
def close_in_headers(case: Case) -> Script:
    """The connection is closed within the headers."""
    yield halves(sized(case.answer))[0]


@wire(spoils=True)
def close_in_body(case: Case) -> Script:
    """The connection is closed after half of the body."""
    yield sized(case.answer) + halves(case.answer.content)[0]


@wire(spoils=True)
def close_at_reuse(case: Case) -> Script:
    """The true answer comes; the connection is closed when the next request is sent on it."""
    yield whole(case.answer)
    yield Move.LISTEN


@wire(spoils=True)
def reset_at_reuse(case: Case) -> Script:
    """The true answer comes; the connection is reset when the next request is sent on it."""
    yield whole(case.answer)
    yield Move.LISTEN
    yield Move.RESET


@wire(early=True)
def answer_before_reading(case: Case) -> Script:
    """413 comes when the head of the request is there; its body is not read."""
    yield whole(case.refusal(413).with_header("connection", "close"))


@wire(spoils=True)
def second_answer(case: Case) -> Script:
    """The true answer comes, and behind it another one that nobody asked for."""
    yield whole(case.answer)
    yield whole(Answer(status=200, headers=case.answer.headers, content=b'{"unasked":true}'))
    yield Move.LISTEN


@wire(spoils=True)
def garbage_after_answer(case: Case) -> Script:
    """The true answer comes, and bytes behind it that are no HTTP."""
    yield whole(case.answer)
    yield b"\x00\xffnoise"
    yield Move.LISTEN
