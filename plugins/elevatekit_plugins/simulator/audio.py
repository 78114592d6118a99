"""Reads the conversation out of an uploaded file while it arrives, and keeps none of its bytes.

A WAV file may carry its conversation as text: `agent: …` and `customer: …` lines in the comment
(`ICMT`) of its `LIST`/`INFO` chunk. The simulator does not listen to the sound.
"""

from __future__ import annotations

import struct
from typing import Final

from elevatekit_plugins.simulator.conversation import NEUTRAL, Conversation, from_lines

LONGEST_COMMENT: Final = 1 << 20
"""How many bytes of a LIST chunk are kept; the rest is skipped."""

_MAGIC: Final = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"OggS", b"fLaC")
"""How files of other kinds of audio begin: MP3, Ogg, FLAC. M4A has `ftyp` at the fifth byte."""


class AudioReader:
    """Takes a file piece by piece: `feed` it, then ask for its `conversation`."""

    def __init__(self) -> None:
        self._head = b""
        self._chunks: WavChunks | None = None

    def feed(self, data: bytes) -> None:
        """The next piece of the file."""
        if self._chunks is not None:
            self._chunks.feed(data)
        elif len(self._head) < 12:
            self._head += data
            if len(self._head) >= 12 and self._head[:4] == b"RIFF" and self._head[8:12] == b"WAVE":
                self._chunks = WavChunks()
                self._chunks.feed(self._head[12:])
            self._head = self._head[:12]

    def conversation(self) -> Conversation | None:
        """What is said in the file. None: it holds no audio that the simulator can read."""
        if self._chunks is not None:
            if not self._chunks.samples:
                return None
            return from_lines(self._chunks.comment) or NEUTRAL
        other = self._head.startswith(_MAGIC) or self._head[4:8] == b"ftyp"
        return NEUTRAL if other else None


class WavChunks:
    """Walks over the chunks of a WAV file; remembers the comment and whether there are samples."""

    def __init__(self) -> None:
        self.samples = False
        self.comment = ""
        self._pending = b""
        self._kind = b""
        self._left = 0
        self._list = bytearray()

    def feed(self, data: bytes) -> None:
        data = self._pending + data
        self._pending = b""
        while data:
            if self._left:
                piece, data = data[: self._left], data[self._left :]
                self._left -= len(piece)
                self._take(piece)
            elif len(data) < 8:
                self._pending, data = data, b""
            else:
                self._kind = data[:4]
                size: int = struct.unpack("<I", data[4:8])[0]
                self._left = size + size % 2
                self._list.clear()
                data = data[8:]

    def _take(self, piece: bytes) -> None:
        if self._kind == b"data":
            self.samples = True
        elif self._kind == b"LIST":
            self._list += piece[: LONGEST_COMMENT - len(self._list)]
            if not self._left and self._list.startswith(b"INFO"):
                self.comment = _comment(bytes(self._list[4:])) or self.comment


def _comment(info: bytes) -> str:
    while len(info) >= 8:
        size: int = struct.unpack("<I", info[4:8])[0]
        if info[:4] == b"ICMT":
            return info[8 : 8 + size].rstrip(b"\0").decode("utf-8", "replace")
        info = info[8 + size + size % 2 :]
    return ""
