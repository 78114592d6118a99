"""Every kind of fault by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Final

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.simulator.faults import (
    bodies,
    coding,
    connections,
    drift,
    framing,
    heads,
    listeners,
    silence,
    statuses,
    waits,
)
from elevatekit_plugins.simulator.faults.kinds import Kind


def _of(module: ModuleType) -> list[Kind]:
    return [value for value in vars(module).values() if isinstance(value, Kind)]


_ALL: Final = (
    *statuses.ERRORS,
    *_of(statuses),
    *waits.WAITS,
    *(kind for module in (bodies, drift) for kind in _of(module)),
    *(kind for module in (connections, framing, coding, heads, silence) for kind in _of(module)),
    *listeners.LISTENERS,
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({kind.name: kind for kind in _ALL})


def find(name: str) -> Kind:
    """The kind of this name.

    Raises:
        ValueError: there is none; the message names the nearest.
    """
    kind = KINDS.get(name)
    if kind is None:
        hint = did_you_mean(name, list(KINDS)) or "; `elevatekit simulate --list-faults` lists them"
        raise ValueError(f"unknown kind of fault {name!r}{hint}")
    return kind
