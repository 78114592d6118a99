"""Calling implementations: each isolated, attributed, in the order of band and name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from msgspec import Struct
from pluggy import HookImpl

from elevatekit_plugins.errors import PluginError
from elevatekit_plugins.host.loading import hook_name, order

V = TypeVar("V", bound=Struct)
log = logging.getLogger("elevatekit.plugins")

Span = tuple[str, Callable[[], AbstractContextManager[Any]]]
"""The name of a span, and what opens it."""


class Listeners:
    """The implementations of every hook."""

    def __init__(self) -> None:
        self._by_hook: Mapping[str, tuple[HookImpl, ...]] = {}

    def add(self, implementations: Iterable[HookImpl]) -> None:
        """Take in the implementations of a plugin."""
        self._set([*self._all(), *implementations])

    def remove(self, plugin: str) -> None:
        """Forget those of a plugin."""
        self._set([i for i in self._all() if i.plugin_name != plugin])

    def listens(self, hook: str) -> bool:
        """Whether anybody implements this hook."""
        return hook in self._by_hook

    def notify(self, hook: str, event: Struct) -> None:
        """Tell every implementation of an event hook. What one raises is logged, and its own."""
        for implementation in self._by_hook.get(hook, ()):
            try:
                implementation.function(event)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # a plugin may raise anything: CancelledError too
                complain(implementation.plugin_name, hook, error)

    def pipe(self, hook: str, value: V) -> V:
        """Give a value to each implementation in turn; each gets what the one before returned.

        Raises:
            PluginError: one of them raised, or returned something else.
        """
        for implementation in self._by_hook.get(hook, ()):
            try:
                changed = implementation.function(value)
            except Exception as error:
                raise plugin_failed(implementation.plugin_name, hook, error) from error
            if changed is None:
                continue
            if not isinstance(changed, type(value)):
                wrong = TypeError(
                    f"it returned {type(changed).__name__}, not {type(value).__name__}"
                )
                raise plugin_failed(implementation.plugin_name, hook, wrong)
            value = changed
        return value

    def _all(self) -> list[HookImpl]:
        return [i for implementations in self._by_hook.values() for i in implementations]

    def _set(self, implementations: list[HookImpl]) -> None:
        # A new mapping each time: calls in other threads go on with the one they have.
        by_hook: dict[str, tuple[HookImpl, ...]] = {}
        for implementation in sorted(implementations, key=order):
            hook = hook_name(implementation)
            by_hook[hook] = (*by_hook.get(hook, ()), implementation)
        self._by_hook = by_hook


@contextmanager
def wrapped(spans: Iterable[Span]) -> Generator[None]:
    """Enter each span and leave it again. One that fails is logged, and harms nobody.

    A span sees the error that the call ends with, and cannot make it go away.
    """
    entered: list[tuple[str, AbstractContextManager[Any]]] = []
    for name, opens in spans:
        try:
            span = opens()
            span.__enter__()
        except Exception as error:
            complain(name, "elevatekit_register_spans", error)
        else:
            entered.append((name, span))
    ended: BaseException | None = None
    try:
        yield
    except BaseException as error:
        ended = error
        raise
    finally:
        for name, span in reversed(entered):
            try:
                span.__exit__(
                    type(ended) if ended else None, ended, getattr(ended, "__traceback__", None)
                )
            except Exception as error:
                if error is not ended:
                    complain(name, "elevatekit_register_spans", error)


def complain(plugin: str, hook: str, error: BaseException) -> None:
    """Say in the log that a plugin failed, where that harms nobody else."""
    log.warning("plugin %s failed in %s: %s: %s", plugin, hook, type(error).__name__, error)


def plugin_failed(plugin: str, hook: str, error: Exception) -> PluginError:
    """The error for a plugin that was asked for and failed."""
    return PluginError(
        f"plugin {plugin} failed in {hook}: {type(error).__name__}: {error}; fix it, select"
        f" another, or switch it off with ELEVATEKIT_DISABLE_PLUGINS={plugin}",
        plugin=plugin,
        hook=hook,
    )
