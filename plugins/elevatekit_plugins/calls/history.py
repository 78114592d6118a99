"""What the server says was asked: it settles a question whose answer never came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct

from elevatekit_plugins.api import Operation, Table
from elevatekit_plugins.calls.roles import items, walk
from elevatekit_plugins.messages import decode_answer


class Entry(Struct, frozen=True):
    """One entry of the history of an interaction."""

    question: str
    outcome: Literal["success", "error"]
    answer: Any = None
    failure: str | None = None


def read(operation: Operation[Any], body: bytes) -> list[Entry]:
    """The entries of an answer of the history operation, in its order.

    What stands where is told by the roles `history`, `question`, `answer` and `failure`. An
    entry without an answer is a question that failed.
    """
    try:
        payload = decode_answer(body)
    except ValueError:
        return []
    return [
        entry
        for table in operation.tables
        if table.role == "history"
        for item in items(table, payload)
        if (entry := _entry(table, item)) is not None
    ]


def find(entries: Iterable[Entry], question: str) -> Entry | None:
    """What became of a question: its answer where it has one, else its last failure."""
    found: Entry | None = None
    for entry in entries:
        if entry.question.strip() == question.strip():
            found = entry
            if entry.outcome == "success":
                break
    return found


def _entry(table: Table, item: object) -> Entry | None:
    values = {column.role: walk(item, column.path) for column in table.columns}
    question, answer, failure = (values.get(role) for role in ("question", "answer", "failure"))
    if not isinstance(question, str):
        return None
    if failure is None and answer is not None:
        return Entry(question, "success", answer)
    return Entry(question, "error", None, failure if isinstance(failure, str) else None)
