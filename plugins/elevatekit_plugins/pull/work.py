"""One interaction while it is being pulled: what it is, and what the journal has of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct

from elevatekit_plugins.journal.rows import Asked, Interaction, Stage
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.pull.lines import Declaration


@dataclass(slots=True)
class Work:
    """The state of one interaction. Only steps that run alone change what others of it read."""

    position: int
    id: str | None
    key: str | None
    type: str | None
    stage: Stage
    body: dict[str, Any] | None = None
    """What is to be declared; let go of when it is."""
    file: Path | None = None
    """What is to be uploaded."""
    fetched: frozenset[str] = frozenset()
    """Operations whose results the journal had when this run came to it."""
    hopeless: frozenset[tuple[str, str | None, str]] = frozenset()
    """Stage, operation and question of what was rejected for good."""
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict[tuple[str, str], Asked])
    waiting_since: float | None = None
    """When its state was first found not to be final, in seconds since 1970."""


class Step(Struct, frozen=True):
    """One request for an interaction, and what follows from its answer."""

    work: Work
    run: Callable[[], list[Step]]
    delay: float = 0.0
    """Seconds until it may be run."""


def begin(interaction: Interaction, declaration: Declaration | None) -> Work:
    """The work for an interaction of which the journal has nothing but its row."""
    return Work(
        position=interaction.position,
        id=interaction.id,
        key=interaction.key,
        type=interaction.type if declaration is None else declaration.type,
        stage=interaction.stage,
        body=None if declaration is None else declaration.body,
        file=None if declaration is None else declaration.file,
    )


def resume(tables: Tables, interaction: Interaction, declaration: Declaration | None) -> Work:
    """The work for an interaction that an earlier run began."""
    position, work = interaction.position, begin(interaction, declaration)
    work.fetched = tables.results.fetched(position)
    work.hopeless = frozenset(
        (reject.event.stage, reject.event.operation, reject.question)
        for reject in tables.rejects.of(position)
        if not reject.event.retryable
    )
    work.asked = {
        (question.operation, question.question): question.outcome
        for question in tables.questions.of(position)
    }
    return work
