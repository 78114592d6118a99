"""An export to work with: exporters built as the host builds them, and journals made by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from elevatekit.operations import API
from elevatekit_plugins.api import Column, Table
from elevatekit_plugins.builtin.export.csv import CsvSettings
from elevatekit_plugins.export.records import Records
from elevatekit_plugins.hooks.descriptors import ExportContext, InteractionRecord, Layout
from elevatekit_plugins.journal.rows import Interaction, Question, Reject, Result
from elevatekit_plugins.journal.store import Journal
from elevatekit_plugins.journal.tables import Tables

LAYOUT = Layout(
    row=(
        Column(name="interaction_id", path=(), type="string"),
        Column(name="summary", path=("summary",), type="string"),
        Column(name="score", path=("score",), type="number"),
    ),
    lists=(
        Table(
            name="topics",
            path=(),
            columns=(
                Column(name="interaction_id", path=(), type="string"),
                Column(name="value", path=(), type="string"),
            ),
        ),
    ),
)


class Bench:
    """Makes contexts, records and journals."""

    settings = CsvSettings
    layout = LAYOUT
    api = API
    records = Records(API)

    def context(self, target: str) -> ExportContext:
        def send(request: object, *, timeout: float) -> Any:
            raise AssertionError("no exporter of these tests sends anything")

        return ExportContext(target=target, api=API, layout=LAYOUT, send=send)

    def record(
        self, id: str, *, summary: Any = None, score: Any = None, topics: tuple[str, ...] = ()
    ) -> InteractionRecord:
        return InteractionRecord(
            id=id,
            key=None,
            row=(id, summary, score),
            lists={"topics": tuple((id, topic) for topic in topics)},
            payloads={"a.summary": {"summary": summary}},
        )

    def rows(self, path: str | Path) -> list[list[str]]:
        text = Path(path).read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))

    def journal(
        self,
        path: str | Path,
        payloads: Mapping[str, Mapping[str, Any]],
        questions: Sequence[Question] = (),
        rejects: Sequence[Reject] = (),
    ) -> None:
        """A journal with an interaction for each key; a payload that is bytes is kept as it is.

        Questions are of the first interaction.
        """

        def write(tables: Tables) -> None:
            for position, (key, results) in enumerate(payloads.items(), start=1):
                tables.interactions.add(Interaction(position, f"id-{key}", key, "chat", "accepted"))
                for operation, payload in results.items():
                    body = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
                    tables.results.add(position, Result(operation, 200, body))
            for question in questions:
                tables.questions.ask(1, question.operation, question.question)
                tables.questions.answer(1, question)
            for reject in rejects:
                tables.rejects.add(reject)

        with Journal(path) as journal:
            journal.writer.run(write)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    return Bench()
