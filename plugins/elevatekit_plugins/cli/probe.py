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
    @click.option("--into", metavar="FILE", help="Write the report to this file instead of stdout.")
    @click.option(
        "--ask",
        metavar="TEXT",
        help="Also ask this question, once with each operation that accepts one; it uses quota.",
    )
    @click.option("--with-values", is_flag=True, help="Include the responses in the report.")
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
        """Compare the responses of the service about an interaction with the spec.

        Calls every operation that reads one interaction. For each fact that is uncertain in the
        spec, reports whether it was confirmed, was different or was not seen; and any other
        difference from the spec. Asks no question unless you give one. The report contains shapes
        and types but no conversation, identifier or token, so you can share it.

        `elevatekit-codegen patch` turns the report into an edit of the spec.

        \b
        exit codes  0 everything seen matches the spec · 1 failed · 2 usage
                    3 something differs from the spec, or an operation failed
        """
        if into is not None and not Path(into).absolute().parent.is_dir():
            raise ConfigError(f"the report cannot be written to {into}: no such directory")
        count = len(plan(api, ask))
        with options.open(api) as client:
            say(f"calling {count} operations" + (f" and asking {ask!r}" if ask else ""))
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
        f"{len(different)} different, {len(same)} uncertain facts confirmed, {len(unseen)} not seen"
    )
    if any(fact.change is not None for fact in different) or same:
        say(f"next: elevatekit-codegen patch {into or 'report.json'}")
    failed = any(probed.error is not None for probed in found.operations)
    return DIFFERENT if different or failed else 0


def _told(fact: Fact) -> str:
    where = f"{fact.operation}{f' at {fact.answer}' if fact.answer else ''}"
    known = f" ({fact.evidence})" if fact.evidence else ""
    return f"{where}: {fact.pointer}: the spec says {fact.said}{known}; came: {fact.came}"
