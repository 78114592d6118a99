"""Which call meets which fault."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.simulator.faults import catalogue
from elevatekit_plugins.simulator.faults.kinds import Kind
from elevatekit_plugins.simulator.headers import check_header

EVERY: Final = "*"
"""Stands for all operations."""
_FRAMING: Final = ("content-length", "transfer-encoding")


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule: the nth call of an operation meets this.

    Raises:
        ValueError: it has both a kind and a status or neither, there is no such kind, it says what
            its kind has no use for, or a header that cannot be sent.
    """

    operation: str
    """The id of an operation, or `*` for all of them: then all calls are counted together."""
    nth: Annotated[int, Meta(ge=1)] = 1
    """Which call, counted from 1 since the faults were set. Calls that are refused (no token, no
    such interaction, too many in flight) are not counted."""
    times: Annotated[int, Meta(ge=1)] = 1
    """How many calls in a row, from the nth on."""
    kind: str | None = None
    """A name of the catalogue (`elevatekit simulate --list-faults`)."""
    status: Annotated[int, Meta(ge=200, le=599)] | None = None
    """For an answer of your own: its status."""
    body: Any = None
    """With a status. A string is sent as it is; anything else as JSON. None: the documented error
    body."""
    headers: Mapping[str, str] = {}
    """With a status."""
    after: bool = False
    """Whether the call is carried out first, so that its true answer is lost. Kinds that are made
    of the true answer carry it out in any case."""
    seconds: float | None = None
    """For kinds with a pause, how long it is; None: as long as the kind says."""

    def __post_init__(self) -> None:
        if (self.kind is None) == (self.status is None):
            raise ValueError("a fault must have either a `kind` or a `status`")
        if self.kind is None:
            if self.seconds is not None:
                raise ValueError("`seconds` can be set for a `kind`, not for a `status`")
            for name, value in self.headers.items():
                check_header(name, value)
                if name.lower() in _FRAMING:
                    raise ValueError(
                        f"a rule cannot set {name}; use a kind of the plane wire to falsify lengths"
                    )
            return
        found = catalogue.find(self.kind)
        if found.plane == "tls":
            raise ValueError(
                f"{self.kind} is a fault of a listener, not of a call: use Simulator(tls=…), --tls"
            )
        if self.body is not None or self.headers:
            raise ValueError(
                f"`body` and `headers` can be set for a `status`, not for the kind {self.kind}"
            )
        if self.after and found.early:
            raise ValueError(
                f"{self.kind} happens before the call is read, so it does not accept `after`"
            )
        if self.seconds is not None:
            if found.seconds is None:
                raise ValueError(
                    f"the kind {self.kind} has no pause, so it does not accept `seconds`"
                )
            if not (self.seconds >= 0 and math.isfinite(self.seconds)):
                raise ValueError(f"`seconds` must be 0 or more, not {self.seconds}")

    @property
    def found(self) -> Kind | None:
        """The kind in the catalogue; None: an answer of one's own."""
        return None if self.kind is None else catalogue.find(self.kind)

    @property
    def carries_out(self) -> bool:
        """Whether the call is carried out, so that it has a true answer."""
        return self.after or (self.found is not None and self.found.spoils)

    def __str__(self) -> str:
        what = self.kind or f"status {self.status}"
        whose = "all operations" if self.operation == EVERY else self.operation
        return f"{what}, for call {self.nth} of {whose}"


def check_operation(rule: Fault, api: Api) -> None:
    """Make sure that the operation of a rule exists.

    Raises:
        ValueError: it does not; the message names the nearest.
    """
    known = [EVERY, *(operation.id for operation in api.operations)]
    if rule.operation not in known:
        near = did_you_mean(rule.operation, known)
        raise ValueError(f"a fault names an unknown operation: {rule.operation!r}{near}")
