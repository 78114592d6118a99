"""Chats for tests, from a line for each turn."""

from __future__ import annotations

from typing import Any

import msgspec

from elevatekit_plugins.api import Api
from elevatekit_plugins.errors import ArgumentError
from elevatekit_plugins.pull.turns import chat_body


def chat(api: Api, *lines: str) -> Any:
    """The body that declares a chat, as the model of the generated package.

    Args:
        lines: `role: text`, for example `customer: I want my money back.`

    Raises:
        ArgumentError: there is no line, or one that does not say who speaks.
    """
    rule = api.pull
    if rule is None:
        raise ArgumentError(f"{api.title} has no chats to declare")
    turns = [dict(zip(("role", "text"), _turn(line), strict=True)) for line in lines]
    try:
        body = chat_body(rule, {"turns": turns})
    except ValueError as error:
        raise ArgumentError(f"this is not a chat: {error}") from None
    declared = api.operation(rule.declare).body
    assert declared is not None
    assert declared.model is not None
    return msgspec.convert(body, api.model(declared.model))


def _turn(line: str) -> tuple[str, str]:
    role, colon, text = line.partition(":")
    if not (colon and role.strip() and text.strip()):
        raise ArgumentError(f"{line!r} has no speaker; write `customer: {line or '…'}`")
    return role.strip(), text.strip()
