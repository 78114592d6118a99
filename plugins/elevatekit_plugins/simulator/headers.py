"""Headers of an answer that somebody writes down, as HTTP can carry them."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(r"[-!#$%&'*+.^_`|~0-9A-Za-z]+")
"""RFC 9110, 5.6.2."""
_VALUE: Final = re.compile(r"(?![\t ])[\t\x20-\x7e\x80-\xff]*(?<![\t ])")
"""RFC 9110, 5.5."""


def check_header(name: str, value: str) -> None:
    """Make sure that a header can be sent.

    Raises:
        ValueError: it cannot, and whoever tried would break the answer.
        TypeError: one of the two is no string.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a valid header name")
    if not _VALUE.fullmatch(value):
        raise ValueError(f"the header {name} cannot be {value!r}: HTTP has no way to send that")
