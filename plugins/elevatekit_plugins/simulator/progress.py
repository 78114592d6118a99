"""How far an interaction is, as the service tells it."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator.clock import VirtualClock, timestamp
from elevatekit_plugins.simulator.lifecycle import PROCESSING_SECONDS, LifeCycle
from elevatekit_plugins.simulator.state import Interaction

NO_AUDIO: Final = "the file holds no audio"


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
    """Tells the state of interactions by the clock."""

    def __init__(self, cycle: LifeCycle, clock: VirtualClock) -> None:
        self._cycle = cycle
        self._clock = clock

    def state(self, interaction: Interaction) -> str:
        """The state now. What needs no processing is done at once."""
        if not interaction.slow:
            return self._cycle.done
        return self._cycle.state(
            self._clock.now(),
            interaction.begun,
            interaction.fetched,
            fails=interaction.conversation is None,
        )

    def ready(self, interaction: Interaction) -> bool:
        """Whether it has results."""
        return self.state(interaction) == self._cycle.done

    def standing(self, interaction: Interaction) -> Standing:
        """Everything that is known about it now."""
        state = self.state(interaction)
        begun = interaction.begun
        sent = begun if interaction.slow and not interaction.fetched else None
        fetched = None
        if begun is not None and interaction.fetched:
            at = begun + PROCESSING_SECONDS / 2
            fetched = at if at <= self._clock.now() else None
        processed = None
        if begun is not None and state == self._cycle.done:
            processed = begun + (PROCESSING_SECONDS if interaction.slow else 0.0)
        return Standing(
            identifier=interaction.id,
            type=interaction.type,
            key=interaction.key,
            state=state,
            state_message=NO_AUDIO if state == self._cycle.failed else None,
            declared_at=timestamp(interaction.declared),
            uploaded_at=_instant(sent),
            downloaded_at=_instant(fetched),
            processed_at=_instant(processed),
        )


def _instant(seconds: float | None) -> str | None:
    return None if seconds is None else timestamp(seconds)
