"""Content codings: broken gzip, codings that nobody asked for, and a bomb."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache
from typing import Final

from elevatekit_plugins.simulator.faults.kinds import Case, Script, wire
from elevatekit_plugins.simulator.faults.raw import halves, head, last

BLANKS: Final = 300
"""Mebibytes of blanks that a bomb becomes."""

_MEBIBYTE: Final = b" " * (1 << 20)


def _coded(case: Case, coding: str, content: bytes) -> bytes:
    return last(case.answer.with_header("content-encoding", coding).with_content(content))


def _gzip(case: Case) -> bytes:
    return gzip.compress(case.answer.content, mtime=0)


@wire(spoils=True)
def cut_gzip(case: Case) -> Script:
    """The gzip stream is cut within its data, and Content-Length agrees."""
    content = _gzip(case)
    yield _coded(case, "gzip", content[: max(10, len(content) - 16)])


@wire(spoils=True)
def cut_gzip_trailer(case: Case) -> Script:
    """The gzip stream lacks its trailer, so that nothing proves that it is whole."""
    yield _coded(case, "gzip", _gzip(case)[:-8])


@wire(spoils=True)
def bad_gzip_checksum(case: Case) -> Script:
    """The checksum in the gzip trailer is wrong."""
    content = bytearray(_gzip(case))
    content[-8] ^= 0xFF
    yield _coded(case, "gzip", bytes(content))


@wire(spoils=True)
def bad_gzip_size(case: Case) -> Script:
    """The size in the gzip trailer is wrong."""
    content = bytearray(_gzip(case))
    content[-4] ^= 0xFF
    yield _coded(case, "gzip", bytes(content))


@wire(spoils=True)
def garbage_after_gzip(case: Case) -> Script:
    """There are bytes behind the gzip stream that are none."""
    yield _coded(case, "gzip", _gzip(case) + b"\x00\xffnoise")


@wire(spoils=True)
def two_gzip_members(case: Case) -> Script:
    """The answer comes as two gzip streams, one after the other, as RFC 1952 allows."""
    members = [gzip.compress(part, mtime=0) for part in halves(case.answer.content)]
    yield _coded(case, "gzip", b"".join(members))


@wire(spoils=True)
def no_gzip(case: Case) -> Script:
    """The answer is called gzip and is plain."""
    yield _coded(case, "gzip", case.answer.content)


@wire(spoils=True)
def gzip_unsaid(case: Case) -> Script:
    """The answer is gzip, and no header says so."""
    yield last(case.answer.with_content(_gzip(case)))


@wire(spoils=True)
def gzip_twice(case: Case) -> Script:
    """The answer is gzip within gzip, which its header says."""
    yield _coded(case, "gzip, gzip", gzip.compress(_gzip(case), mtime=0))


@wire(spoils=True)
def unasked_deflate(case: Case) -> Script:
    """The answer is deflate."""
    yield _coded(case, "deflate", zlib.compress(case.answer.content))


@wire(spoils=True)
def unasked_brotli(case: Case) -> Script:
    """The answer is Brotli."""
    yield _coded(case, "br", _brotli(case.answer.content))


@wire(spoils=True)
def unknown_coding(case: Case) -> Script:
    """The coding is one that HTTP does not have."""
    yield _coded(case, "x-squeeze", case.answer.content)


@wire(spoils=True)
def gzip_bomb(case: Case) -> Script:
    """300 KB of gzip become 300 MiB: the true answer behind so many blanks, which JSON allows."""
    yield _coded(case, "gzip", _bomb(case.answer.content))


@wire(spoils=True)
def huge_body(case: Case) -> Script:
    """A plain body of 300 MiB: the true answer behind so many blanks, which JSON allows."""
    content = case.answer.content
    length = BLANKS * len(_MEBIBYTE) + len(content)
    yield head(case.answer, ("content-length", str(length)))
    for _ in range(BLANKS):
        yield _MEBIBYTE
    yield content


def _brotli(content: bytes) -> bytes:
    """A Brotli stream of stored pieces (RFC 7932, 9.2): no library is needed to write one."""
    stream = bytearray()
    for start in range(0, len(content), 1 << 16):
        piece = content[start : start + (1 << 16)]
        # Bits, the first one lowest: more follows (0), four nibbles of length (00), the length
        # less one, stored (1). Before the first piece stands the size of the window (0: 64 KiB).
        bits, count = (len(piece) - 1) << 3 | 1 << 19, 20
        if not stream:
            bits, count = bits << 1, count + 1
        stream += bits.to_bytes((count + 7) // 8, "little") + piece
    return bytes(stream) + b"\x03"


@lru_cache(maxsize=1)
def _bomb(content: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = squeeze.compress(_MEBIBYTE) + squeeze.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(BLANKS):
        checksum = zlib.crc32(_MEBIBYTE, checksum)
    checksum = zlib.crc32(content, checksum)
    size = BLANKS * len(_MEBIBYTE) + len(content)
    last = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    end = last.compress(content) + last.flush()
    trailer = checksum.to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + block * BLANKS + end + trailer
