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


@click.command(short_help="Say what is wrong with a spec, with line and column.")
@spec_option
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="text", show_default=True)
def lint(spec: Path, form: str) -> None:
    """Say everything that is wrong with a spec, with file, line and column.

    \b
    errors    something would be lost or cannot be made; generate stops as well
    warnings  an example that does not fit, evidence or a description that is missing, a word
              of another tool; generate passes them by

    \b
    --format      text; json: a list for programs; github: notes beside the lines
    exit codes    0 nothing is wrong · 1 an error or a warning · 2 the document cannot be read
    """
    try:
        found, code = findings(load(spec)), 1
    except SpecError as error:
        found, code = list(error.findings), UNREADABLE
    # They are what was asked for, so they go to stdout.
    click.echo(FORMATS[form](found), nl=False)
    if found:
        sys.exit(code)
