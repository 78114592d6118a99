"""What plugins print goes to stderr: stdout is for the data of the command.

Whoever prints is told apart by the context of the thread or task that it is in: the command's own,
or that of a call of a plugin. A thread begins with no context, so one that a plugin has started is
neither, and prints to stderr like its plugin. Writing to standard output is what an exporter may
be asked for (`jsonl:-`), and a command of a plugin does anyway, its threads as well: both are of
the command. What a program prints that a plugin starts is the affair of the plugin.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, BinaryIO, Final, TextIO

from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.host.around import wrapping

_COMMAND: Final = ""
_INSIDE: Final[ContextVar[str | None]] = ContextVar("elevatekit_inside", default=None)
"""The plugin that this thread or task is in; `_COMMAND` for the command itself, None for a thread
that somebody else has started."""


def keep_clean() -> None:
    """Keep what plugins print out of stdout until the process ends: their threads outlive us."""
    if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stdout = _Stdout(sys.stdout)


@contextmanager
def kept_clean() -> Generator[None]:
    """Keep what plugins print out of stdout while a command runs."""
    real = sys.stdout
    if not isinstance(real, _Stdout):
        keep_clean()
    token = _INSIDE.set(_COMMAND)
    try:
        with wrapping(_marked):
            yield
    finally:
        _INSIDE.reset(token)
        sys.stdout = real


def hear_threads() -> None:
    """Take threads for those of the command: it is a plugin's own, and they speak for it."""
    if isinstance(sys.stdout, _Stdout):
        sys.stdout.hears_threads = True


def _marked(plugin: str, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
    whose = _COMMAND if " of exporter " in hook else plugin

    @wraps(function)
    def marked(*arguments: object) -> object:
        token = _INSIDE.set(whose)
        try:
            return function(*arguments)
        finally:
            _INSIDE.reset(token)

    return marked


class _Stdout(io.TextIOBase):
    """Stdout for the command, and stderr for everybody else."""

    def __init__(self, real: TextIO) -> None:
        self._real = real
        self._told: set[str] = set()
        self.hears_threads = False

    def write(self, text: str) -> int:
        return self._stream().write(text)

    def flush(self) -> None:
        self._real.flush()

    def isatty(self) -> bool:
        return self._real.isatty()

    def fileno(self) -> int:
        return self._real.fileno()

    @property
    def buffer(self) -> BinaryIO:
        return self._stream().buffer

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._real.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._real.errors

    def _stream(self) -> TextIO:
        inside = _INSIDE.get()
        if inside == _COMMAND or (inside is None and self.hears_threads):
            return self._real
        who = f"plugin {inside}" if inside else f"the thread {threading.current_thread().name}"
        if who not in self._told:
            self._told.add(who)
            say(f"{who} prints to stdout, which is for data: it goes to stderr")
        return sys.stderr
