"""The table of interactions: which there are, in which order, and how far each has come."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from elevatekit_plugins.journal.rows import Interaction, Stage

_SELECT = "SELECT position, id, key, type, stage FROM interactions"
_PAGE: Final = 500


class Interactions:
    """Statements over `interactions`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, interaction: Interaction) -> None:
        """Add one at the next position."""
        self._connection.execute(
            "INSERT INTO interactions VALUES (?, ?, ?, ?, ?)",
            (
                interaction.position,
                interaction.id,
                interaction.key,
                interaction.type,
                interaction.stage,
            ),
        )

    def set_stage(self, position: int, stage: Stage) -> None:
        """Say how far an interaction has come."""
        self._connection.execute(
            "UPDATE interactions SET stage = ? WHERE position = ?", (stage, position)
        )

    def set_declaring(self, position: int, type: str) -> None:
        """Say that it is about to be declared, as this type."""
        self._connection.execute(
            "UPDATE interactions SET stage = 'declaring', type = ? WHERE position = ?",
            (type, position),
        )

    def set_declared(self, position: int, id: str, stage: Stage) -> None:
        """Keep the id that the server gave."""
        self._connection.execute(
            "UPDATE interactions SET id = ?, stage = ? WHERE position = ?", (id, stage, position)
        )

    def set_type(self, position: int, type: str) -> None:
        """Keep the type that the server told."""
        self._connection.execute(
            "UPDATE interactions SET type = ? WHERE position = ?", (type, position)
        )

    def by_key(self, key: str) -> Interaction | None:
        """The one with the caller's own id."""
        return self._one(f"{_SELECT} WHERE key = ?", key)

    def by_id(self, id: str) -> Interaction | None:
        """The one with the server's id."""
        return self._one(f"{_SELECT} WHERE id = ? ORDER BY position LIMIT 1", id)

    def in_order(self) -> Iterator[Interaction]:
        """All of them, in the order of the input.

        A page at a time: a statement that stays open would keep the log from being folded in.
        """
        position = 0
        while True:
            rows = self._connection.execute(
                f"{_SELECT} WHERE position > ? ORDER BY position LIMIT ?", (position, _PAGE)
            ).fetchall()
            if not rows:
                return
            for row in rows:
                yield Interaction(*row)
            position = rows[-1][0]

    def last_position(self) -> int:
        """The position of the last one; 0 where there is none."""
        row = self._connection.execute("SELECT max(position) FROM interactions").fetchone()
        last: int = row[0] or 0
        return last

    def count(self) -> int:
        """How many there are."""
        count: int = self._connection.execute("SELECT count(*) FROM interactions").fetchone()[0]
        return count

    def count_with_id(self) -> int:
        """How many exist at the server, as far as anybody knows."""
        count: int = self._connection.execute("SELECT count(id) FROM interactions").fetchone()[0]
        return count

    def _one(self, sql: str, value: str) -> Interaction | None:
        row = self._connection.execute(sql, (value,)).fetchone()
        return None if row is None else Interaction(*row)
