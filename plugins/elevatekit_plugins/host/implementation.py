"""One function of a plugin that the host calls, and the account that is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from elevatekit_plugins.host.around import around
from elevatekit_plugins.host.hushed import hushed


class Implementation:
    """A hook as one plugin implements it, or a method of what it built.

    `calls` and `seconds` are added up without a lock: threads that meet in the same instant may
    lose a call of the account, and never one of the plugin.
    """

    __slots__ = (
        "_bare",
        "calls",
        "failures",
        "function",
        "hook",
        "plugin",
        "problem",
        "rank",
        "seconds",
        "takes_long",
    )

    def __init__(self, plugin: str, hook: str, function: Callable[..., Any], band: int = 1) -> None:
        self.plugin = plugin
        self.hook = hook
        self._bare = function
        self.function = around(plugin, hook, function)
        self.rank = (band, plugin)
        """Where it stands among others: by band, then by the name of the plugin."""
        self.takes_long = False
        """Whether it is meant to: the watchdog is more patient with it."""
        self.calls = 0
        self.seconds = 0.0
        self.failures = 0
        self.problem: str | None = None
        """What went wrong last."""

    def conceal(self, secrets: Sequence[str]) -> None:
        """Let no error of it show these texts, whoever tells it."""
        self.function = around(self.plugin, self.hook, hushed(self._bare, secrets))


class PluginUse(Struct, frozen=True, kw_only=True):
    """What a plugin cost, and how often it failed, in one of its hooks."""

    plugin: str
    hook: str
    calls: int
    seconds: float
    failures: int
    problem: str | None
    """What went wrong last."""
