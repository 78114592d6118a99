"""Foreign text made plain: it pings nobody, links nowhere, and is as long as it may be."""

from __future__ import annotations

import re
from typing import Final

# Slack decodes these three, wherever text stands, and takes everything else literally.
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_HALF_ESCAPE: Final = re.compile("&[a-z]*\\Z")

# Control characters, halves of surrogate pairs, and the embeddings, overrides and isolates that
# turn around the rest of a line, which is not theirs.
_UNSHOWN: Final = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def size(text: str) -> int:
    """How long Slack may take a text to be.

    Nothing says whether an emoji counts as one character or, as in JavaScript, as two.
    """
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def plain(text: str, limit: int) -> str:
    """One line of `text`, escaped, with `…` at its end where it is longer than `limit`.

    It is cut between code points, and never inside of an escape.
    """
    line = " ".join(_UNSHOWN.sub(" ", text).split())
    escaped = line[: limit + 1].translate(_ESCAPES)
    if size(escaped) <= limit:
        return escaped
    # Decoding leaves out the half of a pair at the end.
    cut = escaped.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", "ignore")
    return _HALF_ESCAPE.sub("", cut).rstrip() + "…"
