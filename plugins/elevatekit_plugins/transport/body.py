"""Reading a response's body: bounded, decoded, and verified to its last byte."""

from __future__ import annotations

import zlib
from typing import Final

from elevatekit_plugins.errors import BrokenResponseError
from elevatekit_plugins.messages import Headers, header
from elevatekit_plugins.transport.protocol import MAX_BYTES, MAX_HEADER_BYTES

_GZIP: Final = 16 + zlib.MAX_WBITS


class BodyReader:
    """Takes the bytes of a body as they come from the wire, and gives the decoded whole.

    The body is never larger than `max_bytes`, however small its compressed form. A gzip body
    that ends before its trailer is broken, not short.
    """

    def __init__(self, headers: Headers, max_bytes: int = MAX_BYTES) -> None:
        """
        Raises:
            BrokenResponseError: the headers are too large, or it is encoded as nobody asked.
        """
        if sum(len(name) + len(value) for name, value in headers) > MAX_HEADER_BYTES:
            raise BrokenResponseError(
                f"the response has more than {MAX_HEADER_BYTES // 1024} KiB of headers"
            )
        encoding = (header(headers, "content-encoding") or "identity").strip().lower()
        if encoding not in ("identity", "gzip"):
            raise BrokenResponseError(
                f"the response is encoded as {encoding!r}; only gzip was asked for"
            )
        self._max_bytes = max_bytes
        self._gzip = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        self._chunks: list[bytes] = []
        self._size = 0
        self._begun = False

    def feed(self, data: bytes) -> None:
        """
        Raises:
            BrokenResponseError: too large, or not what its encoding says.
        """
        self._begun = self._begun or bool(data)
        if self._gzip is None:
            self._keep(data)
            return
        try:
            while data and not self._gzip.eof:
                # One byte more than allowed is enough to know; a bomb is never unpacked.
                room = self._max_bytes - self._size + 1
                self._keep(self._gzip.decompress(data, room))
                data = self._gzip.unconsumed_tail
        except zlib.error as error:
            raise BrokenResponseError(f"the body is no gzip data: {error}") from None
        if self._gzip.unused_data or data:
            raise BrokenResponseError("the body goes on after the end of its gzip data")

    def finish(self) -> bytes:
        """The whole decoded body.

        Raises:
            BrokenResponseError: the gzip data ended early.
        """
        if self._gzip is not None and self._begun and not self._gzip.eof:
            raise BrokenResponseError("the body ended in the middle of its gzip data")
        return b"".join(self._chunks)

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._max_bytes:
            raise BrokenResponseError(
                f"the decoded body is larger than {self._max_bytes // (1024 * 1024)} MiB"
            )
        if data:
            self._chunks.append(data)
