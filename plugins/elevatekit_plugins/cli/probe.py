"""`elevatekit probe`: compare what the service answers with what the spec says."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click

from elevatekit_plugins import report
from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.codes import DIFFERENT
from elevatekit_plugins.cli.options import ClientOptions, client_options
from elevatekit_plugins.cli.terminal import say, show
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.probe.calls import plan
from elevatekit_plugins.probe.run import probe
from elevatekit_plugins.report import Fact, Report


def command(api: Api) -> click.Command:
    """The command."""

    @click.command("probe")
    @click.argument("id")
    @click.option("--into", metavar="FILE", help="Where the report goes; else to stdout.")
    @click.option(
        "--ask",
        metavar="TEXT",
        help="Ask this as well: once by each operation that takes a question. It is spent.",
    )
    @click.option("--with-values", is_flag=True, help="Put the answers themselves in the report.")
    @client_options
    @click.pass_context
    def probe_(
        ctx: click.Context,
        options: ClientOptions,
        id: str,
        into: str | None,
        ask: str | None,
        with_values: bool,
    ) -> None:
        """Compare what the service answers about an interaction with what the spec says.

        Calls every operation that reads one interaction, and tells for each fact that the spec is
        not certain of whether it is so, is otherwise, or was not seen; and whatever else is not as
        the spec says. No question is spent unless you give one. The report holds shapes and types,
        no conversation, no identifier and no token, so that it can be passed on.

        The report is what `elevatekit-codegen patch` makes an edit of the spec from.

        \b
        exit codes  0 all that was seen is as the spec says · 1 failed · 2 usage
                    3 something is not as the spec says, or an operation failed
        """
        if into is not None and not Path(into).absolute().parent.is_dir():
            raise ConfigError(f"the report cannot be written to {into}: there is no such folder")
        count = len(plan(api, ask))
        with options.open(api) as client:
            say(f"{count} operations are called" + (f", and {ask!r} is asked" if ask else ""))
            found = probe(client, id, question=ask, with_values=with_values)
        data = report.write(found)
        if into is None:
            show(data.decode().rstrip("\n"))
        else:
            _write(Path(into), data)
        ctx.exit(_summary(found, into))

    return probe_


def _write(path: Path, data: bytes) -> None:
    """The old file or the new one, never half of it; for its owner alone: it may hold values."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _summary(found: Report, into: str | None) -> int:
    """Say what differs and what was seen; the exit code."""
    different, same, unseen = (found.of(v) for v in ("different", "as said", "not seen"))
    for probed in found.operations:
        if probed.error is not None:
            say(f"{probed.operation}: no result to compare ({probed.error}); probe again later")
    for fact in different:
        say(_told(fact))
    say(
        f"{len(different)} different, {len(same)} uncertain facts as the spec says,"
        f" {len(unseen)} not seen"
    )
    if any(fact.change is not None for fact in different) or same:
        say(f"next: elevatekit-codegen patch {into or 'report.json'}")
    failed = any(probed.error is not None for probed in found.operations)
    return DIFFERENT if different or failed else 0


def _told(fact: Fact) -> str:
    where = f"{fact.operation}{f' at {fact.answer}' if fact.answer else ''}"
    known = f" ({fact.evidence})" if fact.evidence else ""
    return f"{where}: {fact.pointer}: the spec says {fact.said}{known}; came: {fact.came}"
