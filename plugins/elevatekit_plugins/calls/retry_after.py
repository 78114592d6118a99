"""What a server asks to wait, in seconds. Nonsense counts as absent."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from elevatekit_plugins.messages import Response

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?\Z")


def retry_after(response: Response) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (RFC 9110, 10.2.3), or None.

    A date is read against the `Date` of the same response, so that a clock that is off at
    either end does not matter. Without a `Date` a date says nothing.
    """
    milliseconds = response.header("retry-after-ms")
    if milliseconds is not None and _NUMBER.match(milliseconds.strip()):
        return float(milliseconds) / 1000
    text = (response.header("retry-after") or "").strip()
    if _NUMBER.match(text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        now = parsedate_to_datetime(response.header("date") or "")
        seconds = (until - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return seconds if seconds >= 0 else None
