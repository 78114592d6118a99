"""Takes requests: finds the operation, checks, limits, and has the service carry them out."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.admission import Admission
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.faults.kinds import Answer
from elevatekit_plugins.simulator.faults.schedule import Faults, Scheduled
from elevatekit_plugins.simulator.faults.striking import Outcome, decode, encode, strike
from elevatekit_plugins.simulator.gate import Gate
from elevatekit_plugins.simulator.receiving import receive
from elevatekit_plugins.simulator.routing import Router
from elevatekit_plugins.simulator.service import Service
from elevatekit_plugins.simulator.settings import Settings
from elevatekit_plugins.simulator.variants import Variants


class Reception:
    """One service from its beginning to the next reset."""

    def __init__(
        self,
        api: Api,
        contracts: Mapping[str, Contract],
        settings: Settings,
        *,
        router: Router,
        faults: Faults,
        clock: VirtualClock,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._message = api.error_message
        self._settings = settings
        self._router = router
        self._faults = faults
        self._sleep = sleep
        self._service = Service(api, contracts, settings, clock)
        self.move = self._service.move
        self.ledger = self._service.ledger
        self._gate = Gate(self.ledger, settings.switches)
        self._variants = Variants(api, settings.switches, clock)
        self._admission = Admission(api, self._service.replies, self._service.store, settings)

    async def reply(self, request: Request) -> Outcome:
        """The answer to a request, or what is done to its connection instead.

        Raises:
            ClientDisconnect: the client went away before the request was complete.
        """
        try:
            outcome = await self._reply(request)
        except ClientDisconnect:
            raise
        except Exception as error:
            traceback.print_exc()
            outcome = encode(self._broken(f"the simulator failed: {error!r}"))
        if isinstance(outcome, Answer):
            self.ledger.statuses[outcome.status] += 1
        return outcome

    async def _reply(self, request: Request) -> Outcome:
        path: str = request.scope["path"]
        found = self._router.find(request.method, path)
        if isinstance(found, tuple):
            return encode(self._lost(request, found))
        contract = found.contract
        self.ledger.calls[contract.operation.id] += 1
        if early := self._faults.early(contract.operation.id):
            return self._struck(early, Call(contract=contract, token=""), path)
        received = await receive(request, contract, self._settings.switches)
        call, refusal = self._admission.admit(contract, request, found.values, received)
        if refusal is not None:
            return encode(self._settled(call, refusal))
        rule = contract.operation.concurrency
        if rule is None:
            return self._accepted(call, path)
        if not self._gate.enter(call.token, rule):
            limit = self._gate.limit(rule)
            message = f"{limit} requests of {rule.group} are in flight, which is the limit"
            return encode(self._settled(call, self._service.replies.refuse(call, message, 429)))
        try:
            if self._settings.latency:
                await self._sleep(self._settings.latency)
            return self._accepted(call, path)
        finally:
            self._gate.leave(call.token, rule)

    def _accepted(self, call: Call, path: str) -> Outcome:
        due = self._faults.due(call.contract.operation.id)
        return self._struck(due, call, path) if due else encode(self._carried_out(call))

    def _carried_out(self, call: Call) -> Reply:
        reply = self._service.serve(call)
        self.ledger.answered[call.contract.operation.id] += reply.status < 400
        return self._settled(call, reply)

    def _settled(self, call: Call, reply: Reply) -> Reply:
        self._service.questions.settle(call, reply)
        return self._checked(call.contract, reply)

    def _struck(self, due: Scheduled, call: Call, path: str) -> Outcome:
        true = self._carried_out(call) if due.rule.carries_out else None
        outcome = strike(due.rule, call.contract, path=path, message=self._message, true=true)
        if outcome is None:
            assert true is not None, "only a true answer can be left empty"
            return encode(true)
        due.fired += 1
        self.ledger.faults += 1
        if true is None and isinstance(outcome, Answer):
            self._service.questions.settle(call, decode(outcome))
        return outcome

    def _lost(self, request: Request, allowed: tuple[str, ...]) -> Reply:
        message = f"no operation has the path {request.scope['path']}"
        if not allowed:
            return self._variants.of(Reply(status=404, body={self._message: message}))
        methods = ", ".join(allowed)
        body = {self._message: f"{message} with {request.method}; it has {methods}"}
        return self._variants.of(Reply(status=405, body=body, headers={"allow": methods}))

    def _checked(self, contract: Contract, reply: Reply) -> Reply:
        # A spec need not list every error (OpenAPI 3.1, 4.8.16).
        due = self._settings.self_check and (reply.status < 400 or contract.documents(reply.status))
        problem = contract.problem(reply.status, reply.body) if due else None
        if problem is None:
            return self._variants.of(reply, contract)
        answer = f"the answer of {contract.operation.id} with {reply.status}"
        return self._broken(f"{answer} breaks the spec: {problem}")

    def _broken(self, message: str) -> Reply:
        self.ledger.violations.append(message)
        return Reply(status=500, body={self._message: message})
