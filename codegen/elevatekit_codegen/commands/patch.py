"""The command `patch`."""

from __future__ import annotations

from pathlib import Path

import click

from elevatekit_codegen.commands.options import UNREADABLE, fail, package_option, spec_option
from elevatekit_codegen.patch.run import PatchError
from elevatekit_codegen.patch.run import patch as patched
from elevatekit_codegen.source import SpecError
from elevatekit_plugins import report as reports
from elevatekit_plugins.errors import ConfigError


@click.command(short_help="Make the edit of the spec from the report of a probe.")
@click.argument("report", type=click.Path(path_type=Path))
@spec_option
@package_option
@click.option("--write", "wanted", is_flag=True, help="Edit the spec itself, and print nothing.")
def patch(report: Path, spec: Path, package: str, wanted: bool) -> None:
    """Make the edit of the spec that a probe calls for, and print it as a unified diff.

    REPORT is what `elevatekit probe ID --into REPORT` wrote. What came otherwise than the spec says
    is corrected; what was seen is marked `x-evidence: probed` where it was likely or assumed.
    Comments, order and every other line stay as they are. The edited spec has passed lint, and
    `generate` takes it. What only people can judge is named and left alone.

    \b
    exit codes  0 done · 1 the report does not go with the spec · 2 one of them cannot be read
    """
    try:
        if report.exists() and not report.is_file():
            fail(f"{report} is no file; name the report of a probe", UNREADABLE)
        found = reports.read(report.read_bytes())
    except OSError as error:
        fail(f"{report} cannot be read: {error.strerror}", UNREADABLE)
    except ConfigError as error:
        fail(f"{report}: {error}", UNREADABLE)
    try:
        edit = patched(spec, found, package)
    except SpecError as error:
        fail(str(error), UNREADABLE)
    except PatchError as error:
        fail(f"{report}: {error}")
    if wanted and edit.new != edit.old:
        try:
            edit.write()
        except OSError as error:
            fail(f"{spec} cannot be written: {error.strerror}; it is as it was")
    elif not wanted:
        click.echo(edit.diff(), nl=False)
    for fact in edit.left:
        click.echo(f"left to you: {fact.operation}: {fact.said} said, {fact.came} came", err=True)
    if found.spec != edit.version:
        click.echo(
            f"{report} is of version {found.spec} and {spec} is {edit.version}: look at each edit",
            err=True,
        )
    settled = "1 difference" if edit.settled == 1 else f"{edit.settled} differences"
    said = f", {edit.said} said already" if edit.said else ""
    click.echo(f"{spec}: {settled} settled{said}, {len(edit.left)} left", err=True)
