"""Payloads to tables: the layout of an export, and the record of an interaction.

Both come from the table of the API alone. The row of an interaction begins with what the host
knows of it (columns without a path), then come the scalar properties of the results. Each list
in a result is a table. Two tables are the host's own: `questions` and `rejects`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from elevatekit_plugins.api import Api, Column, Table
from elevatekit_plugins.calls import history
from elevatekit_plugins.calls.roles import items, row_value, walk
from elevatekit_plugins.hooks.descriptors import InteractionRecord, Layout
from elevatekit_plugins.journal.rows import Interaction, Question, Reject
from elevatekit_plugins.messages import decode_answer

Scalar = str | int | float | bool | None

_JOIN: Final = (
    Column(name="interaction_id", path=(), type="string", role="identifier"),
    Column(name="key", path=(), type="string", role="key"),
)
_ROW: Final = (
    *_JOIN,
    Column(name="type", path=(), type="string", role="type"),
    Column(name="state", path=(), type="string", role="state"),
    Column(name="state_message", path=(), type="string", role="state_message"),
    Column(name="language", path=(), type="string", role="language"),
)
_POSITION: Final = Column(name="position", path=(), type="integer")
"""Where in its list an item stands, counted from 1."""

_QUESTIONS: Final = Table(
    name="questions",
    path=(),
    role="history",
    columns=(
        *_JOIN,
        _POSITION,
        Column(name="question", path=(), type="string", role="question"),
        Column(name="outcome", path=(), type="string"),
        Column(name="answer", path=(), type="string", role="answer"),
    ),
)
_REJECTS: Final = Table(
    name="rejects",
    path=(),
    columns=(
        *_JOIN,
        _POSITION,
        Column(name="stage", path=(), type="string"),
        Column(name="operation", path=(), type="string"),
        Column(name="status", path=(), type="integer"),
        Column(name="error", path=(), type="string"),
        Column(name="message", path=(), type="string"),
    ),
)


class Records:
    """Makes the records of a journal's interactions."""

    def __init__(self, api: Api) -> None:
        self._operations = {operation.id: operation for operation in api.operations}
        self._results = api.of_kind("result")
        self._about = (*api.of_kind("state"), *api.of_kind("parameters"))
        self._lists = [
            (operation, table)
            for operation in self._results
            for table in operation.tables
            if table.name
        ]
        self._columns = [
            (operation, table, column)
            for operation in self._results
            for table in operation.tables
            if not table.name
            for column in table.columns
        ]
        self.layout = Layout(
            row=(*_ROW, *(column for _, _, column in self._columns)),
            lists=(
                *(
                    msgspec.structs.replace(table, columns=(*_JOIN, _POSITION, *table.columns))
                    for _, table in self._lists
                ),
                _QUESTIONS,
                _REJECTS,
            ),
        )

    def record(
        self,
        interaction: Interaction,
        id: str,
        payloads: Mapping[str, Any],
        questions: Sequence[Question],
        rejects: Sequence[Reject],
    ) -> InteractionRecord:
        """The record of one interaction.

        Args:
            payloads: operation id to its decoded payload.
        """
        about = {
            column.role: self._about_value(payloads, column.role) for column in _ROW if column.role
        }
        told = about["key"]
        key = interaction.key or (told if isinstance(told, str) else None)
        join = (id, key)
        asked = [self._asked(question) for question in questions if question.outcome != "unsent"]
        row = (
            *join,
            interaction.type or about["type"],
            about["state"],
            about["state_message"],
            about["language"],
            *(
                _cell(walk(walk(payloads.get(operation.id), table.path), column.path))
                for operation, table, column in self._columns
            ),
        )
        lists = {
            table.name: tuple(
                (*join, position, *(_cell(walk(item, column.path)) for column in table.columns))
                for position, item in enumerate(items(table, payloads.get(operation.id)), start=1)
            )
            for operation, table in self._lists
        }
        lists["questions"] = tuple(
            (*join, position, *answered) for position, (_, *answered) in enumerate(asked, start=1)
        )
        lists["rejects"] = tuple(
            (
                *join,
                position,
                reject.event.stage,
                reject.event.operation,
                reject.event.status,
                reject.event.error,
                reject.event.message,
            )
            for position, reject in enumerate(rejects, start=1)
        )
        return InteractionRecord(
            id=id, key=key, row=row, lists=lists, payloads=self._in_order(payloads, asked)
        )

    def _about_value(self, payloads: Mapping[str, Any], role: str) -> Scalar:
        for operation in self._about:
            value = row_value(operation, payloads.get(operation.id), role)
            if value is not None:
                return _cell(value)
        return None

    def _asked(self, question: Question) -> tuple[str, str, str, Scalar]:
        """Operation, question, outcome and answer."""
        answer: Scalar = None
        outcome = "unknown" if question.outcome == "asking" else question.outcome
        if outcome == "success" and question.source is not None and question.body is not None:
            source = self._operations[question.source]
            if source.id == question.operation:
                answer = _cell(row_value(source, _decoded(question.body), "answer"))
            else:
                found = history.find(history.read(source, question.body), question.question)
                answer = None if found is None else _cell(found.answer)
        return question.operation, question.question, outcome, answer

    def _in_order(
        self, payloads: Mapping[str, Any], asked: Sequence[tuple[str, str, str, Scalar]]
    ) -> dict[str, Any]:
        """Payloads in the order of the API, so that a journal always gives the same bytes.

        Those of a question are a list of what was asked.
        """
        ordered = {id: payloads[id] for id in self._operations if id in payloads}
        for operation, question, outcome, answer in asked:
            ordered.setdefault(operation, []).append(
                {"question": question, "outcome": outcome, "answer": answer}
            )
        return ordered


def _decoded(body: bytes) -> Any:
    try:
        return decode_answer(body)
    except ValueError:
        return None


def _cell(value: object) -> Scalar:
    """A value as it fits into a cell: what is no scalar becomes its JSON text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return msgspec.json.encode(value).decode()
