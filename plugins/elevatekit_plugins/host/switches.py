"""Which plugins are wanted: what code says, and what the environment says on top of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Final, cast

from msgspec import Struct

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.discovery import Candidate
from elevatekit_plugins.host.local import local

ONLY: Final = "ELEVATEKIT_PLUGINS"
"""Environment: names of the installed plugins that may be loaded, and no others."""
DISABLE: Final = "ELEVATEKIT_DISABLE_PLUGINS"
"""Environment: names of plugins that are not loaded; `all` for everything not built in."""
STRICT: Final = "ELEVATEKIT_PLUGINS_STRICT"
"""Environment: raise for a plugin that cannot be used, instead of going on without it."""
ALL: Final = "all"


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
    disabled: frozenset[str]
    disabled_outside: frozenset[str]
    """By the environment."""

    def refusal(self, candidate: Candidate) -> str | None:
        """Why a candidate is switched off; None if it is wanted."""
        for source, names in (("disable=", self.disabled), (DISABLE, self.disabled_outside)):
            if candidate.name in names or (ALL in names and not candidate.builtin):
                return f"switched off by {source}"
        if candidate.origin == "installed":
            if self.named is not None and candidate.name not in self.named:
                return "switched off: plugins= does not name it"
            if self.allowed is not None and candidate.name not in self.allowed:
                return f"switched off: {ONLY} or only_plugins does not name it"
        return None


def switches(
    plugins: object,
    disable: object,
    only: Sequence[str] | None,
    candidates: Sequence[Candidate],
) -> Switches:
    """What `Client(plugins=, disable=)`, the environment and the configuration say.

    Args:
        plugins: True for every installed plugin, False for none, or a list: names of installed
            ones (`"all"` for all of them), paths of files, and objects.
        disable: names.
        only: the allow-list of the configuration; that of the environment wins.
        candidates: what is installed.

    Raises:
        ConfigError: one of them is something else, or names a plugin that is not installed.
    """
    if isinstance(disable, str) or not isinstance(disable, Iterable):
        raise ConfigError(f"disable= is a list of names of plugins, not {disable!r}")
    if not isinstance(plugins, bool | Sequence) or isinstance(plugins, str | bytes):
        raise ConfigError(f"plugins= is True, False or a list of plugins, not {plugins!r}")
    outside = os.environ.get(ONLY)
    allowed = only if outside is None else _words(outside)
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
    return Switches(
        given=tuple(given),
        order=tuple(order),
        named=None if named is None or ALL in named else named,
        allowed=None if allowed is None else tuple(allowed),
        disabled=frozenset(map(str, cast("Iterable[object]", disable))),
        disabled_outside=frozenset(_words(os.environ.get(DISABLE, ""))),
    )


def strict() -> bool:
    """Whether the environment wants an error for every plugin that cannot be used."""
    return os.environ.get(STRICT, "") not in ("", "0")


def _check_names(named: Iterable[str], candidates: Sequence[Candidate]) -> None:
    known = [c.name for c in candidates]
    for name in named:
        if name not in known and name != ALL:
            raise ConfigError(
                f"plugins= names {name!r}, which is not installed{did_you_mean(name, known)}"
                f" (there are: {', '.join(dict.fromkeys(known))}; a file is named by its Path)"
            )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
