"""`elevatekit export`: render a journal to destinations."""

from __future__ import annotations

from contextlib import closing

import click

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.codes import DONE_WITH_REJECTS
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.cli.hosting import PluginOptions, plugin_options
from elevatekit_plugins.cli.stdout import let_write
from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.export.destinations import parse
from elevatekit_plugins.export.run import ExportReport, export
from elevatekit_plugins.export.sending import Sender
from elevatekit_plugins.hooks.descriptors import TransformSpec
from elevatekit_plugins.host.listing import cost


def command(api: Api) -> click.Command:
    """The command."""

    @click.command("export")
    @click.argument("journal", metavar="run.db")
    @click.option(
        "--to",
        "texts",
        multiple=True,
        required=True,
        metavar="NAME:TARGET",
        help="A destination, such as csv:out/ or jsonl:calls.jsonl; - is stdout; repeatable.",
    )
    @click.option(
        "--transform",
        multiple=True,
        metavar="NAME",
        help="Transform the records with this; repeatable.",
    )
    @plugin_options
    @click.pass_context
    def export_(
        ctx: click.Context,
        journal: str,
        texts: tuple[str, ...],
        transform: tuple[str, ...],
        plugins: PluginOptions,
    ) -> None:
        """Export a journal to one or more destinations. Sends no requests to the API.

        Destinations are independent: if one fails, the others are still written. The same
        journal always produces the same bytes.
        """
        host = plugins.host(load_config(api))
        destinations = parse(texts, host)
        let_write(d.spec.name for d in destinations if d.target == "-")
        transforms = [host.select(TransformSpec, name) for name in transform]
        with closing(Sender()) as send:
            report = export(journal, api, host, destinations, transforms=transforms, send=send)
        for text in cost(host.use()):
            say(text)
        ctx.exit(_show(report))

    return export_


def _show(report: ExportReport) -> int:
    """Say what was left where, and what is missing; the exit code."""
    failed = [d for d in report.destinations if d.outcome == "failed"]
    for destination in report.destinations:
        if destination.outcome == "done":
            what, where = _interactions(destination.interactions), _left(destination.left)
            say(f"{destination.destination}: {what} in {where}")
    if report.dropped:
        say(f"transforms left out {_interactions(report.dropped)}")
    for event in report.unreadable:
        say(f"left out: {event.operation} of {event.interaction}: {event.message}")
    if report.without_row:
        count = report.without_row
        what = "1 reject belongs" if count == 1 else f"{count} rejects belong"
        say(f"{what} to no interaction and has no row here; `pull` lists rejects")
    if failed:
        raise ElevateKitError("; ".join(f"{d.destination}: {d.error}" for d in failed))
    return DONE_WITH_REJECTS if report.unreadable else 0


def _interactions(count: int) -> str:
    return "1 interaction" if count == 1 else f"{count} interactions"


def _left(left: tuple[str, ...]) -> str:
    return (
        left[0] if len(left) == 1 else f"{left[0]} and {len(left) - 1} more" if left else "nothing"
    )
