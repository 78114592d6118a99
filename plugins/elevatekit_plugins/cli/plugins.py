"""`elevatekit plugins`: which plugins there are, what became of each, and what they do."""

from __future__ import annotations

import click
import msgspec

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.cli.hosting import PluginOptions, plugin_options
from elevatekit_plugins.cli.terminal import say, show
from elevatekit_plugins.cli.tracing import traced
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.host.around import wrapping
from elevatekit_plugins.host.contract import HOOKS, UnfitPluginError
from elevatekit_plugins.host.discovery import COMMANDS, canonical, installed
from elevatekit_plugins.host.listing import PluginInfo, listing
from elevatekit_plugins.host.pinned import pin


def command(api: Api) -> click.Command:
    """The group."""

    @click.group("plugins")
    def plugins() -> None:
        """List, pin and trace plugins."""

    for make in (_list, _trace, _pin):
        plugins.add_command(make(api))
    return plugins


def _list(api: Api) -> click.Command:
    @click.command("list")
    @click.option("--all", "everything", is_flag=True, help="Also show disabled plugins.")
    @click.option("--hook", metavar="NAME", help="Show only plugins that implement this hook.")
    @click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
    @plugin_options
    def list_(everything: bool, hook: str | None, as_json: bool, plugins: PluginOptions) -> None:
        """List installed plugins, their status and what they provide.

        A broken plugin is listed as failed, with the reason; the others still work.
        """
        if hook is not None and hook not in HOOKS:
            near = did_you_mean(hook, [*HOOKS]) or f"; available: {', '.join(HOOKS)}"
            raise click.BadParameter(f"unknown hook {hook!r}{near}", param_hint="--hook")
        rows = [
            row
            for row in listing(plugins.host(load_config(api), strict=False))
            if (everything or row.status != "disabled") and (hook is None or hook in row.hooks)
        ]
        if as_json:
            show(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        else:
            show("\n".join(_table(rows)))

    return list_


def _trace(api: Api) -> click.Command:
    @click.command(
        "trace", context_settings={"ignore_unknown_options": True, "help_option_names": []}
    )
    @click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND…")
    @click.pass_context
    def trace(ctx: click.Context, words: tuple[str, ...]) -> None:
        """Run a command and print each plugin call to stderr.

        One line per call: duration in milliseconds, plugin, hook and result.
        """
        from elevatekit_plugins.cli.app import main

        with wrapping(traced):
            ctx.exit(main(api, words))

    return trace


def _pin(api: Api) -> click.Command:
    @click.command("pin")
    @click.argument("distributions", nargs=-1, metavar="[DISTRIBUTION]...")
    def pin_(distributions: tuple[str, ...]) -> None:
        """Print pins of distributions that provide plugins, for elevatekit.toml.

        A pinned distribution is used only while its files are unchanged. Without names, pins all
        third-party distributions and reports those that cannot be pinned. Imports none of them.
        """
        found = {
            canonical(c.distribution): c.metadata
            for c in (*installed(), *installed(COMMANDS))
            if c.origin == "installed" and c.metadata is not None
        }
        names = [canonical(name) for name in distributions] or sorted(found)
        lines: list[str] = []
        for name in names:
            metadata = found.get(name)
            if metadata is None:
                near = did_you_mean(name, [*found]) or f" (available: {', '.join(found) or 'none'})"
                raise ElevateKitError(f"no distribution {name!r} provides a plugin{near}")
            try:
                lines.append(f'{name} = "{pin(metadata)}"')
            except UnfitPluginError as error:
                if distributions:
                    raise ElevateKitError(f"{name} cannot be pinned: {error}") from None
                say(f"{name} cannot be pinned: {error}")
        show("\n".join(["[pins]", *lines]))

    return pin_


def _what(plugin: PluginInfo) -> str:
    return ", ".join(plugin.provides) or f"listens to {', '.join(plugin.hooks)}"


def _table(rows: list[PluginInfo]) -> list[str]:
    heads = ("NAME", "VERSION", "STATUS", "API", "LOAD", "PROVIDES")
    cells = [
        (
            p.name,
            f"{p.distribution} {p.version}".strip(),
            p.status,
            "-" if p.api_version is None else str(p.api_version),
            f"{p.load_ms:.1f} ms",
            p.reason or _what(p),
        )
        for p in rows
    ]
    last = len(heads) - 1
    widths = [max(len(row[i]) for row in [heads, *cells]) for i in range(last)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[last]]
        )
        for row in [heads, *cells]
    ]
