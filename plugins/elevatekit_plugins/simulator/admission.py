"""Checks a request against the spec, in the order in which a service would find out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from msgspec import UNSET, structs
from starlette.requests import Request

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.receiving import Received
from elevatekit_plugins.simulator.replies import Replies
from elevatekit_plugins.simulator.scrutiny import objection, shortened
from elevatekit_plugins.simulator.settings import Settings
from elevatekit_plugins.simulator.state import Store

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Admission:
    """Turns requests into calls, and says which of them are refused."""

    def __init__(self, api: Api, replies: Replies, store: Store, settings: Settings) -> None:
        self._identifier = api.pull.identifier if api.pull else ""
        self._declare = api.pull.declare if api.pull else ""
        self._key = api.key
        self._replies = replies
        self._store = store
        self._switches = settings.switches
        self._inactive = frozenset(token.lower() for token in settings.inactive)

    def admit(
        self, contract: Contract, request: Request, path: Mapping[str, str], received: Received
    ) -> tuple[Call, Reply | None]:
        """Token, parameters, interaction, body: the call as far as it is known, and the first
        refusal; None: the call can be carried out."""
        call = Call(
            contract=contract,
            token=self._key.credential(request.headers.get(self._key.header, "")),
            body=received.body,
            language=request.headers.get("accept-language") if contract.speaks else None,
            audio=received.upload.audio if received.upload else None,
        )
        refusal = self._stranger(call) or self._misfit(call, request, path)
        if refusal is not None or self._identifier not in path:
            return call, refusal or self._unfit(call, received)
        identifier = path[self._identifier]
        interaction = self._store.find(identifier, call.token)
        if interaction is None:
            message = f"interaction {identifier} does not exist"
            likely = 404 in contract.doubtful
            status = self._switches.interaction_likely_status if likely else 404
            return call, self._replies.refuse(call, message, status, 404)
        call = structs.replace(call, interaction=interaction)
        return call, self._unfit(call, received)

    def _stranger(self, call: Call) -> Reply | None:
        # Of a user and a password, the password.
        secret = call.token.rpartition(":")[2] if self._key.scheme == "Basic" else call.token
        active = _GUID.fullmatch(secret) and secret.lower() not in self._inactive
        if active or call.contract.operation.public:
            return None
        likely = 401 in call.contract.doubtful
        status = self._switches.token_likely_status if likely else 401
        message = f"the header {self._key.header} holds no active token"
        return self._replies.refuse(call, message, status, 401)

    def _misfit(self, call: Call, request: Request, path: Mapping[str, str]) -> Reply | None:
        """The refusal of a parameter."""
        for check in call.contract.parameters:
            match check.location:
                case "path":
                    texts = [path[check.name]]
                case "query":
                    texts = request.query_params.getlist(check.name)
                case _:
                    texts = request.headers.getlist(check.name)
            problem = check.problem(texts)
            if problem is not None:
                # A path whose parameter does not fit is no path of the service.
                statuses = (404, 400) if check.location == "path" else (400, 422, 404)
                return self._replies.refuse(call, problem, *statuses)
        return None

    def _unfit(self, call: Call, received: Received) -> Reply | None:
        """The refusal of a body."""
        problem = received.problem or self._problem(call)
        if problem is None:
            return None
        asks = call.contract.operation.quota is not None
        invalid = self._switches.ask_invalid_status if asks else 400
        statuses = (413,) if received.too_large else ()
        return self._replies.refuse(call, problem, *statuses, invalid, 400, 422)

    def _problem(self, call: Call) -> str | None:
        if call.contract.body is None or call.body is UNSET:
            return None
        schema = call.contract.body.of(call.body)
        longer = self._switches.ask_any_length and call.contract.operation.quota is not None
        body = shortened(call.body, schema.shape) if longer else call.body
        problem = schema.validator.problem(body)
        if problem is None and call.contract.operation.id == self._declare:
            return objection(body, schema.shape, self._switches)
        return problem
