"""Decoders of types: each made once, and by one thread at a time.

msgspec prepares a struct when it is first used. Two threads that do so at the same moment can
bring the whole process down (0.22.0: a segmentation fault), so making a decoder is guarded here.
Using one is safe.
"""

from __future__ import annotations

from typing import Any

import msgspec

from elevatekit_plugins.forks import Guarded


class _Decoders(Guarded):
    def __init__(self) -> None:
        super().__init__()
        self._made: dict[Any, msgspec.json.Decoder[Any]] = {}

    def of(self, type: Any) -> msgspec.json.Decoder[Any]:
        found = self._made.get(type)
        if found is None:
            with self._lock:
                found = self._made.get(type)
                if found is None:
                    found = self._made[type] = msgspec.json.Decoder(type)
        return found


_decoders = _Decoders()


def decoder(type: Any) -> msgspec.json.Decoder[Any]:
    """The JSON decoder of a type."""
    return _decoders.of(type)
