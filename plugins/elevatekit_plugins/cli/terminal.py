"""Text that others wrote, on somebody's terminal."""

from __future__ import annotations

import sys
from typing import BinaryIO, Final

import click

from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.hooks.output import data as data_stream

# Control characters but line feed and tab, what turns around the rest of a line, and the halves of
# surrogate pairs: they stand for bytes in names of files, and no strict stream takes them.
_CONTROL: Final = [*range(9), *range(11, 32), *range(127, 160)]
_TURNING: Final = [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_UNSHOWN: Final = [*_CONTROL, *_TURNING, *range(0xD800, 0xE000)]
_SHOWN: Final = {code: f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" for code in _UNSHOWN}


def printable(text: str) -> str:
    """The text with every character written out (`\\x1b`) that a terminal would obey or refuse."""
    return text.translate(_SHOWN)


def say(text: str) -> None:
    """A line on stderr, for people."""
    click.echo(printable(text), err=True)


def show(text: str) -> None:
    """Data on stdout: as it is where a program reads it, harmless where a terminal does.

    Raises:
        ElevateKitError: there is no stdout.
    """
    stdout = data_stream()
    if stdout is None:
        raise ElevateKitError("stdout is closed: the response cannot be printed")
    # Half of a surrogate pair, which JSON allows, is written as JSON writes it.
    text = text.encode("utf-8", "backslashreplace").decode()
    click.echo(printable(text) if stdout.isatty() else text, file=stdout)


def dump(data: bytes, media: str) -> None:
    """An answer that is no JSON on stdout, to the byte; a terminal is shown texts alone.

    Raises:
        ElevateKitError: there is no stdout, or it is a terminal and the answer no text.
    """
    stdout = data_stream()
    if stdout is None:
        raise ElevateKitError("stdout is closed: the response cannot be written")
    if not stdout.isatty():
        stdout.buffer.write(data)
        stdout.flush()
    elif media.startswith("text/"):
        show(data.decode("utf-8", "replace"))
    else:
        raise ElevateKitError(
            f"the response is {media} ({len(data)} bytes), which a terminal cannot show; add"
            " > FILE to save it"
        )


def stdin() -> BinaryIO:
    """Standard input.

    Raises:
        ElevateKitError: there is none.
    """
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise ElevateKitError("stdin is closed: there is nothing to read")
    return sys.stdin.buffer
