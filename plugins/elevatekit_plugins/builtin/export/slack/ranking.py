"""Which texts come most often."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


class Ranking:
    """Counts texts, all of them and exactly, in a private file and not in memory.

    Letter case does not tell them apart; the first spelling is the one that is shown.
    """

    def __init__(self) -> None:
        # An empty name is a temporary file that goes away with the connection.
        self._counts = sqlite3.connect("", isolation_level=None)
        self._counts.execute(
            "CREATE TABLE counts (folded TEXT PRIMARY KEY, text TEXT, count INTEGER) WITHOUT ROWID"
        )

    def add(self, texts: Iterable[str]) -> None:
        """Count each of these once, however often it is among them."""
        different: dict[str, str] = {}
        for text in texts:
            different.setdefault(text.casefold(), text)
        self._counts.executemany(
            "INSERT INTO counts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
            different.items(),
        )

    def top(self, number: int) -> list[tuple[str, int]]:
        """The most frequent texts with their counts; those of one count in order."""
        return self._counts.execute(
            "SELECT text, count FROM counts ORDER BY count DESC, folded LIMIT ?", (number,)
        ).fetchall()

    def __len__(self) -> int:
        """How many different texts there were."""
        number: int = self._counts.execute("SELECT count(*) FROM counts").fetchone()[0]
        return number

    def close(self) -> None:
        """Remove the file."""
        self._counts.close()
