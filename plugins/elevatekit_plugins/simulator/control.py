"""The simulator's own paths, below `/__sim__/`: for tests that are not written in Python."""

from __future__ import annotations

from typing import Final, Protocol

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import JSON
from elevatekit_plugins.simulator.faults import Fault, Faults
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


async def control(request: Request, controlled: Controlled) -> Response:
    """`GET ledger`; `POST reset`; `POST clock {"advance": 60}`; `POST faults [{…}]`."""
    body = await request.body()
    try:
        match request.method, request.scope["path"].removeprefix(CONTROL):
            case "GET", "ledger":
                return Response(msgspec.json.encode(controlled.ledger), media_type=JSON)
            case "POST", "reset":
                controlled.reset()
            case "POST", "clock":
                controlled.clock.advance(msgspec.json.decode(body, type=Move).advance)
            case "POST", "faults":
                controlled.faults.set(msgspec.json.decode(body, type=list[Fault]))
            case _:
                return Response("ledger, reset, clock and faults are here\n", 404)
    except (msgspec.DecodeError, ValueError) as error:
        return Response(f"{error}\n", 400)
    return Response(status_code=204)
