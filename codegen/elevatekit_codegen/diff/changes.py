"""The words of a diff: what changed, for whom, and whether that breaks what they have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal


class Impact(IntEnum):
    """What a change does to a program, a script or a table that was right before."""

    NONE = 0
    """It does the same as before, and there is nothing new to use."""
    ADDITIVE = 1
    """It does the same as before; there is something new to use, or more is promised."""
    BREAKING = 2
    """It may fail, do something else, or find something else."""

    @property
    def word(self) -> str:
        """`breaking`, `additive` or `none`."""
        return self.name.lower()


Area = Literal["python", "cli", "export", "behaviour", "words"]

AREAS: Final[dict[Area, str]] = {
    "python": "Python",
    "cli": "Command line",
    "export": "Export",
    "behaviour": "Behaviour",
    "words": "Words",
}
"""Each area with its heading, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as one kind of user meets it."""

    impact: Impact
    area: Area
    symbol: str
    """What changed, in the words of the area: `CxTopics.topics`, `client.gen_ai.cx.topics`,
    `elevatekit gen-ai cx topics`, `interactions.gen_ai_cx_summary`."""
    what: str
    """What became of it, in Markdown, as the rest of a sentence that begins with the symbol."""
    pointer: str
    """Where it stands in the new document; what is gone stood there in the old one."""
    operations: tuple[str, ...] = ()
    """The operations that it concerns, by id."""
    stale: bool = False
    """Whether recordings of these operations are outdated by it."""


def worst(impacts: Iterable[Impact]) -> Impact:
    """The worst of several; NONE where there are none."""
    return max(impacts, default=Impact.NONE)


def code(value: object) -> str:
    """A value as a piece of Markdown code: whatever it holds, it stays in its line and quotes."""
    text = value if isinstance(value, str) else repr(value)
    plain = text if text.isprintable() and text.isascii() else ascii(text)[1:-1]
    return f"`{plain.replace('`', chr(39))}`"


def listed(values: Iterable[object]) -> str:
    """Values as code, with commas."""
    return ", ".join(map(code, values))


def became(what: str, old: object, new: object) -> str:
    """What became of something that was said: it is new, is gone, or is another. None: unsaid."""
    if old is None:
        return f"{what} {code(new)} is new"
    if new is None:
        return f"{what} {code(old)} is gone"
    return f"{what} {code(old)} became {code(new)}"


def counted(number: int, word: str) -> str:
    """`1 change`, `2 changes`."""
    plural = f"{word}es" if word.endswith("s") else f"{word}s"
    return f"{number} {word if number == 1 else plural}"
