"""What a plugin did wrong: in its account, in the log, and as an error."""

from __future__ import annotations

import logging
from types import CoroutineType
from typing import Any, cast

from elevatekit_plugins.errors import PluginError
from elevatekit_plugins.foreign import legible
from elevatekit_plugins.host.implementation import Implementation
from elevatekit_plugins.host.switches import DISABLE

log = logging.getLogger("elevatekit.plugins")


def complain(implementation: Implementation, error: BaseException) -> None:
    """A plugin failed where that harms nobody else."""
    note(implementation, error)
    report(implementation)


def note(implementation: Implementation, error: BaseException) -> None:
    """Enter a failure into the account of a function."""
    implementation.failures += 1
    implementation.problem = described(error)


def report(implementation: Implementation) -> None:
    """Say in the log what is in the account: the first time. From then on it is counted."""
    if implementation.failures == 1:
        log.warning(
            "plugin %s failed in %s: %s (reported once; to disable it, set %s=%s)",
            implementation.plugin,
            implementation.hook,
            implementation.problem,
            DISABLE,
            implementation.plugin,
        )


def plugin_failed(plugin: str, hook: str, problem: str) -> PluginError:
    """The error for a plugin that was asked for and failed."""
    return PluginError(
        f"plugin {plugin} failed in {hook}: {problem}; fix it, select another, or disable it"
        f" with {DISABLE}={plugin}",
        plugin=plugin,
        hook=hook,
    )


def described(error: BaseException) -> str:
    """`ValueError: no such thing`, in one line that somebody can read, whatever the text is."""
    try:
        text = " ".join(str(error).split())
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # it is the plugin's code that runs here, too
        text = ""
    name = type(error).__name__
    return f"{name}: {legible(text)}" if text else name


def returned_something(returned: object) -> TypeError:
    """The error for an event hook that returned something."""
    if issubclass(type(returned), CoroutineType):  # no `isinstance`: a proxy may have no class
        # Else Python would say of it that it was never awaited.
        cast("CoroutineType[Any, Any, Any]", returned).close()
    return TypeError(f"it returned {type(returned).__name__}; an event hook returns nothing")
