"""What `elevatekit simulate` tells about its switches, and how they are set there."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from elevatekit_plugins.cli.terminal import show

if TYPE_CHECKING:
    from elevatekit_plugins.simulator.switches import Switches

WIDTH: Final = 96


def chosen(file: Path | None, settings: Iterable[str]) -> Switches:
    """The switches of `--switches` and of `--set`, which comes after it.

    Raises:
        ValueError: a switch cannot be used; the message names it, and the line of the file.
        OSError: the file cannot be read.
    """
    from elevatekit_plugins.simulator import switchboard

    values = switchboard.read(file) if file else {}
    return switchboard.convert(values | switchboard.parse(settings))


def list_switches(as_json: bool) -> None:
    """Print every switch with what it does, where it applies, and how well its default is known."""
    from elevatekit_plugins.simulator import switchboard

    switches = switchboard.switches()
    if as_json:
        show(msgspec.json.format(msgspec.json.encode(switches), indent=2).decode() + "\n")
        return
    for switch in switches:
        default = msgspec.json.encode(switch.default).decode().strip('"')
        click.echo(click.style(f"{switch.name}={default}", bold=True))
        told = {
            "takes": ", ".join(switch.values),
            "where": switch.where,
            "known": f"{switch.evidence}: {switch.because}",
        }
        click.echo(
            textwrap.fill(switch.description, WIDTH, initial_indent="  ", subsequent_indent="  ")
        )
        for word, text in told.items():
            click.echo(
                textwrap.fill(
                    text, WIDTH, initial_indent=f"    {word}  ", subsequent_indent=" " * 11
                )
            )
        click.echo()
