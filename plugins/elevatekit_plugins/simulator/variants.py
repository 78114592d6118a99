"""Changes answers that keep the spec into what the switches say the service may send instead.

The self-check has seen them before: what is changed here differs from the spec on purpose.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from msgspec import UNSET, structs

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.clock import VirtualClock, http_date
from elevatekit_plugins.simulator.contract import Contract
from elevatekit_plugins.simulator.exchange import Reply
from elevatekit_plugins.simulator.shapes import DOUBTFUL, Shape
from elevatekit_plugins.simulator.switches import Switches

_CASES: Final[Mapping[str, Callable[[str], str]]] = {
    "lower": str.lower,
    "pascal": lambda name: name[:1].upper() + name[1:],
    "snake": lambda name: re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(),
}


class Variants:
    """The answers as these switches want them."""

    def __init__(self, api: Api, switches: Switches, clock: VirtualClock) -> None:
        self._message = api.error_message
        self._switches = switches
        self._clock = clock
        self._histories = {o.quota.history for o in api.operations if o.quota is not None}

    def of(self, reply: Reply, contract: Contract | None = None) -> Reply:
        """The answer that is sent."""
        if reply.status >= 400:
            return self._refusal(reply)
        schema = contract.answers.get(reply.status) if contract else None
        if contract is None or schema is None or not isinstance(reply.body, dict):
            return reply
        body: object = cast("dict[str, Any]", reply.body)
        reads_back = contract.operation.pull and contract.operation.pull.kind == "parameters"
        if reads_back and not self._switches.parameters_assumed:
            body = _known(body, schema.shape)
        if rename := _CASES.get(self._switches.result_letter_case):
            body = _renamed(body, schema.shape, rename)
        if self._bare(contract, schema.shape):
            body = next(iter(cast("dict[str, Any]", body).values()), None)
        return structs.replace(reply, body=body)

    def _said(self, body: object) -> str:
        values = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        return str(values.get(self._message, body))

    def _bare(self, contract: Contract, shape: Shape) -> bool:
        if contract.operation.id in self._histories:
            return self._switches.ask_history_shape == "list"
        doubtful = shape.evidence in DOUBTFUL and len(shape.properties) == 1
        return doubtful and self._switches.result_shape == "bare"

    def _refusal(self, reply: Reply) -> Reply:
        headers, body = dict(reply.headers), reply.body
        seconds = self._switches.limit_retry_after
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS and seconds is not None:
            headers["retry-after"] = str(seconds)
            if self._switches.limit_retry_after_form == "date":
                now = self._clock.now()
                headers |= {"date": http_date(now), "retry-after": http_date(now + seconds)}
        message = self._said(body)
        match self._switches.error_body:
            case "documented":
                pass
            case "message":
                body = {"message": message}
            case "problem":
                title = HTTPStatus(reply.status).phrase
                body = {"title": title, "status": reply.status, "detail": message}
                headers["content-type"] = "application/problem+json"
            case "text":
                body = message
            case "html":
                body = f"<html><body><h1>{reply.status}</h1>{html.escape(message)}</body></html>"
                headers["content-type"] = "text/html; charset=utf-8"
            case "empty":
                body = UNSET
        changed = body is not reply.body
        return structs.replace(
            reply, body=body, headers=headers, media=None if changed else reply.media
        )


def _known(body: object, shape: Shape) -> object:
    """An object without the properties that are only assumed."""
    values = cast("dict[str, Any]", body)
    assumed = {p.name for p in shape.properties if p.evidence == "assumed"}
    return {name: value for name, value in values.items() if name not in assumed}


def _renamed(body: Any, shape: Shape, rename: Callable[[str], str]) -> Any:
    """The value with other names for the properties that are likely themselves."""
    if isinstance(body, list):
        items, inner = cast("list[object]", body), shape.items
        return [_renamed(item, inner, rename) for item in items] if inner else items
    if not isinstance(body, dict):
        return body
    values = cast("dict[str, object]", body)
    return {
        rename(p.name) if p.evidence == "likely" else p.name: _renamed(
            values[p.name], p.shape, rename
        )
        for p in shape.properties
        if p.name in values
    }
