"""A conversation as the simulator understands it, whatever it was declared as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, cast

from msgspec import Struct

from elevatekit_plugins.api import TurnsRule
from elevatekit_plugins.simulator.shapes import Shape

Speaker = Literal["agent", "customer"]

WORDS_PER_SECOND: Final = 2.5
"""How fast people talk, where the declared conversation does not say when a line was said."""


class Turn(Struct, frozen=True):
    """One line of one speaker."""

    speaker: Speaker
    text: str


class TimedTurn(Struct, frozen=True):
    """A turn with the time at which it was said, in milliseconds from the beginning."""

    turn: Turn
    start: int
    end: int


class Conversation(Struct, frozen=True):
    """The turns in the order in which they were said."""

    turns: tuple[Turn, ...]

    def timed(self) -> Iterator[TimedTurn]:
        """Every turn with made-up times, one after another."""
        start = 0
        for turn in self.turns:
            end = start + round(1000 * max(1, len(turn.text.split())) / WORDS_PER_SECOND)
            yield TimedTurn(turn, start, end)
            start = end


NEUTRAL: Final = Conversation(
    (
        Turn("agent", "Hello, how can I help you today?"),
        Turn("customer", "I would like to know more about my account, please."),
    )
)
"""What is said in audio that carries no comment: the simulator does not listen."""


def speaker_of(role: str) -> Speaker:
    """`customer` is the customer, in any spelling; everybody else speaks for the company."""
    return "customer" if role.strip().lower() in {"customer", "client", "caller"} else "agent"


def from_lines(text: str) -> Conversation | None:
    """Read `agent: …` and `customer: …` lines; None where there is no such line."""
    turns: list[Turn] = []
    for line in text.splitlines():
        role, colon, said = line.partition(":")
        if colon and said.strip() and role.strip().lower() in {"agent", "customer"}:
            turns.append(Turn(speaker_of(role), said.strip()))
    return Conversation(tuple(turns)) if turns else None


def from_chat(body: object, rule: TurnsRule) -> Conversation | None:
    """Read a declared chat as the spec's rule says; None where the body holds no messages."""
    messages = [m for m in _list_at(body, rule.messages) if isinstance(m.get(rule.text), str)]
    participants = _list_at(body, rule.participants)
    roles = {p.get(rule.participant): str(p.get(rule.role, "")) for p in participants}
    turns = (
        Turn(speaker_of(roles.get(m.get(rule.participant), "")), str(m[rule.text]))
        for m in messages
    )
    return Conversation(tuple(turns)) if messages else None


def from_phrases(body: object, shape: Shape) -> Conversation | None:
    """Read a declared transcript: the objects whose schema has a list of `phrases`.

    Each is what one participant said; the first is taken for the agent, the second for the
    customer. One that holds the phrases of all others is what everybody said, and is left out. The
    order is that of the declared times, if there are any; else the participants take turns.
    """
    parts = [part for part in _parts(body, shape) if part]
    if len(parts) > 1:
        longest = max(parts, key=len)
        others = [part for part in parts if part is not longest]
        said = Counter(line.text for part in others for line in part)
        if said <= Counter(line.text for line in longest):
            parts = others
    if len(parts) == 1:
        lines = sorted(parts[0])
        return Conversation(
            tuple(Turn("customer" if n % 2 else "agent", line.text) for n, line in enumerate(lines))
        )
    spoken = sorted((line, index) for index, part in enumerate(parts) for line in part)
    turns = (Turn("customer" if index == 1 else "agent", line.text) for line, index in spoken)
    return Conversation(tuple(turns)) if spoken else None


class _Line(Struct, frozen=True, order=True):
    start: float
    number: int
    text: str = ""


def _parts(body: object, shape: Shape) -> Iterator[list[_Line]]:
    if not isinstance(body, dict):
        return
    values = cast("dict[str, object]", body)
    phrases = shape.find("phrases")
    if phrases is not None:
        lines = cast("list[str]", values.get(phrases) or [])
        starts = _starts(values, shape, len(lines))
        yield [
            _Line(start, n, text) for n, (start, text) in enumerate(zip(starts, lines, strict=True))
        ]
    for inner in shape.properties:
        yield from _parts(values.get(inner.name), inner.shape)


def _starts(values: Mapping[str, object], shape: Shape, count: int) -> list[float]:
    for inner in shape.properties:
        start = inner.shape.items and inner.shape.items.find("start")
        segments = cast("list[dict[str, float]]", values.get(inner.name) or [])
        if start and len(segments) == count:
            return [segment[start] for segment in segments]
    return [0.0] * count


def _list_at(body: object, path: Iterable[str]) -> list[Mapping[str, Any]]:
    for name in path:
        body = cast("Mapping[str, object]", body).get(name) if isinstance(body, dict) else None
    items = cast("list[object]", body) if isinstance(body, list) else []
    return [cast("Mapping[str, Any]", item) for item in items if isinstance(item, dict)]
