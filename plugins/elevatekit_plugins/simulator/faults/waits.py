"""429 with every form of Retry-After that servers have been seen to send (RFC 9110, 10.2.3)."""

from __future__ import annotations

from typing import Final

from elevatekit_plugins.simulator.faults.kinds import Answer, Case, Kind

_DATE: Final = ("date", "Mon, 06 Jan 2025 09:00:00 GMT")
_TOO_MANY: Final = 429

Header = tuple[str, str]


def _kind(form: str, says: str, *headers: Header) -> Kind:
    def make(case: Case) -> Answer:
        answer = case.refusal(_TOO_MANY)
        return Answer(
            status=answer.status, headers=(*headers, *answer.headers), content=answer.content
        )

    return Kind(
        name=f"retry_after_{form}",
        plane="application",
        summary=f"429 whose Retry-After {says}",
        make=make,
    )


def _of(form: str, value: str, says: str) -> Kind:
    return _kind(form, says, ("retry-after", value))


def _dated(form: str, value: str, says: str) -> Kind:
    return _kind(form, says, _DATE, ("retry-after", value))


WAITS: Final = (
    _of("zero", "0", "is 0 seconds"),
    _of("seconds", "1", "is 1 second"),
    _of("fraction", "0.5", "is half a second, which the RFC does not allow"),
    _of("day", "86400", "is a day"),
    _of("huge", "10000000000", "is three hundred years of seconds"),
    _of("negative", "-1", "is -1"),
    _of("words", "soon", "says `soon`"),
    _of("empty", "", "is empty"),
    _of("nan", "NaN", "is NaN"),
    _of("infinity", "inf", "is infinite"),
    _of("superscript", "²", "is a superscript two, which Python counts as a digit"),
    _kind("twice", "comes twice, with two values", ("retry-after", "1"), ("retry-after", "60")),
    _kind(
        "milliseconds", "has 50 as milliseconds, under a name of its own", ("retry-after-ms", "50")
    ),
    _dated("date", "Mon, 06 Jan 2025 09:00:01 GMT", "is a date, 1 s after that of the answer"),
    _dated("past_date", "Mon, 06 Jan 2025 08:59:00 GMT", "is a date in the past"),
    _dated("far_date", "Fri, 31 Dec 9999 23:59:59 GMT", "is the last date that Python knows"),
    _dated("impossible_date", "Mon, 99 Jan 9999999 25:61:61 GMT", "is a date that cannot be"),
    _of("date_alone", "Mon, 06 Jan 2025 09:00:01 GMT", "is a date, in an answer without one"),
)
