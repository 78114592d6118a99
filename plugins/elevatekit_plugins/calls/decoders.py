"""Decoders of types: each made once, and by one thread at a time.

msgspec prepares a struct when it is first used. Two threads that do so at the same moment can
bring the whole process down (0.22.0: a segmentation fault), so making a decoder is guarded here.
Using one is safe.
"""

from __future__ import annotations

import threading
from typing import Any

import msgspec

_making = threading.Lock()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(type: Any) -> msgspec.json.Decoder[Any]:
    """The JSON decoder of a type."""
    found = _decoders.get(type)
    if found is None:
        with _making:
            found = _decoders.get(type)
            if found is None:
                found = _decoders[type] = msgspec.json.Decoder(type)
    return found
