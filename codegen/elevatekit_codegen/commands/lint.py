"""The command `lint`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from elevatekit_codegen.commands.options import UNREADABLE, spec_option
from elevatekit_codegen.lint import findings
from elevatekit_codegen.lint.formats import FORMATS
from elevatekit_codegen.loading import load
from elevatekit_codegen.source import SpecError


@click.command(short_help="Report problems in a spec.")
@spec_option
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", show_default=True)
def lint(spec: Path, form: str) -> None:
    """Report all problems in a spec, with file, line and column.

    \b
    errors    invalid or unsupported constructs; generate stops at them
    warnings  examples that do not match, missing evidence or descriptions, unknown
              extensions; generate continues

    \b
    --format      text; json: a list, for programs; github: annotations on the lines
    exit codes    0 no problems · 1 errors or warnings · 2 the document cannot be read
    """
    try:
        found, code = findings(load(spec)), 1
    except SpecError as error:
        found, code = list(error.findings), UNREADABLE
    # They are what was asked for, so they go to stdout.
    click.echo(FORMATS[form](found), nl=False)
    if found:
        sys.exit(code)
