"""`plugins trace`: a line on stderr for each call of a plugin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.host.failures import described


def traced(plugin: str, hook: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A wrap for `host.around`: says which plugin was called in which hook, how long, and how
    that went."""

    @wraps(function)
    def call(*arguments: object) -> object:
        began = perf_counter()
        outcome = "ok"
        try:
            return function(*arguments)
        except BaseException as error:
            outcome = described(error)
            raise
        finally:
            say(f"trace {(perf_counter() - began) * 1000:9.3f} ms  {plugin}  {hook}  {outcome}")

    return call
