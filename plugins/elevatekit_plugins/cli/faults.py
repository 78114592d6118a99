"""What `elevatekit simulate` tells about faults: which there are, and which never fired."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from elevatekit_plugins.cli.terminal import say
from elevatekit_plugins.errors import missing_extra

if TYPE_CHECKING:
    from elevatekit_plugins.simulator.faults.kinds import Kind
    from elevatekit_plugins.simulator.server import Simulator


def list_kinds(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    """The callback of `--list-faults`: print the catalogue, a kind a line, and end."""
    if not wanted or context.resilient_parsing:
        return
    try:
        from elevatekit_plugins.simulator.faults import KINDS
    except ModuleNotFoundError as error:
        raise missing_extra("the simulator", error, "simulator") from None
    width = max(len(name) for name in KINDS)
    for kind in KINDS.values():
        click.echo(f"{kind.name:<{width}}  {kind.plane:<11}  {kind.summary}{_notes(kind)}")
    context.exit()


def tell_unfired(simulator: Simulator) -> None:
    """Say on stderr which faults no call has met: a test that counts on them proves nothing."""
    for rule in simulator.faults.unfired:
        say(f"a fault never fired: {rule}")


def _notes(kind: Kind) -> str:
    notes = ["the call is carried out"] if kind.spoils else []
    if kind.seconds is not None:
        notes.append(f"seconds: {kind.seconds:g}")
    return f" ({'; '.join(notes)})" if notes else ""
