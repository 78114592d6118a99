"""Foreign text made plain: it pings nobody, links nowhere, and is as long as it may be."""

from __future__ import annotations

import unicodedata
from typing import Final

# Slack decodes these three, wherever text stands, and takes everything else literally.
_ESCAPED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

# Embeddings, overrides and isolates turn around the rest of a line, which is not theirs.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def size(text: str) -> int:
    """How long Slack may take a text to be.

    Nothing says whether an emoji counts as one character or, as in JavaScript, as two.
    """
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str, limit: int) -> str:
    """One line of `text`, escaped, with `…` at its end where it is longer than `limit`.

    It is cut between code points, and never inside of an escape.
    """
    line = " ".join(text.split())
    pieces = [_ESCAPED.get(character, character) for character in line if _shown(character)]
    if sum(map(size, pieces)) <= limit:
        return "".join(pieces)
    kept: list[str] = []
    room = limit - 1
    for piece in pieces:
        room -= size(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + "…"


def _shown(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _TURNING
