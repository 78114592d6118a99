"""How far an interaction is, as the service tells it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator.clock import VirtualClock, timestamp
from elevatekit_plugins.simulator.lifecycle import Course, LifeCycle
from elevatekit_plugins.simulator.settings import Pace
from elevatekit_plugins.simulator.state import Interaction

PROCESSING_SECONDS: Final = 60.0
"""Simulated seconds from the moment at which the service has the file until it is processed."""
NO_AUDIO: Final = "the file contains no audio"


class Standing(Struct, frozen=True):
    """Facts about one interaction. The fields are words of `x-role`."""

    identifier: str
    type: str
    key: str | None
    state: str
    state_message: str | None
    declared_at: str
    uploaded_at: str | None
    downloaded_at: str | None
    processed_at: str | None


class Progress:
    """Tells the state of interactions: each step of a course is over at an instant."""

    def __init__(self, cycle: LifeCycle, clock: VirtualClock, pace: Pace) -> None:
        self._cycle = cycle
        self._clock = clock
        self._pace = pace

    def move(self, interactions: Iterable[Interaction], steps: int) -> None:
        """Take interactions to their next states. One whose file is missing stays where it is.

        Raises:
            ValueError: the progress is not `manual`, or `steps` is less than 1.
        """
        if self._pace != "manual":
            raise ValueError(f"the progress is {self._pace}; only `manual` can be moved by hand")
        if steps < 1:
            raise ValueError(f"an interaction cannot be moved by {steps} steps; use 1 or more")
        for interaction in interactions:
            if interaction.begun is not None:
                enough = min(steps, len(self._course(interaction).steps))
                interaction.moved += [self._clock.now()] * enough

    def state(self, interaction: Interaction) -> str:
        """The state now."""
        if interaction.begun is None:
            return self._cycle.waiting
        steps = self._course(interaction).steps
        over = bisect_right(self._instants(interaction), self._clock.now())
        if over < len(steps):
            return steps[over]
        return self._cycle.unread if interaction.conversation is None else self._cycle.last

    def ready(self, interaction: Interaction) -> bool:
        """Whether it has results."""
        return self.state(interaction) in self._cycle.done

    def readable(self, interaction: Interaction) -> bool:
        """Whether it has generative results: what was declared in words has them at once."""
        state = self.state(interaction)
        at_once = not interaction.slow and state not in self._cycle.failures
        return at_once or state in self._cycle.done

    def standing(self, interaction: Interaction) -> Standing:
        """Everything that is known about it now."""
        state, begun = self.state(interaction), interaction.begun
        course, instants = self._course(interaction), self._instants(interaction)
        done = state in self._cycle.done
        last = instants[len(course.steps) - 1] if course.steps and done else begun
        return Standing(
            identifier=interaction.id,
            type=interaction.type,
            key=interaction.key,
            state=state,
            state_message=self._message(interaction) if state in self._cycle.failures else None,
            declared_at=timestamp(interaction.declared),
            uploaded_at=_instant(begun if interaction.slow and not interaction.fetched else None),
            downloaded_at=_instant(self._downloaded(interaction, course, instants)),
            processed_at=_instant(last if done else None),
        )

    def _message(self, interaction: Interaction) -> str:
        unread = interaction.conversation is None
        return NO_AUDIO if unread else f"the {interaction.type} cannot be processed"

    def _downloaded(
        self, interaction: Interaction, course: Course, instants: Sequence[float]
    ) -> float | None:
        if not interaction.fetched:
            return None
        at = instants[course.fetched - 1 : course.fetched] if course.fetched else ()
        return next((instant for instant in at if instant <= self._clock.now()), None)

    def _course(self, interaction: Interaction) -> Course:
        if interaction.slow:
            return self._cycle.fetched if interaction.fetched else self._cycle.sent
        return self._cycle.waited if interaction.waited else self._cycle.at_once

    def _instants(self, interaction: Interaction) -> Sequence[float]:
        """When each step of its course is over, as far as that is known."""
        if self._pace == "manual":
            return interaction.moved
        begun, count = interaction.begun, len(self._course(interaction).steps)
        if begun is None or self._pace == "immediate":
            return [begun or 0.0] * count
        return [begun + PROCESSING_SECONDS * (step + 1) / count for step in range(count)]


def _instant(seconds: float | None) -> str | None:
    return None if seconds is None else timestamp(seconds)
