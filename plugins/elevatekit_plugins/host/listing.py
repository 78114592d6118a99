"""What people see of plugins: which are installed and what became of them, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from elevatekit_plugins.hooks.descriptors import ExporterSpec
from elevatekit_plugins.host.catalogue import REGISTERS
from elevatekit_plugins.host.implementation import PluginUse
from elevatekit_plugins.host.manager import PluginHost


class PluginInfo(Struct, frozen=True, kw_only=True):
    """One row of the list. The names of the fields are a contract for scripts."""

    name: str
    distribution: str
    version: str
    status: str
    """`active`, `disabled` or `failed`."""
    reason: str | None
    hooks: tuple[str, ...]
    provides: tuple[str, ...]
    """`exporter csv`, `auth scheme token`, …"""
    api_version: int | None
    """The version of the plugin API that it was written for; None where it was not loaded."""
    load_ms: float
    """Milliseconds that loading it took."""


def listing(host: PluginHost) -> Sequence[PluginInfo]:
    """All plugins, by name. Loads each that is not switched off, so that a broken one shows."""
    host.registered(ExporterSpec)
    return [
        PluginInfo(
            name=plugin.name,
            distribution=plugin.candidate.distribution,
            version=plugin.candidate.version,
            status=plugin.status,
            reason=plugin.reason,
            hooks=tuple(sorted({i.hook for i in plugin.implementations})),
            provides=tuple(f"{kind} {name}" for kind, name in plugin.provides),
            api_version=plugin.api_version,
            load_ms=round(plugin.load_ms, 3),
        )
        for plugin in sorted(host.plugins, key=lambda p: (p.name, p.candidate.distribution))
    ]


def cost(use: Sequence[PluginUse]) -> Sequence[str]:
    """What a report says of plugins: the time that was spent in each, and what failed in it.

    `time in plugins: metrics 0.82 s, token 0.04 s`, and a line for each hook that failed. A plugin
    that did no more than to say what it provides is not among them, and neither is one whose time
    would be 0.00 s.
    """
    use = [one for one in use if one.hook not in REGISTERS]
    seconds: dict[str, float] = {}
    for one in use:
        seconds[one.plugin] = seconds.get(one.plugin, 0.0) + one.seconds
    dearest = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{name} {spent:.2f} s" for name, spent in dearest if round(spent, 2) > 0)
    lines = [f"time in plugins: {told}"] if told else []
    return lines + [
        f"plugin {one.plugin} failed in {one.failures} of {one.calls} calls of {one.hook}, the last"
        f" time with {one.problem}"
        for one in use
        if one.failures
    ]
