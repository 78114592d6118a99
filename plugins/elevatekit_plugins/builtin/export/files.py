"""Files that appear whole or not at all: written beside their place, then moved into it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from pathlib import Path
from typing import IO, Final

from elevatekit_plugins.errors import ConfigError, ElevateKitError
from elevatekit_plugins.hooks.output import standard_output

_DATABASE: Final = b"SQLite format 3\0"
_STREAMS: Final = (0, 1, 2)


class NewFile:
    """A text file in the making.

    It is written as `.NAME.<8 digits>.tmp` in the folder of its place, so that moving it is one
    step of the file system. Until then nothing of it is seen, and what was there stays. A link
    in its place is replaced, not followed.
    """

    def __init__(self, path: Path) -> None:
        """Begin it.

        Raises:
            ConfigError: it cannot be made there, or what is there must not be replaced.
        """
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
        try:
            if not path.parent.is_dir():
                raise ConfigError(f"{path}: the directory {path.parent} does not exist; create it")
            _refuse_to_replace(path)
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
        """Put it into its place. It has been closed.

        Raises:
            ElevateKitError: somebody else who writes the same file took it for a leftover.
        """
        try:
            os.replace(self._temporary, self.path)
        except FileNotFoundError:
            raise ElevateKitError(
                f"{self.path}: another export or destination wrote to it at the same time;"
                " use another file, or run one export at a time"
            ) from None

    def finish(self) -> str:
        """Bring it to the disk and into its place; its path.

        Raises:
            ElevateKitError: as `appear`.
        """
        self.close()
        self.appear()
        sync_folder(self.path.parent)
        return str(self.path)

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


def _refuse_to_replace(path: Path) -> None:
    """Refuse what is there and is no file, or is one that an export must not replace."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return
    if stat.S_ISDIR(there.st_mode):
        raise ConfigError(f"{path} is a directory, not a file")
    if not stat.S_ISREG(there.st_mode) or _is_stream(there):
        raise ConfigError(
            f"{path} is a device, a pipe or a stream, which cannot be replaced by a file;"
            " name a file, or - for stdout"
        )
    with path.open("rb") as file:
        if file.read(len(_DATABASE)) == _DATABASE:
            raise ConfigError(f"{path} is a database, maybe a journal; name another file")


def _is_stream(there: os.stat_result) -> bool:
    """Whether a file is one that this process was started with: `/dev/stdout` of `> file`."""
    streams = [*_STREAMS]
    with contextlib.suppress(OSError, ElevateKitError):  # it is no file, or there is none
        streams.append(standard_output().fileno())
    for descriptor in streams:
        with contextlib.suppress(OSError):  # it was started without it
            if os.path.samestat(there, os.fstat(descriptor)):
                return True
    return False


def _remove_leftovers(path: Path) -> None:
    """Remove what a killed export of the same file left behind."""
    ours = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{8}}\.tmp\Z")
    for entry in os.scandir(path.parent):
        if ours.match(entry.name):
            os.unlink(entry.path)
