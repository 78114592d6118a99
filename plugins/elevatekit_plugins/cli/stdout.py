"""What plugins print goes to stderr: stdout is for the data of the command.

The command keeps the real stdout by reference (`hooks.output`), and writes its data there. All
others find stderr: `print`, which is told apart by the context of the thread or task that it is in,
and warned of; and in a process of our own also programs that a plugin starts, and whoever writes to
descriptor 1. Until the first plugin is at hand, whoever prints is the command.

An exporter may be asked for standard output (`--to lake:-`): while it is called, `sys.stdout` is
the real one. A command of a plugin is given back all that was taken: it speaks for itself.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, BinaryIO, ClassVar, Final, TextIO

from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.hooks.output import data, hold
from elevatekit_plugins.host.around import wrapping

_ASKED: Final = ""
_INSIDE: Final[ContextVar[str | None]] = ContextVar("elevatekit_inside", default=None)
"""The plugin that this thread or task is in; None outside of any, and `_ASKED` for an exporter that
is asked to write to stdout."""


def own_stdout() -> None:
    """Take stdout from everybody in this process but the command, until the process ends: threads
    of plugins outlive the command."""
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        _lose_stderr()
    real = sys.stdout
    if real is not None:  # pyright: ignore[reportUnnecessaryComparison]
        of_the_process = real is sys.__stdout__
        _Stdout.place(_taken(real) if of_the_process else real)


@contextmanager
def kept_clean() -> Generator[None]:
    """Keep what plugins print out of stdout while a command runs."""
    real, before = sys.stdout, _Stdout.current
    if real is None:  # pyright: ignore[reportUnnecessaryComparison]
        yield
        return
    placed = _Stdout.place(real) if before is None else before
    try:
        with wrapping(placed.mark):
            yield
    finally:
        if before is None:
            hold(None)
            sys.stdout, _Stdout.current = real, None


def let_write(exporters: Iterable[str]) -> None:
    """Let exporters of these names write to stdout: they are asked to."""
    if _Stdout.current is not None:
        _Stdout.current.asked.update(f"exporter {name}" for name in exporters)


def give_back() -> None:
    """Let everybody print to stdout, threads and programs too: the command is a plugin's own."""
    if _Stdout.current is not None:
        _Stdout.current.give_back()


def settle() -> None:
    """Write out what is left of the data.

    Raises:
        OSError: it cannot be written.
    """
    stream = data()
    if stream is not None:
        stream.flush()


def give_up() -> None:
    """Let what cannot be written be lost: it has been told, and Python flushes again at its end."""
    stream = data()
    try:
        settle()
    except OSError:
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _lose_stderr() -> None:
    """Have a stderr that leads nowhere: it was closed. Else its descriptor would be the next that
    is opened, that of the data, say, and those who look for stderr would find None."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if nowhere != 2:
        os.dup2(nowhere, 2)
        os.close(nowhere)
    stream = io.BufferedWriter(io.FileIO(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(stream, "utf-8", "backslashreplace")


def _taken(real: TextIO) -> TextIO:
    """A stream of our own on what is descriptor 1 so far, which leads to stderr from here on."""
    real.flush()
    stdout = real.fileno()
    own = os.dup(stdout)  # no program that somebody starts inherits it
    os.dup2(2, stdout)
    return io.TextIOWrapper(
        open(own, "wb", closefd=False),  # open until the process ends
        encoding=real.encoding,
        errors=real.errors,
        line_buffering=getattr(real, "line_buffering", False),
        write_through=getattr(real, "write_through", False),
    )


class _Stdout(io.TextIOBase):
    """Stdout for who may write to it, and stderr for everybody else."""

    current: ClassVar[_Stdout | None] = None
    """The one that stands in for stdout; whatever a plugin puts there."""

    @classmethod
    def place(cls, data: TextIO) -> _Stdout:
        """Put one into its place, in front of this stream."""
        hold(data)
        sys.stdout = cls.current = cls(data)
        return cls.current

    def __init__(self, data: TextIO) -> None:
        self.data = data
        self.asked: set[str] = set()
        self._told: set[str] = set()
        self._heard = True
        """Whether who is inside of no plugin is the command."""
        self._given_back = False

    def mark(self, plugin: str, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """A wrap for `host.around`: notes who is called."""
        self._heard = self._given_back
        asked = hook.partition(" of ")[2] in self.asked

        @wraps(function)
        def marked(*arguments: object) -> object:
            token = _INSIDE.set(_ASKED if asked else plugin)
            if asked:
                sys.stdout = self  # another plugin may have put something else there
            try:
                return function(*arguments)
            finally:
                _INSIDE.reset(token)

        return marked

    def give_back(self) -> None:
        """Hear everybody who is inside of no other plugin."""
        self._heard = self._given_back = True
        if self.data is not sys.__stdout__ and sys.__stdout__ is not None:
            with suppress(OSError):  # one of the two is no file
                os.dup2(self.data.fileno(), sys.__stdout__.fileno())

    def write(self, text: str) -> int:
        return self._warned().write(text)

    def flush(self) -> None:
        self._place().flush()

    def isatty(self) -> bool:
        return self._place().isatty()

    def fileno(self) -> int:
        return self._place().fileno()

    def reconfigure(self, **options: Any) -> None:
        """As plugins do with a real stdout; stderr takes every character as it is."""
        change = getattr(self.data, "reconfigure", None)
        if self._place() is self.data and change is not None:
            change(**options)

    @property
    def buffer(self) -> BinaryIO:
        return self._warned().buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._place().encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._place().errors

    def _place(self) -> TextIO:
        inside = _INSIDE.get()
        heard = inside == _ASKED or (inside is None and self._heard)
        return self.data if heard else sys.stderr

    def _warned(self) -> TextIO:
        place, inside = self._place(), _INSIDE.get()
        if place is not self.data:
            who = f"plugin {inside}" if inside else f"the thread {threading.current_thread().name}"
            if who not in self._told:
                self._told.add(who)
                say(f"{who} printed to stdout, which is for data; its output goes to stderr")
        return place
