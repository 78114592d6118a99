"""The tables of small state: a cursor for each destination, a budget for each resource."""

from __future__ import annotations

import sqlite3

from elevatekit_plugins.calls.quota import Spent


class Cursors:
    """Statements over `cursors`: how far a destination has come."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, destination: str) -> int:
        """The position of the last interaction that it has taken; 0 for none."""
        row = self._connection.execute(
            "SELECT position FROM cursors WHERE destination = ?", (destination,)
        ).fetchone()
        position: int = 0 if row is None else row[0]
        return position

    def set(self, destination: str, position: int) -> None:
        """Move the cursor."""
        self._connection.execute(
            "INSERT OR REPLACE INTO cursors VALUES (?, ?)", (destination, position)
        )


class Budgets:
    """Statements over `ledger`: what is spent of the budgets that the server keeps."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, operation: str, resource: str) -> Spent:
        """What is spent."""
        row = self._connection.execute(
            "SELECT successes, errors, unknown FROM ledger WHERE operation = ? AND resource = ?",
            (operation, resource),
        ).fetchone()
        return Spent() if row is None else Spent(*row)

    def set(self, operation: str, resource: str, spent: Spent) -> None:
        """Write down what is spent."""
        self._connection.execute(
            "INSERT OR REPLACE INTO ledger VALUES (?, ?, ?, ?, ?)",
            (operation, resource, spent.successes, spent.errors, spent.unknown),
        )
