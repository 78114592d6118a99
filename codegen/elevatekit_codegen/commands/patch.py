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


@click.command(short_help="Correct the spec from a probe report.")
@click.argument("report", type=click.Path(path_type=Path))
@spec_option
@package_option
@click.option("--write", "wanted", is_flag=True, help="Edit the spec instead of printing the diff.")
def patch(report: Path, spec: Path, package: str, wanted: bool) -> None:
    """Correct the spec from a probe report, and print the edit as a unified diff.

    REPORT is the file written by `elevatekit probe ID --into REPORT`. Differences are corrected;
    confirmed `likely` and `assumed` facts become `x-evidence: probed`. All other lines stay
    unchanged. The result passes lint and can be generated. Differences without an unambiguous edit
    are only listed.

    \b
    exit codes  0 done · 1 the report does not match the spec · 2 one of them cannot be read
    """
    try:
        if report.exists() and not report.is_file():
            fail(f"{report} is not a file; specify a probe report", UNREADABLE)
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
            fail(f"{spec} cannot be written: {error.strerror}; it is unchanged")
    elif not wanted:
        click.echo(edit.diff(), nl=False)
    for fact in edit.left:
        click.echo(
            f"edit by hand: {fact.operation}: expected {fact.said}, received {fact.came}", err=True
        )
    if found.spec != edit.version:
        click.echo(
            f"{report} is for version {found.spec}, {spec} is {edit.version}; review each edit",
            err=True,
        )
    settled = "1 difference" if edit.settled == 1 else f"{edit.settled} differences"
    said = f", {edit.said} already present" if edit.said else ""
    click.echo(f"{spec}: {settled} corrected{said}, {len(edit.left)} left", err=True)
