"""What the simulated service remembers: interactions and the questions asked about them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Struct

from elevatekit_plugins.simulator.conversation import Conversation
from elevatekit_plugins.simulator.making import guid


class Asked(Struct, frozen=True):
    """One question and what became of it. The fields are words of `x-role`."""

    question: str
    asked_at: str
    answer: str | None = None
    failure: str | None = None


@dataclass(slots=True, kw_only=True)
class Interaction:
    """One declared interaction. Times are simulated seconds since the service began."""

    id: str
    token: str
    type: str
    key: str | None
    """The caller's own id."""
    body: Mapping[str, Any]
    """What was declared, without the conversation: objects and lists are left out."""
    declared: float
    slow: bool
    """Whether it needs a file, and has to be processed before it has any result."""
    waited: bool
    """Whether it is waited for."""
    fetched: bool
    """Whether the service fetches the file itself."""
    begun: float | None
    """When the service had all that it needs. None: the file is still missing."""
    conversation: Conversation | None
    """None: nothing could be read, and the processing fails."""
    moved: list[float] = field(default_factory=list[float])
    """When it was taken to its next state by hand."""
    asked: dict[str, list[Asked]] = field(default_factory=dict[str, list[Asked]])
    """By operation, in the order in which they were asked."""


class Store:
    """All interactions, and the ids that are given to new ones.

    An id comes from the seed and from what is declared, not from the order of arrival: the same
    run gives the same ids, however many requests are in flight.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._interactions: dict[str, Interaction] = {}
        self._declared: Counter[bytes] = Counter()

    def new_id(self, body: object) -> str:
        """The id for a declared body; a body that is declared again gets another one."""
        content = msgspec.json.encode(body, order="deterministic")
        digest = hashlib.blake2b(content, digest_size=16).digest()
        self._declared[digest] += 1
        return guid(f"{self._seed}:{digest.hex()}:{self._declared[digest]}")

    def add(self, interaction: Interaction) -> None:
        self._interactions[interaction.id] = interaction

    def find(self, id: str, token: str) -> Interaction | None:
        """The interaction of this account with this id."""
        interaction = self._interactions.get(id.lower())
        return interaction if interaction is not None and interaction.token == token else None

    def some(self, id: str | None) -> list[Interaction]:
        """The interaction with this id, of whatever account; None: all of them.

        Raises:
            KeyError: there is no such interaction.
        """
        if id is None:
            return list(self._interactions.values())
        if id.lower() not in self._interactions:
            raise KeyError(f"interaction {id} does not exist")
        return [self._interactions[id.lower()]]

    def remove(self, id: str) -> None:
        del self._interactions[id.lower()]
