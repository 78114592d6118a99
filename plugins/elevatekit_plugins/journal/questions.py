"""The table of questions: each written down before it is sent, and again when it is answered."""

from __future__ import annotations

import sqlite3

from elevatekit_plugins.journal.rows import Question


class Questions:
    """Statements over `questions`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def ask(self, position: int, operation: str, question: str) -> None:
        """Write down that a question is about to be sent."""
        self._connection.execute(
            "INSERT INTO questions (position, number, operation, question, outcome)"
            " SELECT :position, 1 + count(*), :operation, :question, 'asking'"
            " FROM questions WHERE position = :position"
            " ON CONFLICT DO UPDATE SET outcome = 'asking', source = NULL, body = NULL",
            {"position": position, "operation": operation, "question": question},
        )

    def take_back(self, position: int, operation: str, question: str) -> None:
        """It is certain that the server saw nothing of it. It keeps its place in the order."""
        self._connection.execute(
            "UPDATE questions SET outcome = 'unsent'"
            " WHERE position = ? AND operation = ? AND question = ?",
            (position, operation, question),
        )

    def answer(self, position: int, question: Question) -> None:
        """Keep what came of a question."""
        self._connection.execute(
            "UPDATE questions SET outcome = ?, source = ?, body = ?"
            " WHERE position = ? AND operation = ? AND question = ?",
            (
                question.outcome,
                question.source,
                question.body,
                position,
                question.operation,
                question.question,
            ),
        )

    def of(self, position: int) -> list[Question]:
        """What was asked of an interaction, in the order in which it was."""
        rows = self._connection.execute(
            "SELECT operation, question, outcome, source, body FROM questions"
            " WHERE position = ? ORDER BY number",
            (position,),
        )
        return [Question(*row) for row in rows]
