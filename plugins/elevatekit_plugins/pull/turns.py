"""The short form of a chat: a list of turns, made into the body that the API takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from elevatekit_plugins.api import Pull

START: Final = datetime(2024, 1, 1, 9, 0, 0, tzinfo=UTC)
"""The time of the first turn. Turns have no times of their own, and the same line must always
give the same body."""
SPACING: Final = timedelta(seconds=5)


def chat_body(rule: Pull, line: dict[str, Any]) -> dict[str, Any]:
    """The declare body of `{"id": …, "turns": [{"role": …, "text": …}]}`.

    A property that every such body has (`languageTag`) may be set in the line; the type may not.
    Other properties of the line are left out.

    Raises:
        ValueError: the turns have another form; the message says which turn.
    """
    turns = _turns(line["turns"])
    names = rule.turns
    body: dict[str, Any] = {
        name: line.get(name, value) if name != rule.type else value
        for name, value in names.body.items()
    }
    roles = dict.fromkeys(role for role, _ in turns)
    participants = [
        {names.participant: role, names.name: role.capitalize(), names.role: role} for role in roles
    ]
    messages = [
        {
            names.participant: role,
            names.time: (START + number * SPACING).strftime("%Y-%m-%dT%H:%M:%SZ"),
            names.text: text,
        }
        for number, (role, text) in enumerate(turns)
    ]
    _put(body, names.participants, participants)
    _put(body, names.messages, messages)
    return body


def _turns(value: object) -> list[tuple[str, str]]:
    if not isinstance(value, list) or not value:
        raise ValueError("`turns` must be a list with at least one turn")
    turns: list[tuple[str, str]] = []
    for number, turn in enumerate(cast("list[object]", value), start=1):
        match turn:
            case {"role": str(role), "text": str(text)} if role:
                turns.append((role, text))
            case _:
                raise ValueError(f"turn {number} must have a `role` and a `text`")
    return turns


def _put(body: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        body = body.setdefault(name, {})
    body[path[-1]] = value
