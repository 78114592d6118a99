"""What makes an object a plugin that the host can trust to call: checked when it is registered.

pluggy takes a misspelt hook, a coroutine, a default argument and a subset of the arguments
without a word; each is refused here, with what to do about it.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Final

import pluggy
from pluggy import HookImpl

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.hooks.specs import API_VERSION, PROJECT, VERSION_NAME, Hooks

HOOKS: Final = tuple(name for name in vars(Hooks) if name.startswith(f"{PROJECT}_"))
"""The name of every hook."""
_PARAMETERS: Final = {
    name: tuple(inspect.signature(getattr(Hooks, name)).parameters)[1:] for name in HOOKS
}


class UnfitPluginError(Exception):
    """An object cannot be used as a plugin; the message says why and what to do."""


def new_manager() -> pluggy.PluginManager:
    """A plugin manager that knows our hooks."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(Hooks)
    return manager


def register(manager: pluggy.PluginManager, name: str, plugin: object) -> Sequence[HookImpl]:
    """Register a plugin and return the hooks that it implements.

    Raises:
        UnfitPluginError: it is no plugin, or breaks the contract. It is not registered then.
    """
    api_version(plugin)
    for other, registered in manager.list_name_plugin():
        if registered is plugin:
            raise UnfitPluginError(f"it is the same object as the plugin {other}; give it once")
    try:
        manager.register(plugin, name)
    except (pluggy.PluginValidationError, ValueError, TypeError) as error:
        reason = str(error).strip().splitlines()[-1]
        forget(manager, plugin)
        raise UnfitPluginError(f"pluggy rejects it: {reason}") from error
    found = [
        implementation
        for caller in manager.get_hookcallers(plugin) or ()
        for implementation in caller.get_hookimpls()
        if implementation.plugin is plugin
    ]
    try:
        for implementation in found:
            _check(implementation)
        if not found:
            raise UnfitPluginError(
                f"{_what(plugin)} implements no hook; mark functions with @hookimpl from"
                " elevatekit_plugins, or point the entry point to the module or class that has them"
            )
        _check_unmarked(manager, plugin)
    except UnfitPluginError:
        forget(manager, plugin)
        raise
    return found


def forget(manager: pluggy.PluginManager, plugin: object) -> None:
    """Let the manager forget a plugin, if it knows it."""
    if manager.is_registered(plugin):
        manager.unregister(plugin)


def hook_name(implementation: HookImpl) -> str:
    """The hook that a function implements: its own name, unless its mark says another."""
    return str(implementation.opts.get("specname") or implementation.function.__name__)


def api_version(plugin: object) -> int:
    """The version of the plugin API that a plugin was written for; ours, if it does not say.

    Raises:
        UnfitPluginError: it is none, or a newer one than ours.
    """
    version = getattr(plugin, VERSION_NAME, API_VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise UnfitPluginError(
            f"its {VERSION_NAME} is {version!r}, not a version; write {API_VERSION}"
        )
    if version > API_VERSION:
        raise UnfitPluginError(
            f"it was written for version {version} of the plugin API, this is {API_VERSION};"
            f" upgrade {PROJECT}"
        )
    return version


def _check(implementation: HookImpl) -> None:
    function = implementation.function
    hook = hook_name(implementation)
    if hook not in HOOKS:
        raise UnfitPluginError(
            f"it implements the unknown hook {hook}{did_you_mean(hook, [*HOOKS])}"
        )
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise UnfitPluginError(
            f"{hook} is async; make it a plain function, which serves both clients"
        )
    if implementation.wrapper or implementation.hookwrapper:
        raise UnfitPluginError(f"{hook} is a wrapper; register a span to wrap calls")
    expected = _PARAMETERS[hook]
    if expected and inspect.isgeneratorfunction(function):
        raise UnfitPluginError(f"{hook} is a generator, which would never run; do not yield")
    parameters = inspect.signature(function).parameters.values()
    if tuple(p.name for p in parameters) != expected or any(
        p.default is not p.empty or p.kind is not p.POSITIONAL_OR_KEYWORD for p in parameters
    ):
        raise UnfitPluginError(
            f"{hook} must take exactly ({', '.join(expected)}), with no defaults"
        )


def _check_unmarked(manager: pluggy.PluginManager, plugin: object) -> None:
    """Else a hook is missed in silence beside others that are called."""
    for name in sorted({*HOOKS} & {*dir(plugin)}):
        member = getattr(plugin, name)
        inherited = getattr(member, "__func__", member) is vars(Hooks)[name]
        if not inherited and manager.parse_hookimpl_opts(plugin, name) is None:
            raise UnfitPluginError(
                f"its {name} is not a function marked with @hookimpl; mark it, or rename it"
            )


def _what(plugin: object) -> str:
    return "it" if inspect.ismodule(plugin) else f"it is {type(plugin).__name__!r} and"
