"""The command `check`."""

from __future__ import annotations

from pathlib import Path

import click

from elevatekit_codegen.check import check as differing
from elevatekit_codegen.commands.generate import accepted, rendered
from elevatekit_codegen.commands.options import fail, out_option, package_option, spec_option


@click.command(short_help="Verify that a folder matches the spec.")
@spec_option
@out_option
@package_option
def check(spec: Path, out: Path, package: str) -> None:
    """Verify that a folder matches the spec; print a line for each file that does not.

    \b
    exit codes  0 it matches · 1 it differs, or the spec has errors · 2 the spec cannot be read
    """
    files = rendered(accepted(spec).spec, package)
    try:
        lines = differing(out, files)
    except OSError as error:
        fail(f"{error.filename or out} cannot be read: {error.strerror}")
    if lines:
        fail("\n".join(lines))
