"""What plugins should not use any more, and what to use instead: every text of it stands here.

A hook or field that is deprecated keeps working through the whole version of the plugin API. Its
users are told by a line in the log (a hook) or a DeprecationWarning (a field).
"""

from __future__ import annotations

import warnings
from typing import Any, Final

HOOKS: Final[dict[str, str]] = {}
"""Name of a hook to its text: since which release, and what to implement instead."""
FIELDS: Final[dict[str, str]] = {}
"""`Event.field` to its text: since which release, and what to read instead."""


class Renamed:
    """Stands in an event where a field was, and reads the one that took its place.

    class CallFinished(Struct, frozen=True, kw_only=True):
        received: int
        size = Renamed("received")
    """

    def __init__(self, instead: str) -> None:
        self._instead = instead
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, event: object, owner: type) -> Any:
        if event is None:
            return self
        text = FIELDS[f"{owner.__name__}.{self._name}"]
        warnings.warn(f"{owner.__name__}.{self._name}: {text}", DeprecationWarning, stacklevel=2)
        return getattr(event, self._instead)
