"""The simulator as an ASGI application: from a request to an answer."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.admission import Admission
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import JSON, Contract, contracts
from elevatekit_plugins.simulator.control import CONTROL, control
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.faults import Fault, Faults
from elevatekit_plugins.simulator.gate import Gate
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.receiving import receive
from elevatekit_plugins.simulator.routing import Router
from elevatekit_plugins.simulator.service import Service
from elevatekit_plugins.simulator.switches import Switches


class Settings(Struct, frozen=True, kw_only=True):
    """How a simulator behaves."""

    seed: int = 1
    """Where ids and made-up values come from."""
    latency: float = 0.0
    """Seconds that a request of a concurrency group takes."""
    inactive: Collection[str] = ()
    """Tokens that are refused although they have the form of one."""
    switches: Switches = Switches()
    faults: tuple[Fault, ...] = ()
    self_check: bool = False
    """Whether every answer is checked against a strict copy of the spec before it is sent."""
    log: bool = False
    """Whether a line for each request goes to stderr."""

    def __post_init__(self) -> None:
        if not (self.latency >= 0 and math.isfinite(self.latency)):
            raise ValueError(f"the latency {self.latency} is not a number of seconds from 0 up")


class Simulation:
    """One simulated service, as an ASGI application.

    Raises:
        KeyError: the document lacks an operation of the table.
        ValueError: a fault names an unknown operation.
    """

    def __init__(
        self, api: Api, document: Mapping[str, Any], settings: Settings, clock: VirtualClock
    ) -> None:
        self.clock = clock
        self.faults = Faults(api, settings.faults)
        self._api = api
        self._settings = settings
        self._contracts = contracts(api, document)
        self._router = Router(api.base_url, self._contracts.values())
        self.reset()

    def reset(self) -> None:
        """Forget every interaction and count, and set the clock back. Faults stay as they are."""
        self.clock.reset()
        settings = self._settings
        self._service = Service(
            self._api,
            self._contracts,
            seed=settings.seed,
            switches=settings.switches,
            clock=self.clock,
        )
        self._gate = Gate(self.ledger)
        self._admission = Admission(
            self._api, self._service.replies, self._service.store, settings.inactive
        )

    @property
    def prefix(self) -> str:
        """The path below which the operations are: `/v1`."""
        return self._router.prefix

    @property
    def ledger(self) -> Ledger:
        """What was counted since the last reset."""
        return self._service.ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        begun = time.perf_counter()
        if scope["path"].startswith(CONTROL):
            response = await control(request, self)
        else:
            reply = await self._reply(request)
            self.ledger.statuses[reply.status] += 1
            response = _response(reply)
        if self._settings.log:
            taken = (time.perf_counter() - begun) * 1000
            line = f"{request.method} {scope['path']} {response.status_code} {taken:.1f} ms\n"
            sys.stderr.write(line)
        await response(scope, receive, send)

    async def _reply(self, request: Request) -> Reply:
        settings = self._settings
        found = self._router.find(request.method, request.scope["path"])
        if isinstance(found, tuple):
            message = f"no operation has the path {request.scope['path']}"
            if not found:
                return Reply(status=404, body={self._api.error_message: message})
            message = f"{message} with {request.method}; it has {', '.join(found)}"
            headers = {"allow": ", ".join(found)}
            return Reply(status=405, body={self._api.error_message: message}, headers=headers)
        contract = found.contract
        self.ledger.calls[contract.operation.id] += 1
        received = await receive(
            request, contract, any_part=self._settings.switches.upload_any_part
        )
        call = self._admission.admit(contract, request, found.values, received)
        if isinstance(call, Reply):
            return self._checked(contract, call)
        rule = contract.operation.concurrency
        if rule is None:
            return self._carried_out(call)
        if not self._gate.enter(call.token, rule):
            message = f"{rule.limit} requests of {rule.group} are in flight: no more at a time"
            return self._checked(contract, self._service.replies.refuse(call, message, 429))
        try:
            if settings.latency:
                await asyncio.sleep(settings.latency)
            return self._carried_out(call)
        finally:
            self._gate.leave(call.token, rule)

    def _carried_out(self, call: Call) -> Reply:
        fault = self.faults.due(call.contract.operation.id)
        reply = self._service.serve(call) if fault is None or fault.after else None
        if fault is not None:
            self.ledger.faults += 1
            message = f"a fault was set for {fault.operation}"
            body = {self._api.error_message: message} if fault.body is None else fault.body
            answered = Reply(status=fault.status, body=body, headers=fault.headers)
            if reply is None:
                self._service.questions.settle(call, answered)
            return answered
        assert reply is not None
        self._service.questions.settle(call, reply)
        return self._checked(call.contract, reply)

    def _checked(self, contract: Contract, reply: Reply) -> Reply:
        problem = contract.problem(reply.status, reply.body) if self._settings.self_check else None
        if problem is None:
            return reply
        message = (
            f"the answer of {contract.operation.id} with {reply.status} breaks the spec: {problem}"
        )
        self.ledger.violations.append(message)
        return Reply(status=500, body={self._api.error_message: message})


def _response(reply: Reply) -> Response:
    if reply.body is UNSET:
        return Response(status_code=reply.status, headers=reply.headers)
    body = reply.body
    if isinstance(body, str):
        return Response(body, reply.status, headers=reply.headers, media_type="text/plain")
    return Response(msgspec.json.encode(body), reply.status, headers=reply.headers, media_type=JSON)
