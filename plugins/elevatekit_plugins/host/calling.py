"""The three ways in which the host calls plugins: call, notify and pipe.

Each call is isolated, attributed, timed and watched. Nothing here calls pluggy: its own loop stops
at the first implementation that raises, and cannot say which one that was.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from time import perf_counter
from typing import Any, TypeVar

from msgspec import Struct

from elevatekit_plugins.forks import Guarded
from elevatekit_plugins.host.failures import (
    complain,
    described,
    note,
    plugin_failed,
    returned_something,
)
from elevatekit_plugins.host.implementation import Implementation, PluginUse
from elevatekit_plugins.host.watchdog import WATCHDOG, Frame, Watchdog

V = TypeVar("V", bound=Struct)
log = logging.getLogger("elevatekit.plugins")


class Calls(Guarded):
    """The implementations of every hook, and how each way of calling treats them.

    Args:
        on_late: told of an implementation that was reported as hanging and has come back after
            so many seconds.
    """

    def __init__(
        self,
        on_late: Callable[[Implementation, float], None],
        watchdog: Watchdog = WATCHDOG,
    ) -> None:
        super().__init__()
        self._by_hook: Mapping[str, tuple[Implementation, ...]] = {}
        self._on_late = on_late
        self._watchdog = watchdog
        self._known: list[Implementation] = []

    # -- who is there ----------------------------------------------------------------------------

    def add(self, implementations: Iterable[Implementation]) -> None:
        """Take in the implementations of a plugin."""
        with self._lock:
            self._set([*self._all(), *implementations])

    def remove(self, implementations: Iterable[Implementation]) -> None:
        """Call these no more."""
        gone = set(implementations)
        with self._lock:
            self._set([i for i in self._all() if i not in gone])

    def listens(self, hook: str) -> bool:
        """Whether anybody implements this hook."""
        return hook in self._by_hook

    def account(self, *implementations: Implementation) -> None:
        """Keep the account of functions that are called with `call`, and implement no hook."""
        self._known += implementations

    def use(self) -> Sequence[PluginUse]:
        """What each hook of each plugin cost that was called, the dearest first."""
        by_name: dict[tuple[str, str], list[Implementation]] = {}
        for i in self._known:
            if i.calls:
                by_name.setdefault((i.plugin, i.hook), []).append(i)
        use = [
            PluginUse(
                plugin=plugin,
                hook=hook,
                calls=sum(i.calls for i in those),
                seconds=sum(i.seconds for i in those),
                failures=sum(i.failures for i in those),
                problem=next((i.problem for i in those if i.problem), None),
            )
            for (plugin, hook), those in by_name.items()
        ]
        return sorted(use, key=lambda one: (-one.seconds, one.plugin, one.hook))

    # -- calling ---------------------------------------------------------------------------------

    def notify(self, hook: str, event: Struct) -> None:
        """Tell every implementation of an event hook. What one does wrong is its own affair.

        It must return None, and raise nothing but KeyboardInterrupt and SystemExit; else it is
        named in the log, the first time, and in the account.
        """
        implementations = self._by_hook.get(hook)
        if implementations is None:
            return
        watchdog = self._watchdog
        began = perf_counter()
        frame = Frame(implementations[0], began)
        try:  # whatever interrupts us from here on, the frame is taken away again
            watchdog.frames.add(frame)
            if not watchdog.awake:
                watchdog.wake()
            for implementation in implementations:
                frame.implementation = implementation
                frame.began = began
                try:
                    returned = implementation.function(event)
                    if returned is not None:
                        raise returned_something(returned)
                except (KeyboardInterrupt, SystemExit):
                    if frame.note == "forked":
                        _leave_child(implementation)
                    raise
                except BaseException as error:  # a plugin may raise anything: CancelledError too
                    complain(implementation, error)
                now = perf_counter()
                implementation.calls += 1
                implementation.seconds += now - began
                if frame.note:
                    self._noted(frame, now - began)
                began = now
        finally:
            watchdog.frames.discard(frame)

    def pipe(self, hook: str, value: V, check: Callable[[V], object] = lambda _: None) -> V:
        """Give a value to each implementation in turn; each gets what the one before returned.

        Args:
            check: raises TypeError or ValueError where a plugin returned what cannot be used.

        Raises:
            PluginError: one of them raised, or returned something else.
        """
        for implementation in self._by_hook.get(hook, ()):
            try:
                changed = self.call(implementation, value)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:
                raise plugin_failed(implementation.plugin, hook, described(error)) from error
            if changed is None:
                continue
            try:
                if not isinstance(changed, type(value)):
                    raise TypeError(f"it returned {_kind(changed)}, not {_kind(value)}")
                check(changed)
            except (TypeError, ValueError) as wrong:
                note(implementation, wrong)
                raise plugin_failed(implementation.plugin, hook, described(wrong)) from wrong
            value = changed
        return value

    def call(
        self,
        implementation: Implementation,
        *arguments: object,
        passes: tuple[type[BaseException], ...] = (),
    ) -> Any:
        """Call a function, watch it meanwhile, and enter it into its account.

        Args:
            passes: what it may raise on purpose, and is no failure of it.

        Raises:
            BaseException: whatever it raised.
        """
        watchdog = self._watchdog
        began = perf_counter()
        frame = Frame(implementation, began)
        try:
            watchdog.frames.add(frame)
            if not watchdog.awake:
                watchdog.wake()
            return implementation.function(*arguments)
        except BaseException as error:
            if not isinstance(error, passes):
                note(implementation, error)
            raise
        finally:
            watchdog.frames.discard(frame)
            implementation.calls += 1
            implementation.seconds += perf_counter() - began
            if frame.note == "forked":
                _leave_child(implementation)

    def _noted(self, frame: Frame, seconds: float) -> None:
        if frame.note == "forked":
            _leave_child(frame.implementation)
        frame.note = ""
        self._on_late(frame.implementation, seconds)

    def _all(self) -> list[Implementation]:
        return [i for implementations in self._by_hook.values() for i in implementations]

    def _set(self, implementations: list[Implementation]) -> None:
        # A new mapping each time: calls in other threads go on with the one they have.
        by_hook: dict[str, tuple[Implementation, ...]] = {}
        for implementation in sorted(implementations, key=lambda i: i.rank):
            hook = implementation.hook
            by_hook[hook] = (*by_hook.get(hook, ()), implementation)
            if implementation not in self._known:
                self._known.append(implementation)
        self._by_hook = by_hook


def _leave_child(implementation: Implementation) -> None:
    """End a child process that a plugin made and did not end: its parent does the work."""
    log.error(
        "plugin %s forked in %s; its child process is ended",
        implementation.plugin,
        implementation.hook,
    )
    os._exit(70)


def _kind(value: object) -> str:
    return type(value).__name__
