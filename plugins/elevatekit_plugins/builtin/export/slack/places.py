"""Where a message goes that is not posted: to a file, or to standard output."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from elevatekit_plugins.builtin.export.files import NewFile
from elevatekit_plugins.hooks.descriptors import InteractionRecord
from elevatekit_plugins.hooks.output import standard_output


class Place:
    """Takes one message, and the interactions where it has a use for them."""

    channel: str | None = None
    """What the message names as its channel."""

    def open(self) -> None:
        """Make ready."""

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        """Take interactions that the message is about."""

    def deliver(self, message: bytes) -> Sequence[str]:
        """Deliver the message, and say what was left where."""
        raise NotImplementedError

    def close(self) -> None:
        """Remove everything that was not delivered. Must not raise."""


class StandardOutput(Place):
    """Writes the message instead of posting it."""

    def deliver(self, message: bytes) -> Sequence[str]:
        output = standard_output()
        output.write(message)
        output.flush()
        return ["standard output"]


class MessageFile(Place):
    """Writes the message to a file instead of posting it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new: NewFile | None = None

    def open(self) -> None:
        self._new = NewFile(self._path)

    def deliver(self, message: bytes) -> Sequence[str]:
        assert self._new is not None  # it was opened
        self._new.file.write(message)
        return [self._new.finish()]

    def close(self) -> None:
        if self._new is not None:
            self._new.discard()
