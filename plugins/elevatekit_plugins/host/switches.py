"""Which plugins are wanted: what code says, and what the environment says on top of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from msgspec import Struct

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.discovery import COMMANDS, Candidate, installed
from elevatekit_plugins.host.local import local
from elevatekit_plugins.host.misspelt import warn_of_unknown
from elevatekit_plugins.host.settings import SettingsFile

ONLY: Final = "ELEVATEKIT_PLUGINS"
"""Environment: names of the installed plugins that may be loaded, and no others; `all` for all."""
DISABLE: Final = "ELEVATEKIT_DISABLE_PLUGINS"
"""Environment: names of plugins that are not loaded; `all` for everything not built in."""
STRICT: Final = "ELEVATEKIT_PLUGINS_STRICT"
"""Environment: raise for a plugin that cannot be used, instead of going on without it."""
ALL: Final = "all"
_ON: Final = ("1", "true", "yes", "on")
_OFF: Final = ("", "0", "false", "no", "off")


class PluginConfig(Struct, frozen=True, kw_only=True):
    """What configuration files say about plugins. The command line reads them, a client none."""

    settings: tuple[SettingsFile, ...] = ()
    """The settings of plugins, those of the first file before those of the next."""
    only: tuple[str, ...] | None = None
    """The installed plugins that may be loaded, and no others."""
    disable: tuple[str, ...] = ()
    pins: Mapping[str, str] = {}
    """Name of a distribution to the pin that its files must have."""


class Switches(Struct, frozen=True, kw_only=True):
    """What is wanted."""

    given: tuple[Candidate, ...]
    """What the caller handed over."""
    order: tuple[str, ...]
    """Names in the order of the user, for hooks that hand a value on."""
    named: tuple[str, ...] | None
    """Installed plugins that the caller named; None for all."""
    allowed: tuple[str, ...] | None
    """Those that environment or configuration allow; None for all."""
    disabled: Mapping[str, frozenset[str]]
    """Who switches off which."""
    strict: bool
    """Whether the environment wants an error for every plugin that cannot be used."""

    def refusal(self, candidate: Candidate) -> str | None:
        """Why a candidate is switched off; None if it is wanted."""
        for source, names in self.disabled.items():
            if candidate.name in names or (ALL in names and not candidate.builtin):
                return f"disabled by {source}"
        if candidate.origin == "installed":
            if self.named is not None and candidate.name not in self.named:
                return "disabled: not in plugins="
            if self.allowed is not None and candidate.name not in self.allowed:
                return f"disabled: not in {ONLY} or only_plugins"
        return None


def switches(
    plugins: object, disable: object, config: PluginConfig, candidates: Sequence[Candidate]
) -> Switches:
    """What `Client(plugins=, disable=)`, the environment and the configuration say.

    Args:
        plugins: True for every installed plugin, False for none, or a list: names of installed
            ones (`"all"` for all of them), paths of files, and objects.
        disable: names.
        config: its allow-list counts where the environment has none.
        candidates: what is installed.

    Raises:
        ConfigError: one of them is something else, or `plugins` names a plugin that is not
            installed, or the environment is strict in a word that nobody knows. Names that are
            unknown elsewhere are told in the log.
    """
    if not isinstance(plugins, bool | Sequence) or isinstance(plugins, str | bytes):
        raise ConfigError(f"plugins= must be True, False or a list of plugins, not {plugins!r}")
    outside = os.environ.get(ONLY)
    source, allowed = (
        ("only_plugins", config.only) if outside is None else (ONLY, tuple(_words(outside)))
    )
    named: tuple[str, ...] | None = None if plugins is True else ()
    given: Sequence[Candidate] = ()
    order: Sequence[str] = allowed or ()
    if not isinstance(plugins, bool):
        wanted = list(cast("Sequence[object]", plugins))
        named = tuple(it for it in wanted if isinstance(it, str))
        _check_names(named, candidates)
        given = local([it for it in wanted if not isinstance(it, str)])
        others = iter(given)
        order = [it if isinstance(it, str) else next(others).name for it in wanted]
    disabled = {
        "disable=": _named(disable),
        DISABLE: frozenset(_words(os.environ.get(DISABLE, ""))),
        "disable_plugins": frozenset(config.disable),
    }
    known = [c.name for c in (*candidates, *given, *installed(COMMANDS))]
    for who, names in {**disabled, source: allowed or ()}.items():
        warn_of_unknown(sorted(names), who, [*known, ALL])
    return Switches(
        given=tuple(given),
        order=tuple(order),
        named=None if named is None or ALL in named else named,
        allowed=None if allowed is None or ALL in allowed else allowed,
        disabled=disabled,
        strict=_strict(),
    )


def _named(disable: object) -> frozenset[str]:
    if isinstance(disable, Iterable) and not isinstance(disable, str | bytes):
        names = list(cast("Iterable[object]", disable))
        if all(isinstance(name, str) for name in names):
            return frozenset(cast("list[str]", names))
    raise ConfigError(f"disable= must be a list of plugin names, not {disable!r:.60}")


def _strict() -> bool:
    word = os.environ.get(STRICT, "").strip().lower()
    if word not in (*_ON, *_OFF):
        raise ConfigError(f"{STRICT} is {word!r}; set it to 1 (on) or 0 (off)")
    return word in _ON


def _check_names(named: Iterable[str], candidates: Sequence[Candidate]) -> None:
    known = [c.name for c in candidates]
    for name in named:
        if name not in known and name != ALL:
            raise ConfigError(
                f"plugins= names {name!r}, which is not installed{did_you_mean(name, known)}"
                f" (available: {', '.join(dict.fromkeys(known))}; for a file, pass a Path)"
            )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
