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
        """Installed plugins, the built-in ones among them."""

    for make in (_list, _trace, _pin):
        plugins.add_command(make(api))
    return plugins


def _list(api: Api) -> click.Command:
    @click.command("list")
    @click.option(
        "--all", "everything", is_flag=True, help="Show those that are switched off, too."
    )
    @click.option("--hook", metavar="NAME", help="Show those that implement this hook only.")
    @click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
    @plugin_options
    def list_(everything: bool, hook: str | None, as_json: bool, plugins: PluginOptions) -> None:
        """What is installed, whether it works, and what it provides.

        A plugin that is broken is listed as failed, with the reason; the others go on.
        """
        if hook is not None and hook not in HOOKS:
            near = did_you_mean(hook, [*HOOKS]) or f"; there are {', '.join(HOOKS)}"
            raise click.BadParameter(f"no hook {hook!r}{near}", param_hint="--hook")
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
        """Run a command, and say on stderr what each plugin did in it.

        A line for each call: how long it took, the plugin, the hook, and how it ended.
        """
        from elevatekit_plugins.cli.app import main

        with wrapping(traced):
            ctx.exit(main(api, words))

    return trace


def _pin(api: Api) -> click.Command:
    @click.command("pin")
    @click.argument("distributions", nargs=-1, metavar="[DISTRIBUTION]...")
    def pin_(distributions: tuple[str, ...]) -> None:
        """Print the pins of distributions that bring plugins, to put into elevatekit.toml.

        A distribution that is pinned is used only while its files are those that it has now.
        Without names, all that are not built in are pinned, but for those that cannot be, which
        are told. Nothing of them is imported.
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
                near = did_you_mean(name, [*found]) or f" (there are: {', '.join(found) or 'none'})"
                raise ElevateKitError(f"no distribution {name!r} brings a plugin{near}")
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
