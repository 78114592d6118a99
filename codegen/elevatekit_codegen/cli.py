"""The command `elevatekit-codegen`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, NoReturn

import click

from elevatekit_plugins.errors import missing_extra

try:
    from elevatekit_codegen.assemble import assemble
    from elevatekit_codegen.check import check as compare
    from elevatekit_codegen.lint import vetted
    from elevatekit_codegen.loading import load
    from elevatekit_codegen.names import PACKAGE_TAKEN, is_package
    from elevatekit_codegen.render import FormatterError, render
    from elevatekit_codegen.source import Document, SpecError
    from elevatekit_codegen.tree import TreeError, write
except ModuleNotFoundError as error:
    # The script is installed with the package, its needs only with the extra.
    sys.exit(str(missing_extra("elevatekit-codegen", error, "codegen")))

UNREADABLE: Final = 2
"""The exit code for a spec that cannot be read at all, and for wrong usage."""

_spec = click.option(
    "--spec", type=click.Path(path_type=Path), default=Path("spec/openapi.yaml"), show_default=True
)


def _folder(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    if os.path.exists(path) and not os.path.isdir(path):
        raise click.BadParameter(f"{path} is no folder; name one, or move it away")
    return path


def _importable(context: click.Context, parameter: click.Parameter, name: str) -> str:
    if not is_package(name):
        raise click.BadParameter(f"{name!r} is no name of a package")
    if name in PACKAGE_TAKEN:
        raise click.BadParameter(
            f"{name!r} is a module of Python or one that the SDK imports, and would hide it;"
            " choose another name"
        )
    return name


_out = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("generated"),
    show_default=True,
    callback=_folder,
)
_package = click.option("--package", default="elevatekit", show_default=True, callback=_importable)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Make the SDK from its OpenAPI spec, and prove that it is what the spec gives."""


@main.command()
@_spec
@_out
@_package
def generate(spec: Path, out: Path, package: str) -> None:
    """Write the SDK into a folder, which then holds it and nothing else."""
    files = _rendered(spec, package)
    try:
        changed = write(out, files)
    except TreeError as error:
        _fail(str(error))
    click.echo(f"{out}: {len(files)} files {'written' if changed else 'as they were'}", err=True)


@main.command()
@_spec
@_out
@_package
def check(spec: Path, out: Path, package: str) -> None:
    """Prove that a folder holds what the spec gives: silent, or a line for each file."""
    files = _rendered(spec, package)
    try:
        lines = compare(out, files)
    except OSError as error:
        _fail(f"{error.filename or out} cannot be read: {error.strerror}")
    if lines:
        _fail("\n".join(lines))


@main.command()
@_spec
def lint(spec: Path) -> None:
    """Say what is wrong with a spec, with file and line."""
    try:
        vetted(_loaded(spec))
    except SpecError as error:
        # They are what was asked for, so they go to stdout.
        click.echo(str(error))
        sys.exit(1)


def _loaded(spec: Path) -> Document:
    try:
        return load(spec)
    except SpecError as error:
        _fail(str(error), UNREADABLE)


def _rendered(spec: Path, package: str) -> dict[str, bytes]:
    document = _loaded(spec)
    try:
        return render(assemble(vetted(document), package))
    except (SpecError, FormatterError) as error:
        _fail(str(error))


def _fail(message: str, code: int = 1) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)
