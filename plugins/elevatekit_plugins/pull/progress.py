"""What a person sees while a pull runs: one line that updates, or a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, TextIO

from msgspec import Struct

from elevatekit_plugins.host.implementation import PluginUse
from elevatekit_plugins.host.listing import cost

ON_TERMINAL: Final = 0.2
"""Seconds between two updates of the line."""
IN_LOG: Final = 10.0
"""Seconds between two lines."""


class Counts(Struct, frozen=True):
    """How far a pull has come."""

    done: int
    total: int | None
    """None where the input cannot be counted beforehand."""
    requests: int
    rejects: int
    unreached: float = 0.0
    """Seconds in which nothing has reached the server."""


class Progress:
    """Writes progress to a stream.

    Args:
        read: says how far the pull has come.
    """

    def __init__(
        self,
        stream: TextIO,
        read: Callable[[], Counts],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._read = read
        self._clock = clock
        self._updates = stream.isatty()
        self._began = self._last = clock()

    def tick(self) -> None:
        """Write, if it is time to."""
        now = self._clock()
        if now - self._last >= (ON_TERMINAL if self._updates else IN_LOG):
            self._last = now
            self._write(line(self._read(), now - self._began))

    def end(self, plugins: Sequence[PluginUse]) -> None:
        """Write how it ended and what plugins took of the time, and leave the line."""
        self._write(line(self._read(), self._clock() - self._began))
        if self._updates:
            self._stream.write("\n")
        for text in cost(plugins):
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def _write(self, text: str) -> None:
        # \x1b[K clears what is left of a longer line before.
        self._stream.write(f"\r{text}\x1b[K" if self._updates else f"{text}\n")
        self._stream.flush()


def line(counts: Counts, elapsed: float) -> str:
    """`120 of 1000 interactions · 1560 requests, 412.3/s · 2 rejects · 21 s left`."""
    of = "" if counts.total is None else f" of {counts.total}"
    parts = [f"{counts.done}{of} interactions"]
    rate = counts.requests / elapsed if elapsed > 0 else 0.0
    parts.append(f"{counts.requests} requests, {rate:.1f}/s")
    if counts.rejects:
        parts.append("1 reject" if counts.rejects == 1 else f"{counts.rejects} rejects")
    if counts.unreached >= 1:
        parts.append(f"server not reached for {_duration(counts.unreached)}")
    elif counts.total is not None and 0 < counts.done < counts.total:
        parts.append(f"{_duration(elapsed / counts.done * (counts.total - counts.done))} left")
    else:
        parts.append(_duration(elapsed))
    return " · ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
