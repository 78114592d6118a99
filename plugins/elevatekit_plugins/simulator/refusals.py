"""Errors in the form that the spec gives them."""

from __future__ import annotations

from msgspec import UNSET

from elevatekit_plugins.api import is_json
from elevatekit_plugins.simulator.contract import JSON, Contract
from elevatekit_plugins.simulator.exchange import Reply
from elevatekit_plugins.simulator.placing import Scope, place


def refusal(contract: Contract, status: int, message: str, property: str) -> Reply:
    """An error that tells what went wrong; what else the spec requires of it is made up.

    Args:
        property: The name of the property in which the API says so.
    """
    schema = contract.answer(status)
    if schema is None:
        undocumented = not contract.documents(status)
        return Reply(status=status, body={property: message} if undocumented else UNSET)
    media = None if schema.media == JSON else schema.media
    if not is_json(schema.media):
        return Reply(status=status, body=message, media=media)
    body: dict[str, object] = {
        inner.name: place(inner.shape, Scope(f"{contract.operation.id}:{status}:{inner.name}"))
        for inner in schema.shape.properties
        if inner.required
    }
    return Reply(status=status, body={**body, property: message}, media=media)
