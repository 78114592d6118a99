"""Finds a secret in what is about to be written, however it was encoded on its way there."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

SHORTEST: Final = 4
"""Characters of the shortest secret that is looked for: shorter ones occur in ordinary words."""

_GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_GZIP_BYTES: Final = 16 * 1024 * 1024
"""How much of a compressed part is looked at."""
_GZIP_DEPTH: Final = 3
_BASE64_CHARACTERS: Final = 8
"""Fewer characters of base64 would be found by chance."""


def hidden(secret: str, data: bytes) -> str | None:
    """How `secret` is written in `data`: `as it is`, `URL-encoded`, …; None: it is not there."""
    if len(secret) < SHORTEST:
        return None
    return _hidden(secret.encode(), data, _GZIP_DEPTH)


def _hidden(secret: bytes, data: bytes, depth: int) -> str | None:
    lowered = data.lower()
    if secret.lower() in lowered:
        return "as it is"
    if secret.lower() in unquote_to_bytes(data).lower():
        return "URL-encoded"
    if secret.hex().encode() in lowered:
        return "in hexadecimal"
    standard = data.translate(bytes.maketrans(b"-_", b"+/"))
    if any(part in standard for part in base64_parts(secret)):
        return "in base64"
    if depth and any(_hidden(secret, inner, depth - 1) for inner in _unpacked(data)):
        return "inside gzip data"
    return None


@lru_cache
def base64_parts(secret: bytes) -> tuple[bytes, ...]:
    """What of `secret` is to be seen in base64, at each of the three offsets it can have there."""
    parts: list[bytes] = []
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + secret)
        # The first characters hold bits of what came before, the last ones of what comes after.
        part = encoded[-(-offset * 8 // 6) : (offset + len(secret)) * 8 // 6]
        if len(part) >= _BASE64_CHARACTERS:
            parts.append(part)
    return tuple(parts)


def _unpacked(data: bytes) -> Iterator[bytes]:
    start = data.find(_GZIP_MAGIC)
    while start >= 0:
        try:
            stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            yield stream.decompress(data[start:], _GZIP_BYTES)
        except zlib.error:
            pass  # three bytes that look like the beginning of gzip data
        start = data.find(_GZIP_MAGIC, start + 1)
