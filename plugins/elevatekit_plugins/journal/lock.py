"""One writer at a time: a lock that the operating system gives back when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType

from elevatekit_plugins.errors import ConfigError

if sys.platform == "win32":
    import msvcrt

    # A locked byte cannot be read by others: it lies far behind the process id.
    _FAR = 1 << 30

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """Holds `PATH.lock` while this process writes to `PATH`.

    The lock of a process that died is free at once, whatever it left behind: what counts is the
    lock on the open file, not that the file is there.
    """

    def __init__(self, path: Path) -> None:
        self._guarded = path
        self._path = path.with_name(path.name + ".lock")
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            ConfigError: a live process holds it (the message names it), or it cannot be made.
        """
        while True:
            try:
                fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                raise ConfigError(f"{self._path} cannot be created: {error.strerror}") from None
            if not _try_lock(fd):
                holder = _read_pid(fd)
                os.close(fd)
                raise ConfigError(
                    f"{self._guarded} is in use by process {holder}; wait for it to end, or stop it"
                )
            if self._is_current(fd):
                break
            os.close(fd)  # its holder removed it between our open and our lock
        os.ftruncate(fd, 0)
        os.lseek(fd, 0, os.SEEK_SET)
        os.write(fd, str(os.getpid()).encode())
        self._fd = fd

    def release(self) -> None:
        """Give it back. Harmless where it is not held."""
        if self._fd is None:
            return
        if sys.platform != "win32":  # an open file cannot be removed there
            self._path.unlink(missing_ok=True)
        os.close(self._fd)
        self._fd = None

    def _is_current(self, fd: int) -> bool:
        try:
            return os.path.samestat(os.fstat(fd), os.stat(self._path))
        except FileNotFoundError:
            return False

    def __enter__(self) -> FileLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def _read_pid(fd: int) -> str:
    os.lseek(fd, 0, os.SEEK_SET)
    return os.read(fd, 32).decode("ascii", "replace") or "unknown"
