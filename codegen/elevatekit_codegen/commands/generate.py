"""The command `generate`."""

from __future__ import annotations

from pathlib import Path

import click

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.commands.options import (
    UNREADABLE,
    fail,
    out_option,
    package_option,
    spec_option,
)
from elevatekit_codegen.lint import Examined, examined
from elevatekit_codegen.loading import load
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.render import FormatterError, render
from elevatekit_codegen.source import SpecError
from elevatekit_codegen.tree import TreeError, leftovers, write


@click.command()
@spec_option
@out_option
@package_option
def generate(spec: Path, out: Path, package: str) -> None:
    """Generate the SDK into a folder of its own.

    Lint errors stop generation; warnings are only printed to stderr.

    \b
    exit codes  0 generated · 1 the spec has errors, or the folder cannot be written
                2 the spec cannot be read
    """
    found = accepted(spec)
    files = rendered(found.spec, package)
    for warning in found.warnings:
        click.echo(str(warning), err=True)
    try:
        changed = write(out, files)
    except TreeError as error:
        fail(str(error))
    click.echo(f"{out}: {len(files)} files {'written' if changed else 'unchanged'}", err=True)
    for left in leftovers(out):
        click.echo(
            f"{left}: left by an interrupted run; delete it unless a run is active", err=True
        )


def accepted(path: Path) -> Examined:
    """The spec in a file; the command ends where it cannot be read, or would not come through."""
    try:
        document = load(path)
    except SpecError as error:
        fail(str(error), UNREADABLE)
    try:
        return examined(document)
    except SpecError as error:
        fail(str(error))


def rendered(spec: Spec, package: str) -> dict[str, bytes]:
    """Every file that a spec gives; the command ends where it gives none."""
    try:
        return render(assemble(spec, package))
    except (SpecError, FormatterError) as error:
        fail(str(error))
