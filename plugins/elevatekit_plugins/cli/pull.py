"""`elevatekit pull`: fetch every result of many interactions into a journal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import click
from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.options import ClientOptions, client_options
from elevatekit_plugins.errors import ConfigError, ElevateKitError
from elevatekit_plugins.journal.rows import Interaction, RejectCount
from elevatekit_plugins.journal.store import Journal
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.pull.interrupt import INTERRUPTED
from elevatekit_plugins.pull.plan import Plan, make_plan
from elevatekit_plugins.pull.progress import Counts
from elevatekit_plugins.pull.run import Pull, Report, default_workers
from elevatekit_plugins.pull.source import (
    Item,
    check_file,
    named,
    read_declarations,
    read_ids,
)

DONE_WITH_REJECTS: Final = 3
EXAMPLES: Final = 5
"""Rejects of one kind that are shown with their message."""
_ARGUMENTS: Final = "elevatekit.arguments"


class _Command(click.Command):
    """Remembers its arguments, to say how the same command is run again."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_ARGUMENTS] = list(args)
        return super().parse_args(ctx, args)


class Input(Struct, frozen=True):
    """What is to be pulled, and how much it is."""

    items: Iterator[Item]
    total: int | None
    files: tuple[str, ...]
    """The names under which lines of files are rejected."""


def command(api: Api) -> click.Command:
    """The command."""

    @click.command("pull", cls=_Command)
    @click.argument("ids", nargs=-1, metavar="[ID]...")
    @click.option("--ids", "ids_file", metavar="FILE|-", help="Ids of interactions, one a line.")
    @click.option(
        "--declare",
        metavar="FILE.jsonl",
        help="Interactions to declare, one JSON object a line: a declare body (with `file` for"
        ' audio), or {"id": ..., "turns": [{"role": ..., "text": ...}]}.',
    )
    @click.option(
        "--only",
        multiple=True,
        metavar="PATTERN",
        help="Fetch these results only: an operation id, * and ? allowed.",
    )
    @click.option("--ask", multiple=True, metavar="TEXT", help="A question for each interaction.")
    @click.option(
        "--poll",
        type=click.FloatRange(min=0.01),
        metavar="S",
        help="Seconds between two looks at a state.",
    )
    @click.option("--workers", type=click.IntRange(1, 200), metavar="N", help="Requests at once.")
    @click.option("--into", required=True, metavar="run.db", help="The journal.")
    @client_options
    @click.pass_context
    def pull(
        ctx: click.Context,
        options: ClientOptions,
        ids: tuple[str, ...],
        ids_file: str | None,
        declare: str | None,
        only: tuple[str, ...],
        ask: tuple[str, ...],
        poll: float | None,
        workers: int | None,
        into: str,
    ) -> None:
        """Fetch every result of many interactions into a journal.

        Run it again to resume: what is there is not fetched again, what was declared is not
        declared again, what was asked is not asked again. What failed and may succeed later is
        tried again. Without ids and files, the interactions of the journal are completed.
        """
        plan = make_plan(api, only=only, questions=ask)
        given = _input(plan, ids, ids_file, declare)
        with ExitStack() as stack:
            # The journal is made last: a token that is missing leaves no file behind.
            journal = Journal(into)
            client = stack.enter_context(options.open(api, ledger=journal.ledger))
            stack.enter_context(journal)
            items: Iterator[Item | Interaction] = iter(given.items)
            total = given.total
            if not given.files and not ids:
                items, total = (
                    journal.tables.interactions.in_order(),
                    journal.tables.interactions.count(),
                )
                if not total:
                    raise ConfigError(
                        f"{into} holds no interactions yet; name some, or --ids or --declare a file"
                    )
            for file in given.files:
                journal.writer.put(partial(_clear_input, file))
            report = Pull(
                client,
                journal,
                plan,
                poll=poll,
                workers=workers or default_workers(plan),
                stream=sys.stderr,
            ).run(items, total)
            # Read behind everything that was written.
            rejects = journal.writer.run(lambda tables: tables.rejects.counts(EXAMPLES))
        ctx.exit(_close(ctx, into, report, rejects))

    return pull


def _clear_input(file: str, tables: Tables) -> None:
    tables.rejects.clear_input(file)


def _input(plan: Plan, ids: tuple[str, ...], ids_file: str | None, declare: str | None) -> Input:
    """Everything that was named, looked at before anything is opened or sent."""
    by_name = named(ids, plan.identifier)
    parts: list[Iterable[Item]] = [by_name]
    counts: list[int | None] = [len(by_name)]
    files: list[str] = []
    if ids_file is not None:
        path = None if ids_file == "-" else Path(ids_file)
        counts.append(None if path is None else check_file(path))
        parts.append(read_ids(path, plan.identifier))
        files.append("standard input" if path is None else ids_file)
    if declare is not None:
        counts.append(check_file(Path(declare)))
        parts.append(read_declarations(Path(declare), plan.rule))
        files.append(declare)
    known = [count for count in counts if count is not None]
    total = sum(known) if len(known) == len(counts) else None
    return Input(chain.from_iterable(parts), total, tuple(files))


def _close(ctx: click.Context, into: str, report: Report, rejects: list[RejectCount]) -> int:
    """Say how it ended and what to do next; the exit code."""
    again = shlex.join([*ctx.command_path.split(), *ctx.meta[_ARGUMENTS]])
    settled = f"{_done(report.counts)} done"
    if report.error is not None:
        if not isinstance(report.error, ElevateKitError):
            raise report.error
        raise ElevateKitError(f"{report.error}; stopped, {settled}; resume with: {again}")
    if report.interrupted:
        click.echo(f"interrupted: {settled}; resume with: {again}", err=True)
        return INTERRUPTED
    if rejects:
        count = sum(kind.count for kind in rejects)
        click.echo(f"done, with {count} {'reject' if count == 1 else 'rejects'}:", err=True)
        for kind in rejects:
            _show_rejects(kind)
        if any(kind.retryable for kind in rejects):
            click.echo(f"what may succeed later is tried again by: {again}", err=True)
    root = ctx.command_path.split()[0]
    click.echo(f"next: {root} export {shlex.quote(into)} --to csv:out/", err=True)
    return DONE_WITH_REJECTS if rejects else 0


def _done(counts: Counts) -> str:
    return f"{counts.done}" if counts.total is None else f"{counts.done} of {counts.total}"


def _show_rejects(kind: RejectCount) -> None:
    what = " ".join(word for word in (kind.stage, kind.operation, kind.error) if word)
    click.echo(f"  {kind.count} x {what}", err=True)
    for message in kind.messages:
        click.echo(f"      {message}", err=True)
    if kind.count > len(kind.messages):
        click.echo(f"      and {kind.count - len(kind.messages)} more", err=True)
