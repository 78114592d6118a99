"""What a server asks to wait, in seconds. Nonsense counts as absent."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from elevatekit_plugins.messages import Response

LONGEST_GUESS: Final = 120.0
"""Seconds: the longest wait that is read from a date by this machine's clock, which may be off."""

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?\Z")


def retry_after(response: Response, now: Callable[[], float] = time.time) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (RFC 9110, 10.2.3), or None.

    A date is read against the `Date` of the same response, so that a clock that is off at
    either end does not matter. Without one it is read by this machine's clock, and held to two
    minutes. A date that has passed says nothing, and neither do two headers that disagree.

    Args:
        now: seconds since 1970.
    """
    milliseconds = _said(response, "retry-after-ms")
    if _NUMBER.match(milliseconds):
        return float(milliseconds) / 1000
    text = _said(response, "retry-after")
    if _NUMBER.match(text):
        return float(text)
    until = _date(text)
    if until is None:
        return None
    sent = _date(_said(response, "date"))
    seconds = (until - (sent or datetime.fromtimestamp(now(), UTC))).total_seconds()
    if seconds < 0:
        return None
    return seconds if sent else min(seconds, LONGEST_GUESS)


def _said(response: Response, name: str) -> str:
    """The one value of a header; empty where there is none, or more than one."""
    values = {value.strip() for key, value in response.headers if key.lower() == name}
    return values.pop() if len(values) == 1 else ""


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)  # "-0000": UTC, of unknown place
