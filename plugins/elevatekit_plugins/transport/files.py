"""A file as the body of a request: opened before anything is sent, as long as announced."""

from __future__ import annotations

import os
import stat
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Final

from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.messages import FileBody, Request
from elevatekit_plugins.transport.failures import unsendable

_CHUNK: Final = 64 * 1024


class OpenFile:
    """Reads a `FileBody` in chunks."""

    def __init__(self, body: FileBody, request: Request) -> None:
        """
        Raises:
            TransportError: the file cannot be opened, or is not what it was. Nothing was sent.
        """
        self.body = body
        self._request = request
        self._left = body.size
        try:
            self._file = open(body.path, "rb", opener=_at_once)  # noqa: SIM115 (`opened` closes it)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise unsendable(request, f"{body.path} cannot be read: {reason}") from None
        found = os.fstat(self._file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size < body.size:
            self._file.close()
            what = "became shorter" if stat.S_ISREG(found.st_mode) else "is no longer a file"
            raise unsendable(request, f"{body.path} {what} since the call began; upload it again")

    def read(self) -> bytes:
        """The next chunk of the file; empty at its end. What was appended meanwhile is left out.

        Raises:
            TransportError: the file became shorter, or broke off. A server that goes by HTTP does
                not take such a request for a whole one; it saw the beginning, though, so it may
                have been sent.
        """
        try:
            chunk = self._file.read(min(_CHUNK, self._left))
        except OSError as error:
            raise self._broken(f"cannot be read any further: {error.strerror}") from None
        if self._left and not chunk:
            raise self._broken(f"became {self._left} bytes shorter during the upload")
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _broken(self, what: str) -> TransportError:
        operation = self._request.operation
        return TransportError(
            f"operation {operation}: {self.body.path} {what}",
            temporary=False,
            operation=operation,
        )


def _at_once(path: str, flags: int) -> int:
    """Open a file, and do not wait for a writer where it became a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def opened(request: Request) -> AbstractContextManager[bytes | OpenFile | None]:
    """The body of a request, ready to be sent."""
    if isinstance(request.body, FileBody):
        return closing(OpenFile(request.body, request))
    return nullcontext(request.body)
