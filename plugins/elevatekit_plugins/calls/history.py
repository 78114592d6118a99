"""The server's history of questions: it tells what became of one whose answer was lost."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Any, Literal

from msgspec import Struct

from elevatekit_plugins.api import Operation, Table
from elevatekit_plugins.calls.roles import items, walk
from elevatekit_plugins.messages import decode_answer

Known = Literal["success", "error"]
"""What may have become of a question."""


class Entry(Struct, frozen=True):
    """One entry of the history of an interaction."""

    place: int
    """How many stand before it."""
    question: str
    outcome: Known
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
    found = [
        (table, item)
        for table in operation.tables
        if table.role == "history"
        for item in items(table, payload)
    ]
    entries = [_entry(place, table, item) for place, (table, item) in enumerate(found)]
    return [entry for entry in entries if entry is not None]


def find(
    entries: Iterable[Entry],
    question: str,
    known: Mapping[str, int] = {},
    taken: Container[int] = (),
) -> Entry | None:
    """What became of a question whose answer did not come: the newest entry of it that is not
    accounted for, one with an answer before one without.

    Args:
        known: how often each outcome of this question has been accounted for.
        taken: the places of those that are known to be of another asking.
    """
    alike = [entry for entry in entries if entry.question.strip() == question.strip()]
    outcomes: tuple[Known, ...] = ("success", "error")
    for outcome in outcomes:
        those = [entry for entry in alike if entry.outcome == outcome]
        free = [entry for entry in those if entry.place not in taken]
        if free and len(those) > known.get(outcome, 0):
            return free[-1]
    return None


def _entry(place: int, table: Table, item: object) -> Entry | None:
    values = {column.role: walk(item, column.path) for column in table.columns}
    question, answer, failure = (values.get(role) for role in ("question", "answer", "failure"))
    if not isinstance(question, str):
        return None
    if failure is None and answer is not None:
        return Entry(place, question, "success", answer)
    return Entry(place, question, "error", None, failure if isinstance(failure, str) else None)
