"""What is told of the interactions: counted while they come by, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.builtin.export.slack.plain import plain
from elevatekit_plugins.builtin.export.slack.ranking import Ranking
from elevatekit_plugins.builtin.export.slack.roles import Reading
from elevatekit_plugins.builtin.export.slack.settings import SlackSettings
from elevatekit_plugins.hooks.descriptors import InteractionRecord, Layout

NAME: Final = 60
"""Characters of an interaction's name that are shown."""
TEXT: Final = 200
"""Characters of a text that are shown."""


class Listing(Struct, frozen=True, kw_only=True):
    """Some of the lines that there are under a heading."""

    heading: str
    lines: tuple[str, ...]
    """Plain text, ready to be shown."""
    total: int


class Digest(Struct, frozen=True, kw_only=True):
    """What a message tells, before it has a form."""

    counts: tuple[tuple[str, int], ...]
    """What was counted, and how much it is. The first is the number of interactions."""
    listings: tuple[Listing, ...]
    """Those that have lines, the most urgent first."""


class Tally:
    """Takes interactions one after another, and keeps numbers and the first few lines.

    A part that the layout has no roles for is not told of.
    """

    def __init__(self, settings: SlackSettings, api: Api, layout: Layout) -> None:
        self._settings = settings
        self._read = Reading(layout)
        self._failures = {
            state for o in api.operations if o.waiter is not None for state in o.waiter.failed
        }
        self._interactions = self._resolved = self._unresolved = self._failed = 0
        self._attention = [
            _First("Failed", self._failure, settings.attention),
            _First("Not resolved", self._unresolved_summary, settings.attention),
            _First("Open concerns", self._open_concerns, settings.attention),
            _First("Questions without an answer", self._unanswered, settings.attention),
        ]
        self._topics = Ranking()
        self._coaching = Ranking()

    def add(self, record: InteractionRecord) -> None:
        """Count an interaction."""
        self._interactions += 1
        self._failed += self._has_failed(record)
        resolved = self._read.value(record, "resolved")
        self._resolved += resolved is True
        self._unresolved += resolved is False
        for first in self._attention:
            first.add(record)
        self._topics.add(self._texts(record, "topics", "topic"))
        self._coaching.add(self._texts(record, "coaching", "behavior"))

    def digest(self) -> Digest:
        """What there is to tell of everything so far."""
        counts = [("Interactions", self._interactions)]
        if self._read.has("resolved"):
            unknown = self._interactions - self._resolved - self._unresolved
            counts += [("Resolved", self._resolved), ("Not resolved", self._unresolved)]
            counts += [("Unknown", unknown)]
        if self._read.has("state") or self._read.has("state_message"):
            counts += [("Failed", self._failed)]
        listings = (
            *(first.listing() for first in self._attention),
            self._most("Most often to be coached", self._coaching),
            self._most("Top topics", self._topics),
        )
        return Digest(counts=tuple(counts), listings=tuple(one for one in listings if one.lines))

    def close(self) -> None:
        """Remove what was written to the disk for counting."""
        self._topics.close()
        self._coaching.close()

    def _most(self, heading: str, ranking: Ranking) -> Listing:
        top = ranking.top(self._settings.topics)
        lines = tuple(f"{count:,} × {text}" for text, count in top)
        return Listing(heading=heading, lines=lines, total=len(ranking))

    def _texts(self, record: InteractionRecord, role: str, text: str) -> Iterator[str]:
        for (value,) in self._read.items(record, role, text):
            if shown := _shown(value):
                yield shown

    def _has_failed(self, record: InteractionRecord) -> bool:
        state = self._read.value(record, "state")
        return state in self._failures or self._read.value(record, "state_message") is not None

    def _failure(self, record: InteractionRecord) -> Iterator[Any]:
        if self._has_failed(record):
            message = self._read.value(record, "state_message")
            yield message or self._read.value(record, "state")

    def _unresolved_summary(self, record: InteractionRecord) -> Iterator[Any]:
        if self._read.value(record, "resolved") is False:
            yield self._read.value(record, "summary")

    def _open_concerns(self, record: InteractionRecord) -> Iterator[Any]:
        for concern, resolved in self._read.items(
            record, "concerns", "concern", "concern_resolved"
        ):
            if resolved is False:
                yield concern

    def _unanswered(self, record: InteractionRecord) -> Iterator[Any]:
        for question, answer in self._read.items(record, "history", "question", "answer"):
            if answer is None:
                yield question


class _First:
    """Counts what an interaction has of something, and keeps the first few as lines."""

    def __init__(
        self, heading: str, find: Callable[[InteractionRecord], Iterator[Any]], number: int
    ) -> None:
        self._heading, self._find, self._number = heading, find, number
        self._lines: list[str] = []
        self._total = 0

    def add(self, record: InteractionRecord) -> None:
        for text in self._find(record):
            self._total += 1
            if len(self._lines) < self._number:
                name = plain(record.key or record.id, NAME)
                self._lines.append(f"{name}: {_shown(text)}" if text else name)

    def listing(self) -> Listing:
        return Listing(heading=self._heading, lines=tuple(self._lines), total=self._total)


def _shown(value: object) -> str:
    """What a cell shows: the API may have sent another type than the spec says."""
    return "" if value is None else plain(str(value), TEXT)
