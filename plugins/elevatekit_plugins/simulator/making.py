"""Values for properties of which nothing is known but their schema: the same for the same seed."""

from __future__ import annotations

import hashlib
import math
import uuid

from elevatekit_plugins.simulator.clock import timestamp
from elevatekit_plugins.simulator.shapes import Shape


def guid(seed: str) -> str:
    """A GUID of version 4 that a seed always gives."""
    return str(uuid.UUID(bytes=hashlib.blake2b(seed.encode(), digest_size=16).digest(), version=4))


def noise(seed: str) -> bytes:
    """Bytes that mean nothing, and that no encoding of texts leaves as they are."""
    return bytes(range(256)) + hashlib.blake2b(seed.encode()).digest()


def make(shape: Shape, seed: str) -> object:
    """A value that the schema allows; values that the schema itself gives come first."""
    if shape.enum:
        return shape.enum[_number(seed) % len(shape.enum)]
    if shape.examples:
        return shape.examples[_number(seed) % len(shape.examples)]
    match shape.kind:
        case "string":
            return _string(shape, seed)
        case "integer":
            low = math.ceil(shape.minimum)
            return low + _number(seed) % (max(0, math.floor(shape.maximum) - low) + 1)
        case "number":
            return round(shape.minimum + (shape.maximum - shape.minimum) * _fraction(seed), 4)
        case "boolean":
            return _number(seed) % 2 == 0
        case "array":
            return []
        case "object" | "any":
            return {}
        case "null":
            return None


def _string(shape: Shape, seed: str) -> str:
    match shape.format:
        case "uuid":
            return guid(seed)
        case "date-time":
            return timestamp(_number(seed) % 86_400)
        case "date":
            return timestamp(_number(seed) % 86_400)[:10]
        case "uri":
            return f"https://example.com/{_number(seed)}"
        case "email":
            return f"user{_number(seed)}@example.com"
        case _:
            text = f"text {_number(seed)}".ljust(shape.min_length, ".")
            return text[: shape.max_length]


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=4).digest())


def _fraction(seed: str) -> float:
    return _number(seed) / 0xFFFFFFFF
