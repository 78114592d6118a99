"""The command `elevatekit-codegen`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NoReturn

import click

try:
    from elevatekit_codegen import assemble, render, source, tree
    from elevatekit_codegen.loading import load
    from elevatekit_codegen.reading import read_spec
except ModuleNotFoundError as error:
    # The script is installed with the package, its needs only with the extra.
    sys.exit(f'elevatekit-codegen needs {error.name}: pip install "elevatekit[codegen]"')

_spec = click.option(
    "--spec", type=click.Path(path_type=Path), default=Path("spec/openapi.yaml"), show_default=True
)
_out = click.option(
    "--out", type=click.Path(path_type=Path), default=Path("generated"), show_default=True
)
_package = click.option("--package", default="elevatekit", show_default=True)


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
        changed = tree.write(out, files)
    except tree.TreeError as error:
        _fail(str(error))
    click.echo(f"{out}: {len(files)} files {'written' if changed else 'as they were'}", err=True)


def _rendered(spec: Path, package: str) -> dict[str, bytes]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", package):
        raise click.BadParameter(f"{package!r} is no name of a package", param_hint="--package")
    try:
        return render.render(assemble.assemble(read_spec(load(spec)), package))
    except source.SpecError as error:
        _fail("\n".join(str(finding) for finding in error.findings))
    except render.FormatterError as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)
