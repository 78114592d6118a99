"""One edit of the spec, one command, and everything that is made of it: to be used as people do."""

from __future__ import annotations

import copy
import importlib
import itertools
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from elevatekit_codegen.cli import main as codegen
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.cli.app import app
from elevatekit_plugins.export.records import Records
from elevatekit_plugins.simulator.server import Simulator

ACCOUNT = "00000000-0000-4000-8000-000000000001"

NUMBERS = itertools.count(1)
"""A package that was imported stays: each has a name of its own."""

Value = dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A document to be edited, and ways to find things in it."""

    value: Value

    @property
    def paths(self) -> Value:
        paths: Value = self.value["paths"]
        return paths

    def operation(self, id: str) -> Value:
        return self._place(id)[2]

    def path(self, id: str) -> str:
        return self._place(id)[0]

    def take(self, id: str) -> tuple[str, str, Value]:
        """Path, method and block of an operation, which is not in the document any more."""
        path, method, operation = self._place(id)
        del self.paths[path][method]
        if not self.paths[path]:
            del self.paths[path]
        return path, method, operation

    def add(self, like: str, id: str, path: str) -> Value:
        """The block of a new operation, a copy of another one."""
        new = copy.deepcopy(self.operation(like))
        new["operationId"] = id
        self.paths.setdefault(path, {})[self._place(like)[1]] = new
        return new

    def schema(self, name: str) -> Value:
        schema: Value = self.value["components"]["schemas"][name]
        return schema

    def properties(self, name: str) -> Value:
        properties: Value = self.schema(name)["properties"]
        return properties

    def parameter(self, name: str) -> Value:
        parameter: Value = self.value["components"]["parameters"][name]
        return parameter

    def _place(self, id: str) -> tuple[str, str, Value]:
        return next(
            (path, method, operation)
            for path, item in self.paths.items()
            for method, operation in item.items()
            if operation["operationId"] == id
        )


@dataclass
class Made:
    """The package that was generated, as its users have it."""

    folder: Path
    name: str
    token: Path
    simulator: Any = None
    client: Any = None
    id: str = ""

    @property
    def package(self) -> Any:
        return importlib.import_module(self.name)

    @property
    def models(self) -> Any:
        return importlib.import_module(f"{self.name}.models")

    @property
    def api(self) -> Any:
        return importlib.import_module(f"{self.name}.operations").API

    def page(self, id: str) -> str:
        """The reference page of an operation."""
        return (self.folder / "reference" / "operations" / f"{id}.md").read_text("utf-8")

    def row_of(self, id: str, first: object) -> list[str]:
        """The row of a table on that page, by its first cell: its other cells, without markup."""
        rows = re.findall(r"^\| (.*) \|$", self.page(id), re.MULTILINE)
        tidy = [re.sub(r"\[(.*?)\]\(.*?\)", r"\1", row).replace("`", "") for row in rows]
        (cells,) = [row.split(" | ") for row in tidy if row.startswith(f"{first} | ")]
        return cells[1:]

    @property
    def pages(self) -> set[str]:
        return {path.stem for path in (self.folder / "reference" / "operations").iterdir()}

    def command(self, *words: str) -> Result:
        """Run a command against the simulator."""
        url = ["--base-url", self.simulator.base_url, "--token-file", str(self.token)]
        return CliRunner().invoke(app(self.api), [*words, *url])

    def help(self, *words: str) -> str:
        result = CliRunner().invoke(app(self.api), [*words, "--help"])
        assert result.exit_code == 0, result.output
        return result.output

    def offers(self, *words: str) -> bool:
        return CliRunner().invoke(app(self.api), [*words, "--help"]).exit_code == 0

    @property
    def row(self) -> set[str]:
        """The columns of the row of an interaction."""
        return {column.name for column in Records(self.api).layout.row}

    @property
    def tables(self) -> dict[str, list[str]]:
        """Each further table, and its columns behind those that join it to the row."""
        lists = Records(self.api).layout.lists
        return {table.name: [column.name for column in table.columns][3:] for table in lists}

    def fails(self, id: str, status: int, **fault: Any) -> None:
        """Let the next call of an operation be answered with a status."""
        from elevatekit_plugins.simulator.faults.rules import Fault

        self.simulator.faults.set([Fault(operation=id, status=status, **fault)])

    def get(self, path: str) -> int:
        """The status of a GET that knows nothing of the package."""
        url = self.simulator.base_url + path.replace("{interactionIdentifier}", self.id)
        request = urllib.request.Request(url, headers={self.api.key.header: ACCOUNT})
        try:
            with urllib.request.urlopen(request) as response:
                status: int = response.status
        except urllib.error.HTTPError as error:
            with error:
                status = error.code
        return status

    def chat(self) -> Any:
        turns = [("c", "customer", "I want a refund."), ("a", "agent", "I refunded it.")]
        models = self.models
        return models.ChatInteraction(
            language_tag="en-us",
            chat=models.Chat(
                participants=[
                    models.Participant(participant_id=id, name=role, role=role)
                    for id, role, _ in turns
                ],
                messages=[
                    models.ChatMessage(
                        participant_id=id, timestamp="2026-01-01T00:00:00Z", content=text
                    )
                    for id, _, text in turns
                ],
            ),
        )


@dataclass(frozen=True)
class Workbench:
    """Makes the package of an edited spec, and tells what the edit means."""

    desk: Any
    folder: Path
    number: int

    def holds(
        self,
        edit: Callable[[Draft], object],
        told: list[str],
        use: Callable[[Made], object],
    ) -> None:
        """One edit and one command: the diff tells it, no judge differs, and it can be used."""
        old = self.desk.small
        new = self.desk.edited(old, lambda value: edit(Draft(value)))
        comparison = self.desk.compare(old, new)
        assert [f"{c.impact.word} {c.symbol}: {c.what}" for c in comparison.changes] == told
        verdict = self.desk.judge(old, new)
        assert (verdict.missed(comparison), verdict.invented(comparison)) == (set(), [])
        with self.made(new.value) as made:
            use(made)

    @contextmanager
    def made(self, value: Value) -> Iterator[Made]:
        """The package of a document, imported, with a simulator and a declared chat."""
        made = self.generated(value)
        with Simulator(made.api, seed=1, self_check=True) as simulator:
            made.simulator = simulator
            with made.package.Client(
                ACCOUNT, base_url=simulator.base_url, ledger=MemoryLedger()
            ) as client:
                made.client = client
                made.id = client.interactions.declare(made.chat()).interaction_identifier
                yield made

    def generated(self, value: Value) -> Made:
        """Run the one command."""
        name = f"kind_{self.number}"
        spec, out, token = (self.folder / n for n in ("openapi.json", name, "token"))
        spec.write_text(json.dumps(value), "utf-8")
        token.write_text(ACCOUNT, "utf-8")
        arguments = ["generate", "--spec", str(spec), "--out", str(out), "--package", name]
        ran = CliRunner().invoke(codegen, arguments)
        assert ran.exit_code == 0, ran.output
        importlib.invalidate_caches()
        return Made(out, name, token)


@pytest.fixture
def workbench(desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    number = next(NUMBERS)
    monkeypatch.syspath_prepend(tmp_path / f"kind_{number}")
    monkeypatch.chdir(tmp_path)
    return Workbench(desk, tmp_path, number)
