"""The tables of results and attempts: every payload as it came, and every sending."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from elevatekit_plugins.journal.rows import Result
from elevatekit_plugins.journal.text import readable
from elevatekit_plugins.messages import Attempt


class Results:
    """Statements over `results` and `attempts`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, position: int, result: Result) -> None:
        """Keep a payload."""
        self._connection.execute(
            "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)",
            (position, result.operation, result.status, result.body),
        )

    def add_attempts(self, position: int, operation: str, attempts: Sequence[Attempt]) -> None:
        """Keep how often, and to what effect, a request was sent."""
        self._connection.executemany(
            "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    position,
                    operation,
                    attempt.number,
                    attempt.status,
                    None if attempt.error is None else readable(attempt.error),
                    attempt.sent,
                    attempt.elapsed,
                    attempt.delay,
                    attempt.decision,
                )
                for attempt in attempts
            ],
        )

    def fetched(self, position: int) -> frozenset[str]:
        """The operations whose results an interaction has, absent ones among them."""
        rows = self._connection.execute(
            "SELECT operation FROM results WHERE position = ?", (position,)
        )
        return frozenset(row[0] for row in rows)

    def in_order(self) -> Iterator[tuple[int, Result]]:
        """Every payload that there is with its position, one after another."""
        rows = self._connection.execute(
            "SELECT position, operation, status, body FROM results ORDER BY position, operation"
        )
        for position, operation, status, body in rows:
            yield position, Result(operation, status, body)
