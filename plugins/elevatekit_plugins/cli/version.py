"""`--version`: the version, and every plugin with the distribution that brought it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from elevatekit_plugins.api import Api
from elevatekit_plugins.host.discovery import COMMANDS, installed


def version_option(api: Api) -> Callable[[Any], Any]:
    """Give the root command `--version`. It imports no plugin: it reads what is installed."""

    def show(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo("\n".join(_lines(api)))
            ctx.exit()

    return click.option(
        "--version",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=show,
        help="Show the version and installed plugins, and exit.",
    )


def _lines(api: Api) -> Iterator[str]:
    yield f"{api.name} {_version(api)}"
    commands = installed(COMMANDS)
    for title, found in (("plugins", installed()), ("commands", commands)):
        if found:
            # What others brought comes first: it is what a report of a fault must not lack.
            others_first = sorted(found, key=lambda candidate: candidate.builtin)
            yield f"{title}: {', '.join(candidate.label for candidate in others_first)}"


def _version(api: Api) -> str:
    try:
        return version(api.name)
    except PackageNotFoundError:
        return api.version
