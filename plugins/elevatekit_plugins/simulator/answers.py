"""What the simulator answers, by rules that are read in a minute. It is no model.

A summary quotes the customer's first request and the agent's weightiest line, names the words
said most often, and tells how it ended. Everything else quotes the conversation too:

- reasons: what the customer asks for;
- actions taken: what the agent says was carried out;
- action items: what somebody promises or asks to be done;
- concerns: each request of the customer with the reply that follows;
- resolved: the last line that tells how it went says that it went well;
- coaching: what a polite agent says and this one did not;
- the answer to a question: the line that shares most of its words; where that asks something
  itself, the line after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator.conversation import Conversation
from elevatekit_plugins.simulator.cues import (
    APOLOGY,
    DONE,
    FAILED,
    GREETING,
    OFFER,
    PROMISE,
    THANKS,
    WISH,
)
from elevatekit_plugins.simulator.entities import Entity, entities
from elevatekit_plugins.simulator.frames import frame_for
from elevatekit_plugins.simulator.voices import Sentence, Voice, voices
from elevatekit_plugins.simulator.words import Line, most_said

MOST: Final = 5
"""How many reasons, actions or concerns are listed at most."""


class ActionItem(Struct, frozen=True):
    """The fields of this and the following structs are words of `x-role`."""

    action: str


class Advice(Struct, frozen=True):
    """What the agent could have done."""

    behavior: str
    recommendation: str


class Concern(Struct, frozen=True):
    """What worried the customer, and what came of it."""

    concern: str
    concern_actions: tuple[str, ...]
    concern_resolved: bool


class Topic(Struct, frozen=True):
    """What was spoken about."""

    topic: str


class Answers:
    """The answers about one conversation. The names of the properties are words of `x-role`.

    Each is worked out when it is asked for first, so an operation costs what its schema names.
    """

    redactions: tuple[()] = ()

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._turns = [(turn.speaker, Line(turn.text)) for turn in conversation.turns]
        self._all = [line for _, line in self._turns]
        self._agent = [line for speaker, line in self._turns if speaker == "agent"]
        self._customer = [line for speaker, line in self._turns if speaker == "customer"]

    def summary_in(self, accept_language: str | None) -> str:
        """The summary in the best language of an Accept-Language header."""
        frame = frame_for(accept_language)
        wishes = [line for line in self._customer if WISH.given_in(line)]
        request = next((line.text for line in wishes or self._customer), "")
        longest = max((line.text for line in self._agent), key=len, default="")
        reply = next(iter(self.actions_taken), longest)
        parts = [
            frame.request.format(_closed(request)) if request else "",
            frame.words.format(frame.joint.join(self._subjects)) if self._subjects else "",
            frame.reply.format(_closed(reply)) if reply else "",
            frame.resolved if self.resolved else frame.unresolved,
        ]
        return " ".join(part for part in parts if part)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        asked = [s for line in self._customer for s in line.sentences if WISH.given_in(s)]
        return _texts(asked or self._customer[:1], 3)

    @cached_property
    def actions_taken(self) -> tuple[str, ...]:
        said = [s for line in self._agent if DONE.given_in(line) for s in line.sentences]
        return _texts([s for s in said if DONE.given_in(s) and not s.asks], MOST)

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        return entities(self._all)

    @cached_property
    def resolved(self) -> bool:
        for line in reversed(self._all):
            if FAILED.given_in(line):
                return False
            if DONE.given_in(line):
                return True
        return any(THANKS.given_in(line) for line in self._customer)

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(Topic(subject) for subject in self._subjects)

    @cached_property
    def action_items(self) -> tuple[ActionItem, ...]:
        said = [s for line in self._all if PROMISE.given_in(line) for s in line.sentences]
        promised = [s for s in said if PROMISE.given_in(s) and not s.asks]
        return tuple(ActionItem(text) for text in _texts(promised, MOST))

    @cached_property
    def coaching(self) -> tuple[Advice, ...]:
        unhappy = any(FAILED.given_in(line) for line in self._customer)
        missing = {
            "Greeting": (
                any(GREETING.given_in(line) for line in self._agent),
                "Open with a greeting before asking for details.",
            ),
            "Empathy": (
                not unhappy or any(APOLOGY.given_in(line) for line in self._agent),
                "Say that you are sorry for the trouble before you look for a solution.",
            ),
            "Solution": (
                bool(self.actions_taken),
                "Say plainly what you have done, so that the customer can rely on it.",
            ),
            "Closing": (
                any(OFFER.given_in(line) for line in self._agent),
                "Ask whether there is anything else to settle.",
            ),
        }
        return tuple(Advice(what, advice) for what, (done, advice) in missing.items() if not done)

    @cached_property
    def concerns(self) -> tuple[Concern, ...]:
        found: list[Concern] = []
        for index, (speaker, line) in enumerate(self._turns):
            if speaker == "customer" and WISH.given_in(line):
                following = self._turns[index + 1 : index + 2]
                replies = [reply for who, reply in following if who == "agent"]
                settled = bool(replies) and not any(FAILED.given_in(r) for r in replies)
                found.append(Concern(line.text, _texts(replies, MOST), settled))
        return tuple(found[:MOST])

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return self.voices[0].sentences

    @property
    def phrases(self) -> tuple[str, ...]:
        return self.voices[0].phrases

    @cached_property
    def voices(self) -> tuple[Voice, ...]:
        """What everybody said, what the agent said, and what the customer said."""
        return voices(self._conversation)

    def answer_to(self, question: str) -> str:
        """The line that fits a question best; of equal ones the first.

        Words that begin alike count as the same: `refund`, `refunds`, `refunded`.
        """
        asked = _stems(Line(question))
        shared = [len(asked & _stems(line)) for line in self._all]
        most = max(shared, default=0)
        if most == 0:
            return "The conversation does not say."
        index = shared.index(most)
        if "?" in self._all[index].text and index + 1 < len(self._all):
            index += 1
        speaker, line = self._turns[index]
        return f"The {speaker} said: “{line.text}”"

    @cached_property
    def _subjects(self) -> list[str]:
        return most_said(self._all, MOST)


@lru_cache(maxsize=512)
def answers_about(conversation: Conversation) -> Answers:
    """The answers about a conversation; those of the last few hundred are kept."""
    return Answers(conversation)


def _texts(lines: Sequence[Line], most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.text for line in lines))[:most]


def _stems(line: Line) -> frozenset[str]:
    return frozenset(word[:5] for word in line.content)


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "！", "？", "…")) else f"{text}."
