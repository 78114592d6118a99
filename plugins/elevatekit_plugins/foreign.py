"""Text of others in our messages: of a server, a plugin, or a library."""

from __future__ import annotations

from typing import Final

LEGIBLE: Final = 1000
"""Characters of such a text that a message shows."""


def legible(text: str, most: int = LEGIBLE) -> str:
    """A text for use in a message: truncated, its control characters escaped."""
    shown = text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)
