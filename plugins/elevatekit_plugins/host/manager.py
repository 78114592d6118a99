"""The plugin host of a client.

It loads plugins with pluggy: a broken one is named and set aside, and the others go on. What can
sign, decide or write is chosen by name alone. `calling.py` has the rules by which hooks are called.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final, Literal, TypeVar, cast

from msgspec import Struct
from pluggy import HookImpl

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError, ElevateKitError, PluginError, missing_extra
from elevatekit_plugins.hooks.descriptors import (
    Auth,
    AuthScheme,
    CheckSpec,
    Descriptor,
    Exporter,
    ExporterSpec,
    RetryPolicy,
    RetryPolicySpec,
    SpanFactory,
    TransformSpec,
)
from elevatekit_plugins.hooks.events import CallStarted
from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.calling import Listeners, plugin_failed, wrapped
from elevatekit_plugins.host.discovery import Candidate
from elevatekit_plugins.host.loading import UnfitPluginError, hook_name, new_manager, register
from elevatekit_plugins.host.settings import convert

D = TypeVar("D", bound=Descriptor)
V = TypeVar("V", bound=Struct)
log = logging.getLogger("elevatekit.plugins")

STRICT: Final = "ELEVATEKIT_PLUGINS_STRICT"
DISABLE: Final = "ELEVATEKIT_DISABLE_PLUGINS"

REGISTRATION: Final[dict[type[Descriptor], tuple[str, str]]] = {
    AuthScheme: ("elevatekit_register_auth_schemes", "auth scheme"),
    RetryPolicySpec: ("elevatekit_register_retry_policies", "retry policy"),
    ExporterSpec: ("elevatekit_register_exporters", "exporter"),
    TransformSpec: ("elevatekit_register_transforms", "transform"),
    CheckSpec: ("elevatekit_register_checks", "check"),
    SpanFactory: ("elevatekit_register_spans", "span"),
}
"""Kind of descriptor to the hook that registers it, and its name in messages."""

_BUILT: Final[dict[type[Descriptor], type[Any]]] = {
    AuthScheme: Auth,
    RetryPolicySpec: RetryPolicy,
    ExporterSpec: Exporter,
    TransformSpec: Callable,  # type: ignore[dict-item]
}
"""What each kind that can be built must give."""


class Plugin:
    """A plugin that the host knows of, loaded or not."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.status: Literal["active", "disabled", "failed", "unloaded"] = "unloaded"
        self.reason: str | None = None
        self.hooks: Sequence[HookImpl] = ()
        self.provides: list[tuple[str, str]] = []
        """Kind and name of each registered descriptor."""

    @property
    def name(self) -> str:
        return self.candidate.name


