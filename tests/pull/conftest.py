"""A desk to work at: a folder, a service on loopback, and the command line in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from elevatekit.operations import API
from elevatekit_plugins.api import Pull as PullRule
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.journal.store import snapshot
from elevatekit_plugins.pull.turns import chat_body
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

assert API.pull is not None
RULE: PullRule = API.pull


class Rejected(NamedTuple):
    stage: str
    operation: str | None
    error: str
    message: str


class Desk:
    """Runs commands as a script would, keeps what they wrote, and looks into the journal."""

    def __init__(
        self, capsys: pytest.CaptureFixture[str], environment: pytest.MonkeyPatch, stack: ExitStack
    ) -> None:
        self._capsys = capsys
        self._environment = environment
        self._stack = stack
        self.out = self.err = ""

    def serve(self, **settings: Any) -> Simulator:
        """A service on a free port, to which commands go from now on.

        Its clock stands still unless told otherwise: the same input gets the same times.
        """
        simulator = self._stack.enter_context(Simulator(API, **settings))
        self._environment.setenv("ELEVATEKIT_BASE_URL", simulator.base_url)
        return simulator

    def restart(self, simulator: Simulator) -> None:
        """A service that was stopped, with all that it knew, on another port."""
        simulator.start()
        self._stack.callback(simulator.stop)
        self._environment.setenv("ELEVATEKIT_BASE_URL", simulator.base_url)

    def run(self, *arguments: str) -> int:
        self._capsys.readouterr()
        code = main(API, arguments)
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        assert TOKEN not in self.out + self.err
        return code

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """The same command in a process of its own, which can be interrupted and killed."""
        process = subprocess.Popen(
            [sys.executable, "-m", "elevatekit", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        self._stack.callback(process.kill)
        return process

    def chat(self, key: str, text: str = "I would like a refund.") -> dict[str, Any]:
        """A line of the short form."""
        return {
            "id": key,
            "turns": [
                {"role": "customer", "text": f"{text} My order is {key}."},
                {"role": "agent", "text": f"I have refunded order {key} to your card."},
            ],
        }

    def write(self, name: str, *lines: object) -> str:
        """A file in the folder; a string is a line as it is, anything else becomes JSON."""
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        Path(name).write_text("".join(f"{text}\n" for text in texts), "utf-8")
        return name

    def record(self, name: str, seconds: int = 1) -> None:
        """An audio file; without seconds it holds no audio, and its processing fails."""
        with wave.open(name, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(b"\1\0" * 8000 * seconds)

    def declare(self, simulator: Simulator, *keys: str) -> list[str]:
        """Interactions that somebody else has declared already."""
        with SyncApiClient(API, TOKEN, base_url=simulator.base_url) as client:
            answers = [
                client.send(
                    API.operation(RULE.declare),
                    {},
                    {RULE.key: key, **chat_body(RULE, self.chat(key))},
                )
                for key in keys
            ]
        return [answer.json()[RULE.identifier] for answer in answers]

    def stored(self, journal: str = "run.db") -> dict[str, set[str]]:
        """The operations whose payloads a journal has, by key or id."""
        with snapshot(journal) as tables:
            return {
                str(interaction.key or interaction.id): set(
                    tables.results.fetched(interaction.position)
                )
                for interaction in tables.interactions.in_order()
            }

    def rejects(self, journal: str = "run.db") -> list[Rejected]:
        """What a journal misses."""
        with snapshot(journal) as tables:
            return [
                Rejected(kind.stage, kind.operation, kind.error, message)
                for kind in tables.rejects.counts(99)
                for message in kind.messages
            ]

    def results(self, type: str) -> set[str]:
        """The operations whose payloads an interaction of a type has in the end."""
        return {
            operation.id
            for operation in API.operations
            if operation.pull is not None
            and operation.pull.kind != "question"
            and (not operation.pull.types or type in operation.pull.types)
        }

    def export(self, journal: str = "run.db") -> dict[str, bytes]:
        """Every file of an export, by name."""
        assert self.run("export", journal, "--to", "csv:exported/", "--to", "jsonl:x.jsonl") == 0
        return {
            path.name: path.read_bytes() for path in (*Path("exported").iterdir(), Path("x.jsonl"))
        }


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Desk]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("ELEVATEKIT_TOKEN", TOKEN)
    # Nothing listens there: what gets as far as the network fails at once.
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", "http://127.0.0.1:9/v1")
    with ExitStack() as stack:
        yield Desk(capsys, monkeypatch, stack)
