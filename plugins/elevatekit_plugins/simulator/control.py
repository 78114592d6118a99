"""The simulator's own paths, below `/__sim__/`: for tests that are not written in Python."""

from __future__ import annotations

from typing import Final, Protocol, Unpack

import msgspec
from msgspec import Struct
from starlette.requests import Request

from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import JSON
from elevatekit_plugins.simulator.faults import file
from elevatekit_plugins.simulator.faults.kinds import Answer
from elevatekit_plugins.simulator.faults.schedule import Faults
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.settings import Changes, changes

CONTROL: Final = "/__sim__/"


class Controlled(Protocol):
    """What can be controlled."""

    clock: VirtualClock
    faults: Faults

    @property
    def ledger(self) -> Ledger: ...

    def reset(self, **changes: Unpack[Changes]) -> None: ...

    def move(self, interaction: str | None, steps: int) -> None: ...


class Advance(Struct, forbid_unknown_fields=True):
    """The body of `POST /__sim__/clock`."""

    advance: float
    """Simulated seconds."""


class Move(Struct, forbid_unknown_fields=True):
    """The body of `POST /__sim__/progress`. Without one, all interactions take one step."""

    interaction: str | None = None
    steps: int = 1


async def control(request: Request, controlled: Controlled) -> Answer:
    """`GET ledger` and `faults`; `POST reset {…}`, `clock {"advance": 60}`, `faults [{…}]`, and
    `progress {"interaction": "…", "steps": 2}`."""
    body = await request.body()
    faults = controlled.faults
    try:
        match request.method, request.scope["path"].removeprefix(CONTROL):
            case "GET", "ledger":
                return _json(controlled.ledger)
            case "GET", "faults":
                return _json(faults.standing)
            case "POST", "reset":
                controlled.reset(**changes(body, faults.api))
            case "POST", "clock":
                controlled.clock.advance(msgspec.json.decode(body, type=Advance).advance)
            case "POST", "progress":
                move = msgspec.json.decode(body or b"{}", type=Move)
                controlled.move(move.interaction, move.steps)
            case "POST", "faults":
                faults.set(file.decode(body, faults.api))
            case _:
                return _text(404, "ledger, reset, clock, progress and faults are here\n")
    except KeyError as error:
        return _text(404, f"{error.args[0]}\n")
    except (msgspec.DecodeError, ValueError) as error:
        return _text(400, f"{error}\n")
    return Answer(status=204)


def _json(value: object) -> Answer:
    headers = (("content-type", JSON),)
    return Answer(status=200, headers=headers, content=msgspec.json.encode(value))


def _text(status: int, text: str) -> Answer:
    headers = (("content-type", "text/plain; charset=utf-8"),)
    return Answer(status=status, headers=headers, content=text.encode())
