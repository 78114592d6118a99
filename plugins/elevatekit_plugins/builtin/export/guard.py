"""The formula guard: text that a spreadsheet would run, made harmless, and back again."""

from __future__ import annotations

import re
from typing import Final

# OWASP's list (CSV injection), with line feed, NUL and the full-width forms. Apostrophes before
# them count: else guarding could not be undone.
_TRIGGER: Final = re.compile("'*[=+\\-@\t\r\n\0＝＋－＠]")
_GUARDED: Final = re.compile("'+[=+\\-@\t\r\n\0＝＋－＠]")
_NUMBER: Final = re.compile(r"-?[0-9][0-9.,]*")


def guard(text: str) -> str:
    """`text` with an apostrophe before it, where a spreadsheet would take it for a formula.

    What looks like a number (`-5`, `-1.234,50`) stays as it is.
    """
    if _TRIGGER.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if _GUARDED.match(text) else text
