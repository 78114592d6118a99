"""Checks a request against the spec, in the order in which a service would find out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from starlette.requests import Request

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.exchange import Call, Reply
from elevatekit_plugins.simulator.receiving import Received
from elevatekit_plugins.simulator.replies import Replies
from elevatekit_plugins.simulator.state import Store

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Admission:
    """Turns requests into calls, or into refusals."""

    def __init__(self, api: Api, replies: Replies, store: Store, inactive: Collection[str]) -> None:
        self._identifier = api.pull.identifier if api.pull else ""
        self._key = api.key.header
        self._replies = replies
        self._store = store
        self._inactive = frozenset(token.lower() for token in inactive)

    def admit(
        self, contract: Contract, request: Request, path: Mapping[str, str], received: Received
    ) -> Call | Reply:
        """Token, parameters, interaction, body: the call, or the first refusal."""
        refuse = self._replies.refuse
        token = request.headers.get(self._key, "")
        call = Call(contract=contract, token=token)
        if not _GUID.fullmatch(token) or token.lower() in self._inactive:
            return refuse(call, f"the header {self._key} holds no active token", 401)
        sources: dict[str, Mapping[str, str]] = {
            "path": path,
            "query": request.query_params,
            "header": request.headers,
        }
        for check in contract.parameters:
            problem = check.problem(sources.get(check.location, {}).get(check.name))
            if problem is not None:
                # A path whose parameter does not fit is no path of the service.
                statuses = (404, 400) if check.location == "path" else (400, 422, 404)
                return refuse(call, problem, *statuses)
        interaction = None
        if self._identifier in path:
            interaction = self._store.find(path[self._identifier], token)
            if interaction is None:
                return refuse(call, f"there is no interaction {path[self._identifier]}", 404)
        problem = received.problem
        if problem is None and contract.body is not None:
            problem = contract.body.of(received.body).validator.problem(received.body)
        if problem is not None:
            return refuse(call, problem, *((413,) if received.too_large else ()), 400, 422)
        return Call(
            contract=contract,
            token=token,
            interaction=interaction,
            body=received.body,
            language=request.headers.get("accept-language") if contract.speaks else None,
            audio=received.upload.audio if received.upload else None,
        )
