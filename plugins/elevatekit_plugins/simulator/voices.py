"""A conversation as a transcript tells it: who said what, and when."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator.choice import Choice
from elevatekit_plugins.simulator.conversation import Conversation

_SPEAKERS: Final = {"agent": Choice(0, "agent"), "customer": Choice(1, "customer")}


class Sentence(Struct, frozen=True):
    """One line with who said it, and when, in milliseconds."""

    speaker: Choice
    phrase: str
    start: int
    end: int
    index: int
    score: float = 1.0


class Voice(Struct, frozen=True):
    """What one side said, or both."""

    sentences: tuple[Sentence, ...]

    @property
    def phrases(self) -> tuple[str, ...]:
        return tuple(sentence.phrase for sentence in self.sentences)


def voices(conversation: Conversation) -> tuple[Voice, ...]:
    """What everybody said, what the agent said, and what the customer said."""
    timed = tuple(conversation.timed())
    return tuple(
        Voice(
            tuple(
                Sentence(_SPEAKERS[one.turn.speaker], one.turn.text, one.start, one.end, index)
                for index, one in enumerate(t for t in timed if t.turn.speaker in speakers)
            )
        )
        for speakers in (_SPEAKERS, ("agent",), ("customer",))
    )
