"""Says while it happens that a plugin hangs: one thread a process, asleep when nothing is called.

Entering and leaving a call costs two operations on a set. The thread looks at what is in the set
once a second, and goes to sleep when it found it empty for a while.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from elevatekit_plugins.forks import in_each_child
from elevatekit_plugins.host.implementation import Implementation

log = logging.getLogger("elevatekit.plugins")

PATIENCE: Final = 5.0
"""Seconds after which a call counts as hanging."""
LONG: Final = 12
"""So many times as patient with what is meant to take long: the methods of an exporter."""
INTERVAL: Final = 1.0
"""Seconds between two looks."""
_IDLE: Final = 10
"""Looks that find nothing before the thread goes to sleep."""


class Frame(Struct, eq=False):
    """A thread that is inside of a plugin."""

    implementation: Implementation
    began: float
    note: Literal["", "late", "forked"] = ""
    """`late`: it was reported as hanging. `forked`: this is a child process that the plugin made,
    and its parent has this very call to finish."""


class Watchdog:
    """Watches the calls of all hosts.

    Args:
        patience: seconds.
        clock: seconds from any beginning.
    """

    def __init__(
        self, patience: float = PATIENCE, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.patience = patience
        self.frames: set[Frame] = set()
        """The calls that are under way. Whoever adds one calls `wake` unless `awake`."""
        self.awake = False
        self._clock = clock
        self._looked = math.inf
        self._lock = threading.Lock()
        self._called = threading.Event()
        self._thread: threading.Thread | None = None
        in_each_child(self)

    def look(self) -> bool:
        """Report what hangs, each call once; whether anything was under way."""
        frames = self.frames.copy()
        now = self._clock()
        stopped = now - self._looked - INTERVAL
        if stopped > INTERVAL:
            # The process was (SIGSTOP, a suspended machine): nobody hung while nobody could run.
            for frame in frames:
                frame.began = min(now, frame.began + stopped)
        self._looked = now
        for frame in frames:
            patience = self.patience * (LONG if frame.implementation.takes_long else 1)
            if not frame.note and now - frame.began >= patience:
                frame.note = "late"
                it = frame.implementation
                log.warning(
                    "plugin %s has been hanging in %s for %.0f s and blocks its caller;"
                    " to disable it, set ELEVATEKIT_DISABLE_PLUGINS=%s",
                    it.plugin,
                    it.hook,
                    now - frame.began,
                    it.plugin,
                )
        return bool(frames)

    def wake(self) -> None:
        """See to it that somebody looks, as long as threads can be started."""
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="elevatekit-watchdog", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # the interpreter is ending, or has threads enough
                    return
                self._thread = thread
            self.awake = True
            self._called.set()

    def _run(self) -> None:
        while True:
            self._called.wait()
            self._called.clear()
            self._looked = self._clock()
            idle = 0
            while idle < _IDLE:
                time.sleep(INTERVAL)
                idle = 0 if self.look() else idle + 1
            # In this order: who adds a frame from here on finds the thread asleep, and wakes it.
            self.awake = False
            if self.frames:
                self.wake()

    def after_fork(self) -> None:
        """In a child process: threads are gone, but for the one that forked."""
        for frame in self.frames:
            frame.note = "forked"
        self.frames = set()
        self.awake = False
        self._looked = math.inf
        self._lock, self._called, self._thread = threading.Lock(), threading.Event(), None


WATCHDOG: Final = Watchdog()
"""The one of this process."""
