"""Reading a response's body: bounded, decoded, and verified to its last byte."""

from __future__ import annotations

import io
import zlib
from typing import Final

from elevatekit_plugins.errors import BrokenResponseError, ResponseTooLargeError
from elevatekit_plugins.messages import Headers
from elevatekit_plugins.transport.protocol import MAX_BYTES, MAX_HEADER_BYTES

_GZIP: Final = 16 + zlib.MAX_WBITS
_PIECE: Final = 256 * 1024
"""Bytes that are unpacked at a time: what one step may cost beside the body itself."""
_MIB: Final = 1024 * 1024


class BodyReader:
    """Takes the bytes of a body as they come from the wire, and gives the decoded whole.

    Neither the body nor its compressed form is ever larger than `max_bytes`. A gzip body that
    ends before its trailer is broken, not short. One of several members is the sum of them (RFC
    1952, 2.2).
    """

    def __init__(self, headers: Headers, max_bytes: int = MAX_BYTES) -> None:
        """
        Raises:
            BrokenResponseError: the headers are too large, or it is encoded as nobody asked.
            ResponseTooLargeError: it announces more than `max_bytes`.
        """
        size, length, encodings = 0, "", list[str]()
        for name, value in headers:
            size += len(name) + len(value)
            match name.lower():
                case "content-length":
                    length = length or value
                case "content-encoding" if value.strip():
                    encodings.append(value.strip().lower())
                case _:
                    pass
        if size > MAX_HEADER_BYTES:
            raise BrokenResponseError(
                f"the response has more than {MAX_HEADER_BYTES // 1024} KiB of headers"
            )
        encoding = ", ".join(encodings)  # all that was done to the body; of several fields, too
        if encoding not in ("", "identity", "gzip"):
            raise BrokenResponseError(
                f"the response is encoded as {encoding!r}; only gzip was requested"
            )
        self._max_bytes = max_bytes
        self._gzip = zlib.decompressobj(_GZIP) if encoding == "gzip" else None
        self._body = io.BytesIO()
        self._received = 0
        if length.isdecimal() and int(length) > max_bytes:
            raise self._too_large()

    def feed(self, data: bytes) -> None:
        """
        Raises:
            ResponseTooLargeError: it is larger than `max_bytes`, decoded or not.
            BrokenResponseError: it is not what its encoding says.
        """
        self._received += len(data)
        if self._received > self._max_bytes:
            raise self._too_large()
        if self._gzip is None:
            self._body.write(data)
            return
        try:
            while data:
                if self._gzip.eof:
                    self._gzip = zlib.decompressobj(_GZIP)  # a further member
                self._body.write(self._gzip.decompress(data, _PIECE))
                if self._body.tell() > self._max_bytes:
                    raise self._too_large()
                data = self._gzip.unconsumed_tail or self._gzip.unused_data
        except zlib.error as error:
            raise BrokenResponseError(f"the body is not gzip data: {error}") from None

    def finish(self) -> bytes:
        """The whole decoded body.

        Raises:
            BrokenResponseError: the gzip data ended early.
        """
        if self._gzip is not None and self._received and not self._gzip.eof:
            raise BrokenResponseError("the body ended in the middle of its gzip data")
        return self._body.getvalue()

    def _too_large(self) -> ResponseTooLargeError:
        limit = self._max_bytes
        shown = f"{limit:,} bytes" if limit % _MIB else f"{limit // _MIB} MiB"
        return ResponseTooLargeError(
            f"the body is larger than {shown}; raise the limit with max_bytes= (--max-bytes)"
        )
