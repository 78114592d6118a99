"""What the commands have in common: options, and how they end."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, NoReturn

import click

from elevatekit_codegen.names import PACKAGE_TAKEN, is_package

UNREADABLE: Final = 2
"""The exit code for a spec that cannot be read at all, and for wrong usage."""

spec_option = click.option(
    "--spec",
    type=click.Path(path_type=Path),
    default=Path("spec/openapi.yaml"),
    show_default=True,
    help="The OpenAPI document.",
)


def _folder(context: click.Context, parameter: click.Parameter, path: Path) -> Path:
    if os.path.exists(path) and not os.path.isdir(path):
        raise click.BadParameter(f"{path} is not a folder; choose another one or move it")
    return path


def _importable(context: click.Context, parameter: click.Parameter, name: str) -> str:
    if not is_package(name):
        raise click.BadParameter(f"{name!r} is not a valid package name")
    if name in PACKAGE_TAKEN:
        raise click.BadParameter(
            f"{name!r} would hide a module of Python or of the SDK; choose another name"
        )
    return name


out_option = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("generated"),
    show_default=True,
    callback=_folder,
    help="The output folder.",
)
package_option = click.option(
    "--package",
    default="elevatekit",
    show_default=True,
    callback=_importable,
    help="The name of the package and its command.",
)


def fail(message: str, code: int = 1) -> NoReturn:
    """Say why a command cannot do what it was asked for, and end it."""
    click.echo(message, err=True)
    sys.exit(code)
