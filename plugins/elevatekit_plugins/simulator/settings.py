"""How a simulator behaves, and what of that a reset may change."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Literal, TypedDict, get_args

import msgspec
from msgspec import Struct

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.faults.file import decode
from elevatekit_plugins.simulator.switchboard import convert
from elevatekit_plugins.simulator.switches import Switches

Pace = Literal["immediate", "time", "manual"]
"""What moves an interaction to its next state: nothing has to, the clock, or whoever tests."""


class Settings(Struct, frozen=True, kw_only=True):
    """How a simulator behaves.

    Raises:
        ValueError: the latency is negative or not finite, the quota is negative, or there is no
            such pace.
    """

    seed: int = 1
    """Where ids and made-up values come from."""
    latency: float = 0.0
    """Seconds that a request of a concurrency group takes."""
    inactive: Collection[str] = ()
    """Tokens that are refused although they have the form of one."""
    switches: Switches = Switches()
    faults: Sequence[Fault] = ()
    """Answers to send instead of the right ones, until others are set."""
    progress: Pace = "time"
    """How interactions that have to be processed go from state to state."""
    states: tuple[str, ...] = ()
    """The states that every interaction takes once the service has all that it needs, one after
    another; it keeps the last. Empty: those of the spec."""
    quota: int | None = None
    """How many answers each budget has left at first, as if others had asked before. None: as
    many as the spec says."""
    self_check: bool = False
    """Whether every answer is checked against a strict copy of the spec before it is sent."""
    log: bool = False
    """Whether a line for each request goes to stderr."""
    control: bool = True
    """Whether the simulator has its own paths, below `/__sim__/`."""

    def __post_init__(self) -> None:
        if self.quota is not None and self.quota < 0:
            raise ValueError(f"the quota must be 0 or more, not {self.quota}")
        if not (self.latency >= 0 and math.isfinite(self.latency)):
            raise ValueError(f"the latency must be 0 seconds or more, not {self.latency}")
        paces = list(get_args(Pace))
        if self.progress not in paces:
            hint = did_you_mean(str(self.progress), paces) or f"; available: {', '.join(paces)}"
            raise ValueError(f"unknown progress {self.progress!r}{hint}")


class Changes(TypedDict, total=False):
    """The settings that a reset may change, each as in `Settings`."""

    seed: int
    latency: float
    inactive: Collection[str]
    switches: Switches
    faults: Sequence[Fault]
    progress: Pace
    states: tuple[str, ...]
    quota: int | None
    self_check: bool
    log: bool


def changes(text: bytes, api: Api) -> Changes:
    """Read changes from JSON: an object of settings, each as it stands in its own file.

    Raises:
        ValueError: there is no such setting, or it cannot have the value.
    """
    given = msgspec.json.decode(text or b"{}", type=dict[str, msgspec.Raw])
    known = list(Changes.__annotations__)
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f"; available: {', '.join(known)}"
            raise ValueError(f"a reset cannot change {name!r}{hint}")
    switches, faults = given.pop("switches", None), given.pop("faults", None)
    found = msgspec.json.decode(msgspec.json.encode(given), type=Changes)
    if switches is not None:
        found["switches"] = convert(msgspec.json.decode(switches, type=dict[str, object]))
    if faults is not None:
        found["faults"] = decode(bytes(faults), api)
    return found
