"""What becomes of a call that meets a fault."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.api import is_json
from elevatekit_plugins.simulator.contract import JSON, Contract
from elevatekit_plugins.simulator.exchange import Reply
from elevatekit_plugins.simulator.faults.kinds import Answer, Case, Script
from elevatekit_plugins.simulator.faults.rules import Fault

_NO_BODY: Final = {"note": "the true answer has no body, and this fault is made of one"}


class Broken(Struct, frozen=True):
    """What is done to a connection instead of answering."""

    kind: str
    script: Script


Outcome = Answer | Broken


def encode(reply: Reply) -> Answer:
    """An answer in bytes."""
    headers = tuple((name.lower(), value) for name, value in reply.headers.items())
    if reply.body is UNSET:
        return Answer(status=reply.status, headers=headers)
    plain = isinstance(reply.body, str | bytes) and not is_json(reply.media or "")
    if "content-type" not in dict(headers):
        kind = reply.media or ("text/plain; charset=utf-8" if plain else JSON)
        headers = (*headers, ("content-type", kind))
    if not plain:
        content = msgspec.json.encode(reply.body)
    else:
        content = reply.body if isinstance(reply.body, bytes) else str(reply.body).encode()
    return Answer(status=reply.status, headers=headers, content=content)


def decode(answer: Answer) -> Reply:
    """What an answer says, where it is JSON: as much of it as a service remembers."""
    try:
        return Reply(status=answer.status, body=msgspec.json.decode(answer.content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Reply(status=answer.status)


def strike(
    rule: Fault, contract: Contract, *, path: str, message: str, true: Reply | None
) -> Outcome | None:
    """What a rule makes of a call; None: nothing can be made of its true answer.

    Args:
        path: The path of the request.
        message: The name of the property in which the API says what went wrong.
        true: The true answer; None: the call is not carried out.
    """
    answer = encode(true) if true else Answer(status=200)
    if not answer.content:
        status = 200 if answer.status == 204 else answer.status
        answer = encode(Reply(status=status, body=_NO_BODY))
    kind = rule.found
    case = Case(
        contract=contract,
        path=path,
        message=message,
        seconds=rule.seconds if rule.seconds is not None else (kind and kind.seconds) or 0.0,
        answer=answer,
        body=true.body if true else UNSET,
    )
    if kind is None:
        return _own(rule, case)
    if kind.play is not None:
        return Broken(kind.name, kind.play(case))
    assert kind.make is not None, "a rule has no kind of a listener"
    return kind.make(case)


def _own(rule: Fault, case: Case) -> Answer:
    assert rule.status is not None, "a rule has a kind or a status"
    if rule.body is None and rule.status >= 400:
        return case.refusal(rule.status, rule.headers)
    body = UNSET if rule.body is None else rule.body
    return encode(Reply(status=rule.status, body=body, headers=rule.headers))
