"""What `plugins list` shows: every plugin that is installed, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from elevatekit_plugins.hooks.descriptors import ExporterSpec
from elevatekit_plugins.host.loading import hook_name
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


def listing(host: PluginHost) -> Sequence[PluginInfo]:
    """All plugins, by name. Loads each, so that a broken one shows."""
    host.registered(ExporterSpec)
    return [
        PluginInfo(
            name=plugin.name,
            distribution=plugin.candidate.distribution,
            version=plugin.candidate.version,
            status=plugin.status,
            reason=plugin.reason,
            hooks=tuple(sorted({hook_name(i) for i in plugin.hooks})),
            provides=tuple(f"{kind} {name}" for kind, name in plugin.provides),
        )
        for plugin in sorted(host.plugins, key=lambda p: (p.name, p.candidate.distribution))
    ]
