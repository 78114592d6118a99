"""Loading a plugin: from what is installed to functions that the host may call, and descriptors.

Nothing that a plugin does meanwhile stops the host; each failure becomes a reason with a remedy.
"""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any, Final

import pluggy
from msgspec import Struct
from pluggy import HookImpl

from elevatekit_plugins.hooks import deprecations
from elevatekit_plugins.hooks.descriptors import Descriptor
from elevatekit_plugins.hooks.specs import PIPES
from elevatekit_plugins.host.calling import Calls
from elevatekit_plugins.host.catalogue import KINDS, REGISTERS, Key, names
from elevatekit_plugins.host.contract import (
    UnfitPluginError,
    api_version,
    hook_name,
    new_manager,
    register,
)
from elevatekit_plugins.host.discovery import Candidate
from elevatekit_plugins.host.failures import described
from elevatekit_plugins.host.implementation import Implementation
from elevatekit_plugins.host.pinned import admit
from elevatekit_plugins.host.plugin import Plugin

log = logging.getLogger("elevatekit.plugins")

_FIRST, _MIDDLE, _LAST = 0, 1, 2


class Loader:
    """Loads plugins.

    Args:
        calls: how they are called.
        order: names in the order of the user, for hooks that hand a value on.
        pins: canonical name of a distribution to the pin that its files must have.
    """

    def __init__(self, calls: Calls, order: Sequence[str], pins: Mapping[str, str]) -> None:
        self._pluggy: Final[pluggy.PluginManager] = new_manager()
        self._calls = calls
        self._order = order
        self._pins = pins

    def load(self, plugin: Plugin) -> Sequence[Descriptor]:
        """Load a plugin, and return what it registers: all of it, or none.

        Raises:
            UnfitPluginError: it cannot be used; the message is the reason and the remedy.
        """
        began = perf_counter()
        candidate = plugin.candidate
        try:
            admit(candidate, self._pins)
            step = Implementation(plugin.name, "loading", partial(_made, candidate))
            loaded = self._guarded(candidate, "it cannot be imported", step)
            hooks = register(self._pluggy, plugin.name, loaded)
            plugin.api_version = api_version(loaded)
            plugin.implementations = [self._implementation(plugin.name, hook) for hook in hooks]
            _warn_of_deprecated(plugin)
            return self._registered(plugin)
        except (UnfitPluginError, KeyboardInterrupt):
            raise
        except BaseException as error:  # of a property, a __getattr__, whatever was looked at
            raise UnfitPluginError(f"{described(error)}; {candidate.remedy}") from error
        finally:
            plugin.load_ms = (perf_counter() - began) * 1000

    def _implementation(self, plugin: str, hook: HookImpl) -> Implementation:
        name = hook_name(hook)
        band = _FIRST if hook.tryfirst else _LAST if hook.trylast else _MIDDLE
        function: Callable[..., Any] = hook.function
        if name in REGISTERS:
            function = partial(_listed, function)
        made = Implementation(plugin, name, function, band)
        if name in PIPES and plugin in self._order:
            made.rank = (-1, f"{self._order.index(plugin):06}")
        return made

    def _registered(self, plugin: Plugin) -> Sequence[Descriptor]:
        found: list[Descriptor] = []
        for implementation in plugin.implementations:
            kind = REGISTERS.get(implementation.hook)
            if kind is not None:
                what = f"{implementation.hook} failed"
                for descriptor in self._guarded(plugin.candidate, what, implementation):
                    found.append(_checked(implementation.hook, kind, descriptor))
        claimed: set[Key] = set()
        for descriptor in found:
            for key in names(descriptor):
                if key in claimed:
                    word = KINDS[key[0]].word
                    raise UnfitPluginError(f"it provides the {word} {key[1]!r} twice; rename one")
                claimed.add(key)
        return found

    def _guarded(self, candidate: Candidate, what: str, implementation: Implementation) -> Any:
        try:
            return self._calls.call(implementation)
        except (UnfitPluginError, KeyboardInterrupt):
            raise
        except BaseException as error:  # a module may even call sys.exit
            raise UnfitPluginError(_reason(what, candidate, error)) from error


def _warn_of_deprecated(plugin: Plugin) -> None:
    for implementation in plugin.implementations:
        text = deprecations.HOOKS.get(implementation.hook)
        if text is not None and text not in plugin.candidate.told:
            plugin.candidate.told.add(text)
            log.warning(
                "plugin %s implements %s, which is deprecated: %s",
                plugin.candidate.label,
                implementation.hook,
                text,
            )


class HalfImportedError(UnfitPluginError):
    """A plugin makes a client while it is imported: that client cannot have the plugin yet."""


def _made(candidate: Candidate) -> object:
    try:
        loaded = candidate.load()
    except AttributeError:
        _check_imported(candidate)
        raise
    _check_imported(candidate)
    return loaded() if inspect.isclass(loaded) else loaded


def _check_imported(candidate: Candidate) -> None:
    # Where another thread imports it, Python waits. So it is this one that is in the middle.
    module = sys.modules.get(candidate.module or "")
    if getattr(getattr(module, "__spec__", None), "_initializing", False):
        raise HalfImportedError("it is still being imported, and its import creates this host")


def _listed(function: Callable[[], object]) -> Sequence[object]:
    """What a registration hook returns. A generator runs here, and not where nobody watches."""
    returned = function()
    if not isinstance(returned, Iterable):
        raise TypeError(f"it returned {type(returned).__name__}, not a list")
    return list(returned)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _checked(hook: str, kind: type[Descriptor], descriptor: object) -> Descriptor:
    if not isinstance(descriptor, kind):
        raise UnfitPluginError(
            f"{hook} returned {type(descriptor).__name__}, not {kind.__name__} ({KINDS[kind].word})"
        )
    settings = getattr(descriptor, "settings", Struct)
    if not (inspect.isclass(settings) and issubclass(settings, Struct)):
        raise UnfitPluginError(
            f"{hook}: the settings of {descriptor.name!r} are {settings!r}; declare a"
            " msgspec.Struct"
        )
    return descriptor


def _reason(what: str, candidate: Candidate, error: BaseException) -> str:
    reason = f"{what}: {described(error)}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        if candidate.extras:
            extras = ",".join(candidate.extras)
            return f'{reason}; run pip install "{candidate.distribution}[{extras}]"'
        return f"{reason}; install the package that provides {error.name}, or {candidate.remedy}"
    return f"{reason}; {candidate.remedy}"
