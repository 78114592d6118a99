"""`elevatekit plugins`: which plugins there are, and what became of each."""

from __future__ import annotations

import click
import msgspec

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.cli.terminal import show
from elevatekit_plugins.host.listing import PluginInfo, listing
from elevatekit_plugins.host.manager import PluginHost


def command(api: Api) -> click.Command:
    """The group."""

    @click.group("plugins")
    def plugins() -> None:
        """Installed plugins, the built-in ones among them."""

    @plugins.command("list")
    @click.option(
        "--all", "everything", is_flag=True, help="Show those that are switched off, too."
    )
    @click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
    def list_(everything: bool, as_json: bool) -> None:
        """What is installed, whether it works, and what it provides.

        A plugin that is broken is listed as failed, with the reason; the others go on.
        """
        config = load_config(api)
        host = PluginHost(disable=config.disable_plugins, settings=config.plugins)
        rows = [p for p in listing(host) if everything or p.status != "disabled"]
        if as_json:
            show(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        else:
            show("\n".join(_table(rows)))

    return plugins


def _what(plugin: PluginInfo) -> str:
    return ", ".join(plugin.provides) or f"listens to {', '.join(plugin.hooks)}"


def _table(rows: list[PluginInfo]) -> list[str]:
    heads = ("NAME", "VERSION", "STATUS", "PROVIDES")
    cells = [
        (
            p.name,
            f"{p.distribution} {p.version}".strip(),
            p.status,
            p.reason or _what(p),
        )
        for p in rows
    ]
    widths = [max(len(row[i]) for row in [heads, *cells]) for i in range(3)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]])
        for row in [heads, *cells]
    ]
