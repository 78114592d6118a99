"""The tables of small state: cursors and memos of destinations, budgets of resources."""

from __future__ import annotations

import sqlite3

from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.journal.text import readable


class Cursors:
    """Statements over `cursors`: how far a destination has come."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, destination: str) -> int:
        """The position of the last interaction that it has taken; 0 for none."""
        row = self._connection.execute(
            "SELECT position FROM cursors WHERE destination = ?", (readable(destination),)
        ).fetchone()
        position: int = 0 if row is None else row[0]
        return position

    def set(self, destination: str, position: int) -> None:
        """Move the cursor."""
        self._connection.execute(
            "INSERT OR REPLACE INTO cursors VALUES (?, ?)", (readable(destination), position)
        )


class Memo:
    """Statements over `memos`: what the exporter of one destination remembers."""

    def __init__(self, connection: sqlite3.Connection, destination: str) -> None:
        self._connection = connection
        self._destination = readable(destination)

    def get(self, name: str) -> str | None:
        """What was remembered under this name, or None."""
        row = self._connection.execute(
            "SELECT text FROM memos WHERE destination = ? AND name = ?", (self._destination, name)
        ).fetchone()
        return None if row is None else str(row[0])

    def set(self, name: str, value: str) -> None:
        """Remember a text."""
        self._connection.execute(
            "INSERT OR REPLACE INTO memos VALUES (?, ?, ?)", (self._destination, name, value)
        )


class Deliveries:
    """What is known of destinations that are not made anew each time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.cursors = Cursors(connection)

    def memo(self, destination: str) -> Memo:
        """What the exporter of this destination remembers."""
        return Memo(self._connection, destination)


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
