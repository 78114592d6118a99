"""What plugins print goes to stderr: stdout is for the data of the command.

A plugin is told apart by the call that it is in, so threads and tasks do not disturb each other.
Writing to standard output is what an exporter may be asked for (`jsonl:-`), and a command of a
plugin does anyway: neither is a hook, so neither is caught here.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, BinaryIO, Final, TextIO

from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.host.around import wrapping

_INSIDE: Final[ContextVar[str | None]] = ContextVar("elevatekit_inside", default=None)
"""The plugin that this thread or task is in."""


@contextmanager
def kept_clean() -> Generator[None]:
    """Keep what plugins print out of stdout while a command runs."""
    real = sys.stdout
    if real is None:  # pyright: ignore[reportUnnecessaryComparison]
        yield
        return
    sys.stdout = _Stdout(real)
    try:
        with wrapping(_marked):
            yield
    finally:
        sys.stdout = real


def _marked(plugin: str, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
    if " of exporter " in hook:
        return function

    @wraps(function)
    def marked(*arguments: object) -> object:
        token = _INSIDE.set(plugin)
        try:
            return function(*arguments)
        finally:
            _INSIDE.reset(token)

    return marked


class _Stdout(io.TextIOBase):
    """Stdout for everybody but plugins."""

    def __init__(self, real: TextIO) -> None:
        self._real = real
        self._told: set[str] = set()

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
        plugin = _INSIDE.get()
        if plugin is None:
            return self._real
        if plugin not in self._told:
            self._told.add(plugin)
            say(f"plugin {plugin} prints to stdout, which is for data: it goes to stderr")
        return sys.stderr
