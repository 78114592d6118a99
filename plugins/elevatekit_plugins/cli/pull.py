"""`elevatekit pull`: fetch every result of many interactions into a journal."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import ExitStack
from typing import Final

import click

from elevatekit_plugins.api import Api
from elevatekit_plugins.checks import check_seconds
from elevatekit_plugins.cli.codes import DONE_WITH_REJECTS
from elevatekit_plugins.cli.options import ClientOptions, client_options
from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.errors import ConfigError, ElevateKitError
from elevatekit_plugins.journal.rows import RejectCount
from elevatekit_plugins.journal.store import Journal
from elevatekit_plugins.pull.interrupt import INTERRUPTED
from elevatekit_plugins.pull.plan import make_plan
from elevatekit_plugins.pull.progress import Counts
from elevatekit_plugins.pull.run import Pull, Report, default_workers
from elevatekit_plugins.pull.source import read_input

EXAMPLES: Final = 5
"""Rejects of one kind that are shown with their message."""
_ARGUMENTS: Final = "elevatekit.arguments"


class _Command(click.Command):
    """Remembers its arguments, to say how the same command is run again."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_ARGUMENTS] = list(args)
        return super().parse_args(ctx, args)


def command(api: Api) -> click.Command:
    """The command."""

    @click.command("pull", cls=_Command)
    @click.argument("ids", nargs=-1, metavar="[ID]...")
    @click.option("--ids", "ids_file", metavar="FILE|-", help="Ids of interactions, one per line.")
    @click.option(
        "--declare",
        metavar="FILE.jsonl|-",
        help="Interactions to declare, one JSON object per line: a declare body (with `file` for"
        ' audio), or {"id": ..., "turns": [{"role": ..., "text": ...}]}.',
    )
    @click.option(
        "--only",
        multiple=True,
        metavar="PATTERN",
        help="Fetch only these results: an operation id; * and ? are wildcards.",
    )
    @click.option(
        "--ask", multiple=True, metavar="TEXT", help="Ask this about each interaction; repeatable."
    )
    @click.option(
        "--poll",
        type=click.FloatRange(min=0.01, max=86_400),
        metavar="S",
        help="Seconds between polls of a state.",
    )
    @click.option(
        "--workers", type=click.IntRange(1, 200), metavar="N", help="Concurrent requests."
    )
    @click.option("--into", required=True, metavar="run.db", help="The journal file.")
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

        Run it again to resume: nothing is fetched, declared or asked twice, and failures that may
        succeed later are retried. Without ids and files, completes the interactions that are
        already in the journal.
        """
        every = None if poll is None else check_seconds(poll, "poll interval")
        plan = make_plan(api, only=only, questions=ask)
        given = None
        if ids or ids_file is not None or declare is not None:
            given = read_input(
                plan.rule, plan.identifier, ids=ids, ids_file=ids_file, declare=declare
            )
        elif not os.path.exists(into):
            raise ConfigError(
                f"nothing to pull into {into}: give ids, --ids FILE or --declare FILE"
            )
        with ExitStack() as stack:
            # The journal is made last: a token that is missing leaves no file behind.
            journal = Journal(into)
            client = stack.enter_context(options.open(api, ledger=journal.ledger))
            stack.enter_context(journal)
            report = Pull(
                client,
                journal,
                plan,
                poll=every,
                workers=workers or default_workers(plan),
                stream=sys.stderr,
            ).run(given)
            # Read behind everything that was written.
            rejects = journal.writer.run(lambda tables: tables.rejects.counts(EXAMPLES))
        ctx.exit(_close(ctx, into, report, rejects))

    return pull


def _close(ctx: click.Context, into: str, report: Report, rejects: list[RejectCount]) -> int:
    """Say how it ended and what to do next; the exit code."""
    again = shlex.join([*ctx.command_path.split(), *ctx.meta[_ARGUMENTS]])
    settled = f"{_done(report.counts)} done"
    if report.error is not None:
        if not isinstance(report.error, ElevateKitError):
            raise report.error
        raise ElevateKitError(f"{report.error}; stopped, {settled}; resume with: {again}")
    if report.interrupted:
        say(f"interrupted: {settled}; resume with: {again}")
        return INTERRUPTED
    if rejects:
        count = sum(kind.count for kind in rejects)
        say(f"done, with {count} {'reject' if count == 1 else 'rejects'}:")
        for kind in rejects:
            _show_rejects(kind)
        if any(kind.retryable for kind in rejects):
            say(f"some may succeed later; retry with: {again}")
    root = ctx.command_path.split()[0]
    say(f"next: {root} export {shlex.quote(into)} --to csv:out/")
    return DONE_WITH_REJECTS if rejects else 0


def _done(counts: Counts) -> str:
    return f"{counts.done}" if counts.total is None else f"{counts.done} of {counts.total}"


def _show_rejects(kind: RejectCount) -> None:
    what = " ".join(word for word in (kind.stage, kind.operation, kind.error) if word)
    say(f"  {kind.count} x {what}")
    for message in kind.messages:
        say(f"      {message}")
    if kind.count > len(kind.messages):
        say(f"      and {kind.count - len(kind.messages)} more")
