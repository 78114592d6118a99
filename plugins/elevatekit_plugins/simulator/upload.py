"""A multipart body that is read while it arrives."""

from __future__ import annotations

import logging
import re

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from elevatekit_plugins.simulator.audio import AudioReader
from elevatekit_plugins.simulator.forms import form
from elevatekit_plugins.simulator.shapes import Shape

# What is broken is answered. Without a handler the library's warnings would stand on stderr.
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


class Upload:
    """Takes a multipart body piece by piece; keeps the names of its parts and reads its file.

    Args:
        content_type: The header of the request.
    """

    def __init__(self, content_type: str) -> None:
        self.audio = AudioReader()
        self.files: list[str] = []
        """The names of the parts that carry a file."""
        self.values: list[tuple[str, str]] = []
        """The names and the texts of the other parts."""
        self.size = 0
        """How many bytes the first file has."""
        self._problem: str | None = None
        self._ended = False
        self._field = bytearray()
        self._value = bytearray()
        self._is_file = False
        self._name = ""
        self._text = bytearray()
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        self._parser: MultipartParser | None = None
        if kind != b"multipart/form-data" or not boundary:
            self._problem = "the body is not multipart/form-data with a boundary"
            return
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": self._header_field,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_ends,
                    "on_part_data": self._part_data,
                    "on_part_end": self._part_ends,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            self._problem = str(error)

    def feed(self, data: bytes) -> None:
        """The next piece of the body. What is broken is told by `problem`."""
        if self._parser is not None and self._problem is None:
            try:
                self._parser.write(data)
            except FormParserError as error:
                self._problem = f"the multipart body is malformed: {error}"

    def problem(self, part: re.Pattern[str] | None, files: int = 1) -> str | None:
        """What is wrong with the whole body.

        Args:
            part: how the part of the file has to be named; None: as it likes.
            files: how many there have to be: one or none.
        """
        if self._problem is not None:
            return self._problem
        if not self._ended:
            return "the multipart body ends before its last boundary"
        if len(self.files) != files:
            return f"the body contains {len(self.files)} files; send {'one' if files else 'none'}"
        if part is not None and not part.fullmatch(self.files[0]):
            return f"the part of the file is named {self.files[0]!r}, not like {part.pattern!r}"
        return None

    def form(self, shape: Shape) -> dict[str, object]:
        """The object that the parts are. Of the file, a schema wants a string: that it came."""
        return form(shape, [*self.values, *((name, "") for name in self.files)])

    def _part_begins(self) -> None:
        self._is_file, self._name = False, ""
        self._text.clear()

    def _part_ends(self) -> None:
        if not self._is_file:
            self.values.append((self._name, self._text.decode("utf-8", "replace")))

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        if bytes(self._field).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                self._is_file = True
                self.files.append(self._name)
        self._field.clear()
        self._value.clear()

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._text += data[start:end]
        elif len(self.files) == 1:
            self.size += end - start
            self.audio.feed(data[start:end])

    def _end(self) -> None:
        self._ended = True