class PluginHost:
    """The plugins of one client.

    Args:
        plugins: False for none but the built-in ones that are selected by name; True for the
            installed ones; or a list of plugin objects to use beside the built-in ones.
        disable: names of plugins that are not loaded.
        settings: the settings of each descriptor, by its name.
    """

    def __init__(
        self,
        plugins: bool | Sequence[object] = True,
        disable: Iterable[str] = (),
        settings: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        _check_types(plugins, disable, settings)
        self._settings = settings or {}
        disabled = {*disable, *_words(os.environ.get(DISABLE, ""))}
        everything_off = "all" in disabled or plugins is False
        self._strict = os.environ.get(STRICT, "") not in ("", "0")
        self._pluggy = new_manager()
        self._listeners = Listeners()
        self._descriptors: dict[type[Descriptor], dict[str, tuple[Plugin, Descriptor]]] = {}
        self.plugins = [Plugin(c) for c in discovery.installed()]
        objects = () if isinstance(plugins, bool) else plugins
        self.plugins += [Plugin(_local(index, plugin)) for index, plugin in enumerate(objects)]
        self._refuse_namesakes()
        for plugin in self.plugins:
            own = plugin.candidate
            third_party = not own.builtin and own.distribution != _LOCAL
            if (
                plugin.name in disabled
                or (third_party and plugins is not True)
                or (everything_off and not own.builtin)
            ):
                plugin.status, plugin.reason = "disabled", "switched off"
        for plugin in self.plugins:
            if plugin.status == "unloaded" and not plugin.candidate.builtin:
                self._load(plugin)

    # -- calling ---------------------------------------------------------------------------------

    def listens(self, hook: str) -> bool:
        """Whether anybody implements this hook; so that no event is made for nobody."""
        return self._listeners.listens(hook)

    def notify(self, hook: str, event: Struct) -> None:
        """Tell every implementation of an event hook. What one raises is logged, and its own."""
        self._listeners.notify(hook, event)

    def pipe(self, hook: str, value: V) -> V:
        """Give a value to each implementation in turn; each gets what the one before returned.

        Raises:
            PluginError: one of them raised, or returned something else.
        """
        return self._listeners.pipe(hook, value)

    def spans(self, started: Callable[[], CallStarted]) -> AbstractContextManager[None]:
        """What plugins wrap around a call. One that fails is logged, and harms nobody."""
        if not self._descriptors.get(SpanFactory):
            return nullcontext()
        call = started()
        return wrapped(
            (spec.name, partial(spec.open, call)) for spec in self.registered(SpanFactory).values()
        )

    # -- descriptors -------------------------------------------------------------------------------

    def registered(self, kind: type[D]) -> Mapping[str, D]:
        """All descriptors of a kind, by name; loads every built-in plugin."""
        for plugin in self.plugins:
            if plugin.status == "unloaded":
                self._load(plugin)
        found = self._descriptors.get(kind, {})
        return {name: spec for name, (_, spec) in sorted(found.items()) if isinstance(spec, kind)}

    def select(self, kind: type[D], name: str) -> D:
        """The descriptor of this name. Loads the built-in plugin of that name, if need be.

        Raises:
            ConfigError: there is none; the message lists what there is, and what failed to load.
        """
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigError(f"the {REGISTRATION[kind][1]} is chosen by its name, not {name!r}")
        for plugin in self.plugins:
            if plugin.name == name and plugin.status == "unloaded":
                self._load(plugin)
        if name not in self._descriptors.get(kind, {}):
            known = list(self.registered(kind))
            if name not in known:
                raise ConfigError(self._unknown(REGISTRATION[kind][1], name, known))
        spec = self._descriptors[kind][name][1]
        assert isinstance(spec, kind)
        return spec

    def build(self, spec: Any, *context: object) -> Any:
        """What a selected descriptor builds, from the settings of its name and the context.

        Raises:
            ConfigError: the settings do not fit, or an extra is not installed.
            PluginError: building failed, or gave something else; the plugin is named.
        """
        plugin, _ = self._descriptors[type(spec)][spec.name]
        hook = REGISTRATION[type(spec)][0]
        converted = convert(spec.name, spec.settings, self._settings.get(spec.name, {}))
        try:
            built = spec.build(converted, *context)
        except ElevateKitError:
            raise
        except ImportError as error:
            extra: str | None = getattr(spec, "extra", None)
            if extra is None:
                raise plugin_failed(plugin.name, hook, error) from error
            raise missing_extra(spec.name, error, extra, plugin.candidate.distribution) from error
        except Exception as error:
            raise plugin_failed(plugin.name, hook, error) from error
        due = _BUILT[type(spec)]
        if not isinstance(built, due):
            wrong = TypeError(f"it built {type(built).__name__} where {due.__name__} is due")
            raise plugin_failed(plugin.name, hook, wrong)
        return built

    def _unknown(self, kind: str, name: str, known: list[str]) -> str:
        text = f"no {kind} {name!r}{did_you_mean(name, known)} (there are: {', '.join(known)})"
        for plugin in self.plugins:
            if plugin.name == name and plugin.reason:
                text += f"; the plugin {plugin.candidate.label} is {plugin.status}: {plugin.reason}"
        return text

    # -- loading -----------------------------------------------------------------------------------

    def _refuse_namesakes(self) -> None:
        for plugin in self.plugins:
            others = [p for p in self.plugins if p.name == plugin.name and p is not plugin]
            if others:
                both = " and ".join(p.candidate.label for p in [plugin, *others])
                self._fail(plugin, f"{both} have the same name; uninstall all but one")

    def _load(self, plugin: Plugin) -> None:
        try:
            hooks = register(self._pluggy, plugin.name, plugin.candidate.load())
        except UnfitPluginError as error:
            return self._fail(plugin, str(error))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a module may even call sys.exit
            return self._fail(plugin, f"it cannot be imported: {type(error).__name__}: {error}")
        plugin.status, plugin.hooks = "active", hooks
        try:
            self._register(plugin)
        except UnfitPluginError as error:
            return self._fail(plugin, str(error))
        self._listeners.add(hooks)
        return None

    def _register(self, plugin: Plugin) -> None:
        """Collect what a plugin provides: all of it, or none."""
        fresh: list[tuple[type[Descriptor], Descriptor]] = []
        for kind, (hook, word) in REGISTRATION.items():
            for implementation in plugin.hooks:
                if hook_name(implementation) == hook:
                    fresh += [(kind, d) for d in _collected(implementation, kind, word)]
        for kind, descriptor in fresh:
            word = REGISTRATION[kind][1]
            known = self._descriptors.setdefault(kind, {})
            if descriptor.name in known:
                other = known.pop(descriptor.name)[0]
                both = f"{other.candidate.label} and {plugin.candidate.label}"
                reason = f"{both} both provide the {word} {descriptor.name!r}; uninstall one"
                self._fail(other, reason)
                raise UnfitPluginError(reason)
        for kind, descriptor in fresh:
            self._descriptors[kind][descriptor.name] = (plugin, descriptor)
            plugin.provides.append((REGISTRATION[kind][1], descriptor.name))

    def _fail(self, plugin: Plugin, reason: str) -> None:
        plugin.status, plugin.reason = "failed", reason
        self._listeners.remove(plugin.name)
        for known in self._descriptors.values():
            for name in [n for n, (owner, _) in known.items() if owner is plugin]:
                del known[name]
        if self._strict:
            raise PluginError(
                f"plugin {plugin.candidate.label}: {reason}", plugin=plugin.name, hook="load"
            )
        log.warning(
            "plugin %s is not used: %s (%s=%s silences this)",
            plugin.candidate.label,
            reason,
            DISABLE,
            plugin.name,
        )


def _check_types(plugins: object, disable: object, settings: object) -> None:
    """
    Raises:
        ConfigError: one of them is something else than the signature says.
    """
    if isinstance(disable, str) or not isinstance(disable, Iterable):
        raise ConfigError(f"disable= is a list of names of plugins, not {disable!r}")
    if not isinstance(plugins, bool | Sequence) or isinstance(plugins, str):
        raise ConfigError(f"plugins= is True, False or a list of plugins, not {plugins!r}")
    if settings is not None and not (
        isinstance(settings, Mapping)
        and all(isinstance(value, Mapping) for value in settings.values())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    ):
        # Not shown: there may be a secret in it.
        raise ConfigError("settings= maps names of plugins to mappings of their settings")


_LOCAL: Final = "(given in code)"


def _local(index: int, plugin: object) -> Candidate:
    name = getattr(plugin, "__name__", None) or type(plugin).__name__
    return Candidate(
        name=f"{name}-{index}" if index else name,
        distribution=_LOCAL,
        version="",
        builtin=False,
        load=lambda: plugin,
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _collected(implementation: HookImpl, kind: type[Descriptor], word: str) -> Iterable[Descriptor]:
    try:
        found = list(cast("Iterable[object]", implementation.function()))
    except Exception as error:
        raise UnfitPluginError(
            f"{hook_name(implementation)} failed: {type(error).__name__}: {error}"
        ) from error
    descriptors: list[Descriptor] = []
    for descriptor in found:
        if not isinstance(descriptor, kind):
            raise UnfitPluginError(
                f"{hook_name(implementation)} returned {type(descriptor).__name__} where a"
                f" {kind.__name__} ({word}) is due"
            )
        descriptors.append(descriptor)
    return descriptors
