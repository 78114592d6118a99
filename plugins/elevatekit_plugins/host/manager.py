"""The plugin host of a client: which plugins it has, and the door to everything they do.

A plugin that is broken is named and set aside, and the others go on. What can sign, decide or
write is chosen by name alone. Loading, calling, switches, settings and pins have a module each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final, TypeVar, cast

from msgspec import Struct
from msgspec.structs import astuple

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError, ElevateKitError, missing_extra
from elevatekit_plugins.hooks.descriptors import Descriptor
from elevatekit_plugins.hooks.events import CallStarted
from elevatekit_plugins.host.catalogue import KINDS
from elevatekit_plugins.host.discovery import installed
from elevatekit_plugins.host.failures import described, plugin_failed
from elevatekit_plugins.host.hushed import hushed
from elevatekit_plugins.host.implementation import Implementation, PluginUse
from elevatekit_plugins.host.misspelt import warn_of_unknown
from elevatekit_plugins.host.pins import wanted_pins
from elevatekit_plugins.host.plugin import Plugin
from elevatekit_plugins.host.roster import Roster
from elevatekit_plugins.host.selected import Owner, guarded
from elevatekit_plugins.host.settings import Converted, Settings
from elevatekit_plugins.host.spans import wrapped
from elevatekit_plugins.host.switches import PluginConfig, switches
from elevatekit_plugins.host.watchdog import WATCHDOG, Watchdog
from elevatekit_plugins.secrecy import Secret, spellings

D = TypeVar("D", bound=Descriptor)
_UNWRAPPED: Final = nullcontext()
"""Around a call that no plugin wraps anything around."""
V = TypeVar("V", bound=Struct)


class PluginHost:
    """The plugins of one client.

    Args:
        plugins: True for every installed plugin, False for none but the built-in ones that are
            selected by name; or a list of what to use beside the built-in ones: names of
            installed plugins (`"all"` for all), paths of files, and plugin objects.
        disable: names of plugins that are not loaded; `"all"` for all that are not built in.
        settings: the settings of each descriptor, by its name.
        pins: name of a distribution to the pin that its files must have.
        config: what configuration files say; arguments and environment count before it.
        strict: whether a plugin that cannot be used is an error. None: what the environment
            says, and always for what `plugins` names.

    Raises:
        ConfigError: an argument has the wrong form, or names a plugin that is not installed.
        PluginError: a plugin cannot be used, where `strict` wants to know.
    """

    def __init__(
        self,
        plugins: bool | Sequence[object] = True,
        disable: Iterable[str] = (),
        settings: Mapping[str, Mapping[str, object]] | None = None,
        *,
        pins: Mapping[str, str] | None = None,
        config: PluginConfig | None = None,
        strict: bool | None = None,
        watchdog: Watchdog = WATCHDOG,
    ) -> None:
        candidates, config = installed(), config or PluginConfig()
        wanted = switches(plugins, disable, config, candidates)
        pinned = wanted_pins({} if pins is None else pins, config.pins, candidates)
        self.settings = Settings(settings, config.settings)
        self._roster = Roster(candidates, wanted, pinned, strict, watchdog)
        self._calls, self._catalogue = self._roster.calls, self._roster.catalogue
        self.listens: Callable[[str], bool] = self._calls.listens
        """Whether anybody implements a hook; so that no event is made for nobody."""
        self.notify: Callable[[str, Struct], None] = self._calls.notify
        """Tell every implementation of an event hook. What one does wrong is its own affair."""
        self._warn_of_settings()

    @property
    def plugins(self) -> Sequence[Plugin]:
        """Every plugin that there is, and what became of it."""
        return self._roster.plugins

    # -- calling ---------------------------------------------------------------------------------

    def pipe(self, hook: str, value: V, check: Callable[[V], object] = lambda _: None) -> V:
        """Give a value to each implementation in turn; each gets what the one before returned.

        Args:
            check: raises TypeError or ValueError where a plugin returned what cannot be used.

        Raises:
            PluginError: one of them raised, or returned something else.
        """
        return self._calls.pipe(hook, value, check)

    def spans(self, started: Callable[[], CallStarted]) -> AbstractContextManager[None]:
        """What plugins wrap around a call. One that fails is reported, and harms nobody."""
        spans = self._roster.spans
        if not spans:
            return _UNWRAPPED
        return wrapped(self._calls, [s for _, s in sorted(spans.items())], started())

    def use(self) -> Sequence[PluginUse]:
        """What each plugin cost so far, hook by hook, and what went wrong in it."""
        return self._calls.use()

    # -- descriptors -----------------------------------------------------------------------------

    def registered(self, kind: type[D]) -> Mapping[str, D]:
        """All descriptors of a kind, by name; loads every built-in plugin."""
        for plugin in self.plugins:
            self._roster.load(plugin)
        return {spec.name: spec for _, spec in self._catalogue.all(kind)}

    def select(self, kind: type[D], name: str) -> D:
        """The descriptor of this name or alias. Loads the built-in plugin of that name.

        Raises:
            ConfigError: there is none; the message lists what there is, and what failed to load.
        """
        word = KINDS[kind].word
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ConfigError(f"the {word} must be a name, not {name!r}")
        self._roster.load_builtin(name)
        if self._catalogue.find(kind, name) is None:
            known = list(self.registered(kind))
            if self._catalogue.find(kind, name) is None:
                raise ConfigError(self._unknown(word, name, known))
        found = self._catalogue.find(kind, name)
        assert found is not None
        assert isinstance(found[1], kind)
        return found[1]

    def build(self, spec: Any, *context: object) -> Any:
        """What a selected descriptor builds, from the settings of its name and the context.

        It comes guarded: whatever it does wrong is a PluginError that names it.

        Raises:
            ConfigError: the settings do not fit, or an extra is not installed.
            PluginError: building failed, or gave something else; the plugin is named.
        """
        of = type(cast("Descriptor", spec))
        found = self._catalogue.find(of, spec.name)
        if found is None:
            raise ConfigError(
                f"{spec.name!r} was not selected from this host; select it before you build it"
            )
        plugin, kind = found[0], KINDS[of]
        what = f"{kind.word} {spec.name}"
        hook = f"build of {what}"
        try:
            settings = self.settings.of(spec.name, spec.settings)
            secrets = [*_spelt(settings, context)]
            self._roster.conceal(plugin, secrets)
            step = Implementation(plugin.name, hook, hushed(spec.build, secrets))
            self._calls.account(step)
            built = self._calls.call(step, settings.struct, *context)
            if not kind.fits(built):
                raise TypeError(f"it built {type(built).__name__}, not {kind.due}")
        except ElevateKitError:
            raise
        except Exception as error:
            extra: str | None = getattr(spec, "extra", None)
            if isinstance(error, ImportError) and extra is not None:
                distribution = plugin.candidate.distribution
                raise missing_extra(spec.name, error, extra, distribution) from error
            raise plugin_failed(plugin.name, hook, described(error)) from error
        return guarded(Owner(self._calls, plugin.name, what, secrets), of, built)

    def fingerprint(self, spec: Any) -> str:
        """Tells the settings of a selected descriptor from others, and nothing of what they hold.

        Raises:
            ConfigError: the settings do not fit.
        """
        return self.settings.of(spec.name, spec.settings).fingerprint()

    def _warn_of_settings(self) -> None:
        """Say which settings are of nothing, unless they may be of a plugin that is not loaded."""
        if all(p.status == "active" for p in self.plugins if not p.candidate.builtin):
            known = {*(p.name for p in self.plugins), *self._catalogue.names()}
            known |= {name.replace("-", "_") for name in known}
            for source, names in self.settings.names():
                warn_of_unknown(names, source, known)

    def _unknown(self, kind: str, name: str, known: list[str]) -> str:
        text = f"unknown {kind} {name!r}{did_you_mean(name, known)} (available: {', '.join(known)})"
        for plugin in self.plugins:
            if plugin.name == name and plugin.reason:
                text += f"; the plugin {plugin.candidate.label} is {plugin.status}: {plugin.reason}"
        return text


def _spelt(settings: Converted[Any], context: Iterable[object]) -> Iterator[str]:
    """Every text by which errors may show a secret that is handed over."""
    handed = (value for one in context if isinstance(one, Struct) for value in astuple(one))
    tokens = (value.reveal() for value in handed if isinstance(value, Secret))
    for secret in (*settings.secrets(), *tokens):
        yield from spellings(secret)


def host_of(
    plugins: bool | Sequence[object] | PluginHost,
    disable: Iterable[str],
    settings: Mapping[str, Mapping[str, object]] | None,
    pins: Mapping[str, str] | None,
) -> PluginHost:
    """The host of a client that was given these.

    Raises:
        ConfigError: they have the wrong form, or come beside a host, which has its own.
        PluginError: a plugin that was named cannot be used.
    """
    if not isinstance(plugins, PluginHost):
        return PluginHost(plugins, disable, settings, pins=pins)
    if disable or settings or pins:
        raise ConfigError(
            "plugins= is already a host; pass disable=, settings= and pins= to that host"
        )
    return plugins
