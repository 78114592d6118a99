"""What one command makes of a spec, to be used as people do."""

from __future__ import annotations

import importlib
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from elevatekit_plugins.cli.app import app
from elevatekit_plugins.export.records import Records
from elevatekit_plugins.simulator.faults.rules import Fault
from elevatekit_plugins.testing.accounts import ACCOUNT


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
