"""A file as the body of a request: opened before anything is sent, as long as announced."""

from __future__ import annotations

from contextlib import AbstractContextManager, closing, nullcontext
from typing import Final

from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.messages import FileBody, Request

_CHUNK: Final = 64 * 1024


class OpenFile:
    """Hands out a `FileBody` in chunks."""

    def __init__(self, body: FileBody, operation: str) -> None:
        """
        Raises:
            TransportError: the file cannot be opened. Nothing was sent.
        """
        self.body = body
        self._operation = operation
        self._left = body.size
        try:
            self._file = open(body.path, "rb")  # noqa: SIM115 (`opened` closes it)
        except OSError as error:
            raise TransportError(
                f"operation {operation}: {body.path} cannot be read: {error.strerror}",
                sent=False,
                operation=operation,
            ) from None

    def read(self) -> bytes:
        """The next chunk of the file; empty at its end. What was appended meanwhile is left out.

        Raises:
            TransportError: the file is shorter than it was, or broke off.
        """
        try:
            chunk = self._file.read(min(_CHUNK, self._left))
        except OSError as error:
            raise self._broken(f"cannot be read on: {error.strerror}") from None
        if self._left and not chunk:
            raise self._broken(f"became {self._left} bytes shorter while it was sent")
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _broken(self, what: str) -> TransportError:
        return TransportError(
            f"operation {self._operation}: {self.body.path} {what}", operation=self._operation
        )


def opened(request: Request) -> AbstractContextManager[bytes | OpenFile | None]:
    """The body of a request, ready to be sent."""
    if isinstance(request.body, FileBody):
        return closing(OpenFile(request.body, request.operation))
    return nullcontext(request.body)
