"""Files that appear whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import IO

from elevatekit_plugins.errors import ConfigError


class NewFile:
    """A text file in the making.

    It is written as `.NAME.<8 digits>.tmp` in the folder of its place, so that moving it is one
    step of the file system. Until then nothing of it is seen, and what was there stays. A link
    in its place is replaced, not followed.
    """

    def __init__(self, path: Path) -> None:
        """Begin it.

        Raises:
            ConfigError: it cannot be made there.
        """
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        if path.is_dir():
            raise ConfigError(f"{path} is a folder, not a file")
        try:
            _remove_leftovers(path)
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
            # Nothing is translated or encoded on the way: what is written is what is there.
            descriptor = os.open(self._temporary, flags | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise ConfigError(f"{path} cannot be written: {error.strerror}") from None
        self.file: IO[bytes] = os.fdopen(descriptor, "wb", buffering=1 << 16)

    def close(self) -> None:
        """Bring it to the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def appear(self) -> None:
        """Put it into its place. It has been closed."""
        os.replace(self._temporary, self.path)

    def discard(self) -> None:
        """Remove it, if it has not appeared. Does not raise."""
        with contextlib.suppress(OSError):  # a full disk, of which has been told already
            self.file.close()
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring to the disk what appeared in a folder, where the system can do that."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_leftovers(path: Path) -> None:
    """Remove what a killed export of the same file left behind."""
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.tmp\Z")
    for entry in os.scandir(path.parent):
        if ours.match(entry.name):
            os.unlink(entry.path)
