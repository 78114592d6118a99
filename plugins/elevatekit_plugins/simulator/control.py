"""The simulator's own paths, below `/__sim__/`: for tests that are not written in Python."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec
from msgspec import Struct
from starlette.requests import Request

from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import JSON
from elevatekit_plugins.simulator.faults import file
from elevatekit_plugins.simulator.faults.kinds import Answer
from elevatekit_plugins.simulator.faults.schedule import Faults
from elevatekit_plugins.simulator.ledger import Ledger

CONTROL: Final = "/__sim__/"


class Controlled(Protocol):
    """What can be controlled."""

    clock: VirtualClock
    faults: Faults

    @property
    def ledger(self) -> Ledger: ...

    def reset(self) -> None: ...


class Move(Struct, forbid_unknown_fields=True):
    """The body of `POST /__sim__/clock`."""

    advance: float
    """Simulated seconds."""


async def control(request: Request, controlled: Controlled) -> Answer:
    """`GET ledger` and `faults`; `POST reset`, `clock {"advance": 60}` and `faults [{…}]`."""
    body = await request.body()
    faults = controlled.faults
    try:
        match request.method, request.scope["path"].removeprefix(CONTROL):
            case "GET", "ledger":
                return _json(controlled.ledger)
            case "GET", "faults":
                return _json(faults.standing)
            case "POST", "reset":
                controlled.reset()
            case "POST", "clock":
                controlled.clock.advance(msgspec.json.decode(body, type=Move).advance)
            case "POST", "faults":
                faults.set(file.decode(body, faults.api))
            case _:
                return _text(404, "ledger, reset, clock and faults are here\n")
    except (msgspec.DecodeError, ValueError) as error:
        return _text(400, f"{error}\n")
    return Answer(status=204)


def _json(value: object) -> Answer:
    headers = (("content-type", JSON),)
    return Answer(status=200, headers=headers, content=msgspec.json.encode(value))


def _text(status: int, text: str) -> Answer:
    headers = (("content-type", "text/plain; charset=utf-8"),)
    return Answer(status=status, headers=headers, content=text.encode())
