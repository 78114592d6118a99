"""A fact that the spec may have words of its own for."""

from __future__ import annotations

from msgspec import Struct


class Choice(Struct, frozen=True):
    """One of the values that a property is known to take, by its place among them."""

    place: int
    word: str
    """What is said where the spec lists no values."""
