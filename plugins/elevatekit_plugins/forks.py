"""What a forked child makes anew: locks that another thread held, connections of the parent."""

from __future__ import annotations

import os
import threading
import weakref
from typing import Protocol


class Forkable(Protocol):
    """Something that has to change in a forked child."""

    def after_fork(self) -> None:
        """Called in the child, by the one thread that there is."""
        ...


_living = weakref.WeakSet[Forkable]()


def in_each_child(forkable: Forkable) -> None:
    """Call its `after_fork` in every child that is forked from now on, while it lives."""
    _living.add(forkable)


class Guarded:
    """Something with a lock, which a forked child finds free, whoever held it in the parent."""

    _lock: threading.RLock

    def __init__(self) -> None:
        self.after_fork()
        in_each_child(self)

    def after_fork(self) -> None:
        self._lock = threading.RLock()


def _renew() -> None:
    for forkable in list(_living):
        forkable.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, where nothing forks
    os.register_at_fork(after_in_child=_renew)
