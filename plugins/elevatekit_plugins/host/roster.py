"""The plugins of a host: which are loaded, which are refused, and what becomes of each."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence

from elevatekit_plugins.errors import PluginError
from elevatekit_plugins.hooks.descriptors import Descriptor, SpanFactory
from elevatekit_plugins.hooks.specs import PIPES
from elevatekit_plugins.host.calling import Calls
from elevatekit_plugins.host.catalogue import KINDS, Catalogue, names
from elevatekit_plugins.host.contract import UnfitPluginError
from elevatekit_plugins.host.discovery import Candidate
from elevatekit_plugins.host.implementation import Implementation
from elevatekit_plugins.host.loading import HalfImportedError, Loader
from elevatekit_plugins.host.plugin import Plugin
from elevatekit_plugins.host.spans import Span, span
from elevatekit_plugins.host.switches import DISABLE, Switches
from elevatekit_plugins.host.watchdog import Watchdog

log = logging.getLogger("elevatekit.plugins")


class Roster:
    """Every plugin that a host knows of, loaded or not.

    Those that are not built in are loaded at once, the built-in ones when they are wanted.

    Args:
        candidates: what is installed.
        pins: canonical name of a distribution to the pin that its files must have.
        strict: whether a plugin that cannot be used is an error. None: what the environment
            says, and always for what was named.

    Raises:
        PluginError: a plugin cannot be used, where `strict` wants to know.
    """

    def __init__(
        self,
        candidates: Sequence[Candidate],
        wanted: Switches,
        pins: Mapping[str, str],
        strict: bool | None,
        watchdog: Watchdog,
    ) -> None:
        self.calls = Calls(self._came_back_late, watchdog)
        self.catalogue = Catalogue()
        self.spans: Mapping[str, Span] = {}
        self._named = frozenset(wanted.named or ()) | {c.name for c in wanted.given}
        self._strict, self._wanted = strict, wanted
        self._loader = Loader(self.calls, wanted.order, pins)
        self._loading = threading.RLock()  # threads that share a client may select at once
        self.plugins = [Plugin(c, wanted.refusal(c)) for c in (*candidates, *wanted.given)]
        self._refuse_namesakes()
        for plugin in self.plugins:
            if not plugin.candidate.builtin:
                self.load(plugin)

    def _refuse_namesakes(self) -> None:
        wanted = [p for p in self.plugins if p.status == "unloaded"]
        for plugin in wanted:
            same = [p for p in wanted if p.name == plugin.name]
            if len(same) > 1 and not plugin.candidate.builtin:
                all_of_them = " and ".join(p.candidate.label for p in same)
                builtin = any(p.candidate.builtin for p in same)
                kept = "the built-in one is used" if builtin else "none of them is used"
                self._fail(
                    plugin, f"{all_of_them} have the same name: {kept}; uninstall all but one"
                )

    def load_builtin(self, name: str) -> None:
        """Load the built-in plugin of this name, if there is one."""
        for plugin in self.plugins:
            if plugin.name == name and plugin.candidate.builtin:
                self.load(plugin)

    def load(self, plugin: Plugin) -> None:
        """Load a plugin, unless that was tried before or it is switched off."""
        with self._loading:
            if plugin.status != "unloaded":
                return
            try:
                found = self._loader.load(plugin)
                plugin.status = "active"
                self._register(plugin, found)
            except HalfImportedError as error:
                plugin.status, plugin.reason = "disabled", str(error)
            except UnfitPluginError as error:
                self._fail(plugin, str(error))
            else:
                self.calls.add(plugin.implementations)

    def _register(self, plugin: Plugin, found: Sequence[Descriptor]) -> None:
        """Give a plugin the names that it claims, unless somebody else claims one, too."""
        if not plugin.candidate.builtin:
            for _, name in (key for descriptor in found for key in names(descriptor)):
                self.load_builtin(name)  # who is there first must not depend on luck
        key, others = self.catalogue.rivals(found)
        if key is not None:
            labels = [p.candidate.label for p in (*others, plugin)]
            what = f"{KINDS[key[0]].word} {key[1]!r}"
            reason = f"{', '.join(labels[:-1])} and {labels[-1]} provide the same {what}"
            if any(p.candidate.builtin for p in others):
                raise UnfitPluginError(f"{reason}: the built-in one is used; rename the other")
            if plugin.candidate.builtin:
                reason = f"{reason}: the built-in one is used; rename the other"
            else:
                reason = f"{reason}: none of them is used; uninstall all but one"
                self.catalogue.contest(key, [*others, plugin])
            for other in others:
                if other.status == "active":
                    self._fail(other, reason)
            if not plugin.candidate.builtin:
                raise UnfitPluginError(reason)
        self.catalogue.add(plugin, found)
        plugin.provides = [
            (kind.word, d.name) for d in found for k, kind in KINDS.items() if isinstance(d, k)
        ]
        for descriptor in found:
            if isinstance(descriptor, SpanFactory):
                one = span(plugin.name, descriptor.name, descriptor.open)
                self.calls.account(one.open, one.enter, one.leave)
                self.spans = {**self.spans, descriptor.name: one}

    def conceal(self, plugin: Plugin, secrets: Sequence[str]) -> None:
        """Let no hook of a plugin show texts that it knows from now on."""
        spans = [s for s in self.spans.values() if s.open.plugin == plugin.name]
        plugin.secrets = tuple(dict.fromkeys((*plugin.secrets, *secrets)))
        for one in (*plugin.implementations, *(i for s in spans for i in s.moments)):
            one.conceal(plugin.secrets)

    def _came_back_late(self, late: Implementation, seconds: float) -> None:
        """A plugin held up a call for long, and has returned: it is told of nothing any more.

        What it does to requests stays: without it they would be others.
        """
        for plugin in self.plugins:
            if plugin.name == late.plugin and plugin.status == "active":
                plugin.status = "disabled"
                plugin.reason = f"it hung in {late.hook} for {seconds:.1f} s"
                self.calls.remove(i for i in plugin.implementations if i.hook not in PIPES)
                log.warning(
                    "plugin %s returned from %s after %.1f s; it gets no more events",
                    plugin.candidate.label,
                    late.hook,
                    seconds,
                )

    def _fail(self, plugin: Plugin, reason: str) -> None:
        candidate = plugin.candidate
        plugin.status, plugin.reason, plugin.provides = "failed", reason, []
        self.calls.remove(plugin.implementations)
        self.catalogue.remove(plugin)
        self.spans = {n: s for n, s in self.spans.items() if s.open.plugin != plugin.name}
        if self._raises(plugin):
            raise PluginError(
                f"plugin {candidate.label}: {reason}", plugin=plugin.name, hook="load"
            )
        if reason not in candidate.told:
            candidate.told.add(reason)
            log.warning(
                "plugin %s is not used: %s (to silence this, set %s=%s)",
                candidate.label,
                reason,
                DISABLE,
                plugin.name,
            )

    def _raises(self, plugin: Plugin) -> bool:
        if self._strict is not None:
            return self._strict
        return self._wanted.strict or plugin.name in self._named
