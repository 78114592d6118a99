"""What the host costs for each call of a plugin, beside pluggy's own loop.

The targets are those of CPython on a quiet machine; each figure is the best of many repeats.
"""

from __future__ import annotations

import sys
import tempfile
import timeit
from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import pluggy

from elevatekit_plugins import CallFinished, hookimpl
from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.contract import new_manager
from elevatekit_plugins.host.manager import PluginHost

HOOK: Final = "elevatekit_call_finished"
EVENT: Final = CallFinished(
    operation="it", outcome="ok", status=200, error=None, attempts=(), elapsed=0.1, received=2
)


class Observer:
    """A plugin that does nothing."""

    @hookimpl
    def elevatekit_call_finished(self, event: CallFinished) -> None: ...


def best(function: Callable[[], object], number: int = 20_000, repeats: int = 30) -> float:
    """Microseconds for one call."""
    return min(timeit.repeat(function, number=number, repeat=repeats)) / number * 1e6


def best_of(statement: str, **names: object) -> float:
    """Microseconds for one statement, with no call around it that would be measured, too."""
    number = 20_000
    return min(timeit.repeat(statement, globals=names, number=number, repeat=30)) / number * 1e6


def say(what: str, figure: float, unit: str, target: float | None = None) -> None:
    beside = "" if target is None else f"  (target {target:g} {unit})"
    print(f"{what:<56} {figure:9.3f} {unit}{beside}")


def calling() -> None:
    for count, target in ((0, 0.15), (1, None), (5, 2.5)):
        observers = [Observer() for _ in range(count)]
        host = PluginHost(observers)
        manager: pluggy.PluginManager = new_manager()
        for observer in observers:
            manager.register(observer)
        caller: Any = getattr(manager.hook, HOOK)
        ours = best_of("host.notify(HOOK, EVENT)", host=host, HOOK=HOOK, EVENT=EVENT)
        theirs = best_of("caller(event=EVENT)", caller=caller, EVENT=EVENT)
        say(f"notify, {count} implementations", ours, "us", target)
        say(f"  pluggy's own loop, {count} implementations", theirs, "us")
    host = PluginHost(False)
    # What a call pays where nobody listens: no event is made, and nothing is notified.
    say("listens, nobody", best_of("host.listens(HOOK)", host=host, HOOK=HOOK), "us", 0.15)


def scanning() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(300):
            info = Path(folder) / f"dist_{number}-1.0.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: dist-{number}\nVersion: 1.0\n"
            )
            (info / "entry_points.txt").write_text(f"[console_scripts]\ndist-{number} = x:y\n")
        sys.path.append(folder)
        count = sum(1 for _ in distributions())
        discovery.forget()
        began = perf_counter()
        found = len(discovery.installed())
        say(f"scan of {count} distributions, {found} plugins", (perf_counter() - began) * 1e3, "ms")
        say("a second look", best(discovery.installed, 10_000, 5), "us")
        say("a host of built-in plugins", best(lambda: PluginHost(False), 50, 5) / 1e3, "ms")
        sys.path.remove(folder)


if __name__ == "__main__":
    calling()
    scanning()
