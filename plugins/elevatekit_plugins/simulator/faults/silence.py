"""Silence at each stage, and bytes that come one at a time (slow loris).

A stall lasts until the client leaves, or for the seconds that its rule says; then the connection
is closed. Of a drip they are the seconds between two bytes.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from elevatekit_plugins.simulator.faults.kinds import LONG, Case, Move, Pause, Script, wire
from elevatekit_plugins.simulator.faults.raw import (
    chunk,
    halves,
    head,
    last,
    sized,
    status_line,
    whole,
)

DRIP: Final = 0.1
"""Seconds between two bytes."""


@wire(early=True, seconds=LONG)
def stall_before_reading(case: Case) -> Script:
    """Silence from the head of the request on; its body is not read."""
    yield Pause(case.seconds)


@wire(seconds=LONG)
def stall_before_answer(case: Case) -> Script:
    """Silence once the request is there."""
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_in_status_line(case: Case) -> Script:
    """Silence within the status line."""
    yield status_line(case.answer)[:6]
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_in_headers(case: Case) -> Script:
    """Silence within the headers."""
    yield halves(sized(case.answer))[0]
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_before_body(case: Case) -> Script:
    """Silence between headers and body."""
    yield sized(case.answer)
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_in_body(case: Case) -> Script:
    """Silence after half of the body."""
    yield sized(case.answer) + halves(case.answer.content)[0]
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_in_chunks(case: Case) -> Script:
    """Silence where the last chunk, the empty one, is due."""
    yield head(case.answer, ("transfer-encoding", "chunked")) + chunk(case.answer.content)
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_after_body(case: Case) -> Script:
    """The whole body comes without a length, and the connection stays open behind it."""
    yield head(case.answer) + case.answer.content
    yield Pause(case.seconds)


@wire(spoils=True, seconds=LONG)
def stall_at_reuse(case: Case) -> Script:
    """The true answer comes; the next request on the connection meets silence."""
    yield whole(case.answer)
    yield Move.LISTEN
    yield Pause(case.seconds)


@wire(spoils=True, seconds=1.0)
def late_answer(case: Case) -> Script:
    """The true answer comes late."""
    yield Pause(case.seconds)
    yield last(case.answer)


@wire(spoils=True, seconds=DRIP)
def drip_status_line(case: Case) -> Script:
    """The status line comes byte by byte, and so does all behind it."""
    return _drip(whole(case.answer), case.seconds)


@wire(spoils=True, seconds=DRIP)
def drip_headers(case: Case) -> Script:
    """Headers come byte by byte and never end."""
    yield status_line(case.answer)
    for number in count():
        yield from _drip(b"x-odd-%d: a\r\n" % number, case.seconds)


@wire(spoils=True, seconds=DRIP)
def drip_body(case: Case) -> Script:
    """The body comes byte by byte."""
    yield sized(case.answer)
    yield from _drip(case.answer.content, case.seconds)


@wire(spoils=True, seconds=DRIP)
def drip_endlessly(case: Case) -> Script:
    """The body is blanks in chunks of one byte, and never ends."""
    yield head(case.answer, ("transfer-encoding", "chunked"))
    while True:
        yield chunk(b" ")
        yield Pause(case.seconds)


@wire(spoils=True, seconds=DRIP)
def drip_then_stall(case: Case) -> Script:
    """Ten bytes of the body come one by one; then there is silence."""
    yield sized(case.answer)
    yield from _drip(case.answer.content[:10], case.seconds)
    yield Pause(LONG)


def _drip(content: bytes, seconds: float) -> Script:
    for byte in content:
        yield bytes([byte])
        yield Pause(seconds)
