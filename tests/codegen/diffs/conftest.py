"""One edit of the spec, one command, and everything that is made of it: to be used as people do."""

from __future__ import annotations

import importlib
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from elevatekit_codegen.cli import main as codegen
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT

from .copies import small
from .draft import Draft
from .made import Made
from .samples import Value
from .verdict import judge

NUMBERS = itertools.count(1)
"""A package that was imported stays: each has a name of its own."""


@dataclass(frozen=True)
class Workbench:
    """Makes the package of an edited spec, and tells what the edit means."""

    folder: Path
    number: int

    def holds(
        self,
        edit: Callable[[Draft], object],
        told: list[str],
        use: Callable[[Made], object],
        *,
        of: Callable[[Draft], object] = lambda draft: None,
    ) -> None:
        """One edit and one command: the diff tells it, no judge differs, and it can be used.

        Args:
            of: what is done to the spec before, where it has nothing of the kind to edit.
        """
        old = small().edited(lambda value: of(Draft(value)))
        new = old.edited(lambda value: edit(Draft(value)))
        comparison = old.compared(new)
        assert [f"{c.impact.word} {c.symbol}: {c.what}" for c in comparison.changes] == told
        verdict = judge(old, new)
        assert verdict.missed(comparison) | verdict.overlooked(comparison) == set()
        assert verdict.invented(comparison) == []
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
def workbench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workbench:
    number = next(NUMBERS)
    monkeypatch.syspath_prepend(tmp_path / f"kind_{number}")
    monkeypatch.chdir(tmp_path)
    return Workbench(tmp_path, number)
