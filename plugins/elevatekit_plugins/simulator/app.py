"""The simulator as an ASGI application."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Unpack

from msgspec import structs
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import contracts
from elevatekit_plugins.simulator.control import CONTROL, control
from elevatekit_plugins.simulator.faults.kinds import Answer
from elevatekit_plugins.simulator.faults.schedule import Faults
from elevatekit_plugins.simulator.faults.striking import Outcome
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.reception import Reception
from elevatekit_plugins.simulator.routing import Router
from elevatekit_plugins.simulator.settings import Changes, Settings
from elevatekit_plugins.simulator.wire import Connection

_WITHOUT_BODY: Final = (204, 304)


class Simulation:
    """One simulated service.

    Args:
        document: The OpenAPI document of the API.
        clock: Simulated time.
        sleep: How a request of a concurrency group takes its time.

    Raises:
        ValueError: the document lacks an operation of the table or is not valid, a fault names an
            unknown operation, or a state is none of the spec.
    """

    def __init__(
        self,
        api: Api,
        document: Mapping[str, Any],
        settings: Settings,
        clock: VirtualClock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self.faults = Faults(api)
        self._api = api
        self._begun = settings
        self._contracts = contracts(api, document)
        self._router = Router(api.base_url, self._contracts.values())
        self._sleep = sleep
        self.reset()

    def reset(self, **changes: Unpack[Changes]) -> None:
        """Begin again: nothing declared or counted, the first settings, the clock at its start.

        Args:
            changes: Settings that are others until the next reset.

        Raises:
            ValueError: one of them cannot be used. Then everything is as it was.
        """
        settings = structs.replace(self._begun, **changes)
        reception = Reception(
            self._api,
            self._contracts,
            settings,
            router=self._router,
            faults=self.faults,
            clock=self.clock,
            sleep=self._sleep,
        )
        self.faults.set(settings.faults)
        self.clock.reset()
        self._settings, self._reception = settings, reception

    def move(self, interaction: str | None = None, steps: int = 1) -> None:
        """Take interactions to their next states, where the progress is `manual`."""
        self._reception.move(interaction, steps)

    @property
    def prefix(self) -> str:
        """The path below which the operations are: `/v1`."""
        return self._router.prefix

    @property
    def ledger(self) -> Ledger:
        """What was counted since the last reset."""
        return self._reception.ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        begun = time.perf_counter()
        try:
            if self._settings.control and scope["path"].startswith(CONTROL):
                outcome: Outcome = await control(request, self)
            else:
                outcome = await self._reception.reply(request)
        except ClientDisconnect:
            return
        if self._settings.log:
            taken = (time.perf_counter() - begun) * 1000
            what = outcome.status if isinstance(outcome, Answer) else outcome.kind
            sys.stderr.write(f"{request.method} {scope['path']} {what} {taken:.1f} ms\n")
        if isinstance(outcome, Answer):
            await _send(outcome, send)
        else:
            connection: Connection = scope["state"]["connection"]
            await connection.perform(outcome.script)


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status not in _WITHOUT_BODY:
        headers.append((b"content-length", b"%d" % len(answer.content)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})
