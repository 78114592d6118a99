"""The table of rejects: what will be missing, and why."""

from __future__ import annotations

import sqlite3

import msgspec

from elevatekit_plugins.hooks.events import RecordRejected
from elevatekit_plugins.journal.rows import Reject, RejectCount
from elevatekit_plugins.journal.text import readable


class Rejects:
    """Statements over `rejects`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, reject: Reject) -> None:
        """Keep a reject, in place of an earlier one of the same thing."""
        event = reject.event
        if reject.position is not None:
            self.clear(reject.position, event.stage, event.operation, reject.question)
        self._connection.execute(
            "INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                reject.position,
                readable(reject.source),
                reject.line,
                event.stage,
                event.operation or "",
                reject.question,
                event.key,
                event.error,
                readable(event.message),
                event.status,
                event.retryable,
            ),
        )

    def clear(self, position: int, stage: str, operation: str | None, question: str = "") -> None:
        """Drop a reject: the thing succeeded after all."""
        self._connection.execute(
            "DELETE FROM rejects"
            " WHERE position = ? AND stage = ? AND operation = ? AND question = ?",
            (position, stage, operation or "", question),
        )

    def clear_input(self, source: str) -> None:
        """Drop the rejected lines of an input file that is about to be read again."""
        self._connection.execute(
            "DELETE FROM rejects WHERE position IS NULL AND source = ?", (readable(source),)
        )

    def of(self, position: int) -> list[Reject]:
        """What is missing of an interaction, always in the same order."""
        rows = self._connection.execute(
            "SELECT position, source, line, rejects.stage, operation, question, id,"
            " coalesce(interactions.key, rejects.key), error, message, status, retryable"
            " FROM rejects JOIN interactions USING (position)"
            " WHERE position = ? ORDER BY rejects.stage, operation, question",
            (position,),
        )
        return [_reject(*row) for row in rows]

    def counts(self, examples: int) -> list[RejectCount]:
        """All of them, counted by kind, the most frequent first, each with some messages."""
        kinds = self._connection.execute(
            "SELECT stage, operation, error, count(*), max(retryable) FROM rejects"
            " GROUP BY stage, operation, error ORDER BY count(*) DESC, stage, operation, error"
        ).fetchall()
        return [
            RejectCount(
                stage=stage,
                operation=operation or None,
                error=error,
                count=count,
                retryable=bool(retryable),
                messages=self._messages((stage, operation, error), examples),
            )
            for stage, operation, error, count, retryable in kinds
        ]

    def _messages(self, kind: tuple[str, str, str], limit: int) -> tuple[str, ...]:
        rows = self._connection.execute(
            "SELECT message FROM rejects WHERE stage = ? AND operation = ? AND error = ?"
            " ORDER BY position, source, line LIMIT ?",
            (*kind, limit),
        )
        return tuple(row[0] for row in rows)

    def count_homeless(self) -> int:
        """How many belong to no interaction with an id, and so to no row of an export."""
        row = self._connection.execute(
            "SELECT count(*) FROM rejects LEFT JOIN interactions USING (position) WHERE id IS NULL"
        ).fetchone()
        count: int = row[0]
        return count


def _reject(
    position: int,
    source: str,
    line: int,
    stage: str,
    operation: str,
    question: str,
    id: str | None,
    key: str | None,
    error: str,
    message: str,
    status: int | None,
    retryable: int,
) -> Reject:
    event = {
        "interaction": id,
        "key": key,
        "stage": stage,
        "operation": operation or None,
        "error": error,
        "message": message,
        "status": status,
        "retryable": bool(retryable),
    }
    return Reject(msgspec.convert(event, RecordRejected), position, source, line, question)
