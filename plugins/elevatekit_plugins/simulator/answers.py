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

from functools import cached_property
from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator import words
from elevatekit_plugins.simulator.choice import Choice
from elevatekit_plugins.simulator.conversation import Conversation
from elevatekit_plugins.simulator.entities import Entity, entities
from elevatekit_plugins.simulator.frames import frame_for

_SPEAKERS: Final = {"agent": Choice(0, "agent"), "customer": Choice(1, "customer")}

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


class Answers:
    """The answers about one conversation. The names of the properties are words of `x-role`.

    Each is worked out when it is asked for, so an operation costs what its schema names.
    """

    redactions: tuple[()] = ()

    def __init__(self, conversation: Conversation, accept_language: str | None = None) -> None:
        self._turns = conversation.turns
        self._conversation = conversation
        self._language = accept_language

    @cached_property
    def summary(self) -> str:
        frame = frame_for(self._language)
        customer, agent = self._lines("customer"), self._lines("agent")
        request = next(
            (line for line in customer if words.says_wish(line)), next(iter(customer), "")
        )
        reply = next(iter(self.actions_taken), max(agent, key=len, default=""))
        parts = [
            frame.request.format(_closed(request)) if request else "",
            frame.words.format(frame.joint.join(self._subjects)) if self._subjects else "",
            frame.reply.format(_closed(reply)) if reply else "",
            frame.resolved if self.resolved else frame.unresolved,
        ]
        return " ".join(part for part in parts if part)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        asked = [s for s in self._sentences("customer") if words.says_wish(s)]
        return tuple(dict.fromkeys(asked or self._lines("customer")[:1]))[:3]

    @cached_property
    def actions_taken(self) -> tuple[str, ...]:
        done = (s for s in self._sentences("agent") if words.says_done(s) and not s.endswith("?"))
        return tuple(dict.fromkeys(done))[:MOST]

    @cached_property
    def entities(self) -> tuple[Entity, ...]:
        return entities(turn.text for turn in self._turns)

    @cached_property
    def resolved(self) -> bool:
        for turn in reversed(self._turns):
            if words.says_failed(turn.text):
                return False
            if words.says_done(turn.text):
                return True
        return any(words.says_thanks(line) for line in self._lines("customer"))

    @cached_property
    def topics(self) -> tuple[Topic, ...]:
        return tuple(Topic(subject) for subject in self._subjects)

    @cached_property
    def action_items(self) -> tuple[ActionItem, ...]:
        said = (s for turn in self._turns for s in words.sentences(turn.text))
        promised = (s for s in said if words.says_will(s) and not s.endswith("?"))
        return tuple(ActionItem(s) for s in dict.fromkeys(promised))[:MOST]

    @cached_property
    def coaching(self) -> tuple[Advice, ...]:
        agent = " ".join(self._lines("agent"))
        unhappy = any(words.says_failed(line) for line in self._lines("customer"))
        missing = {
            "Greeting": (words.greets(agent), "Open with a greeting before asking for details."),
            "Empathy": (
                words.apologises(agent) or not unhappy,
                "Say that you are sorry for the trouble before you look for a solution.",
            ),
            "Solution": (
                bool(self.actions_taken),
                "Say plainly what you have done, so that the customer can rely on it.",
            ),
            "Closing": (words.offers_more(agent), "Ask whether there is anything else to settle."),
        }
        return tuple(Advice(what, advice) for what, (done, advice) in missing.items() if not done)

    @cached_property
    def concerns(self) -> tuple[Concern, ...]:
        found: list[Concern] = []
        for index, turn in enumerate(self._turns):
            if turn.speaker == "customer" and words.says_wish(turn.text):
                replies = [
                    t.text for t in self._turns[index + 1 : index + 2] if t.speaker == "agent"
                ]
                settled = bool(replies) and not any(words.says_failed(r) for r in replies)
                found.append(Concern(turn.text, tuple(replies), settled))
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
        timed = tuple(self._conversation.timed())
        return tuple(
            Voice(
                tuple(
                    Sentence(_SPEAKERS[one.turn.speaker], one.turn.text, one.start, one.end, index)
                    for index, one in enumerate(t for t in timed if t.turn.speaker in speakers)
                )
            )
            for speakers in (_SPEAKERS, ("agent",), ("customer",))
        )

    def answer_to(self, question: str) -> str:
        """The line that fits a question best; of equal ones the first."""
        asked = set(words.content_words(question))
        shared = [len(asked.intersection(words.content_words(turn.text))) for turn in self._turns]
        most = max(shared, default=0)
        if most == 0:
            return "The conversation does not say."
        index = shared.index(most)
        if "?" in self._turns[index].text and index + 1 < len(self._turns):
            index += 1
        return f"The {self._turns[index].speaker} said: “{self._turns[index].text}”"

    @cached_property
    def _subjects(self) -> list[str]:
        return words.most_said((turn.text for turn in self._turns), MOST)

    def _lines(self, speaker: str) -> list[str]:
        return [turn.text for turn in self._turns if turn.speaker == speaker]

    def _sentences(self, speaker: str) -> list[str]:
        return [s for line in self._lines(speaker) for s in words.sentences(line)]


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。", "！", "？", "…")) else f"{text}."
