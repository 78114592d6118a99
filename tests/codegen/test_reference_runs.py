"""Every snippet and every command of the reference runs as it stands, against the simulator."""

from __future__ import annotations

import re
import shlex
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elevatekit import Client
from elevatekit.operations import API
from elevatekit_codegen.reference.samples import IDENTIFIER
from elevatekit_plugins.calls.quota import forget_ledgers
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.hooks import events
from elevatekit_plugins.testing.accounts import ACCOUNT

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "generated" / "reference"
WAV = ROOT / "demo" / "conversations" / "billing-call.wav"
UPLOADS = {
    operation.id
    for operation in API.operations
    if operation.body is not None and operation.body.content_type == "multipart/form-data"
}


def pages(kind: str) -> list[Any]:
    """The pages that show how something is done."""
    found = [(path.stem, path.read_text("utf-8")) for path in sorted((REFERENCE / kind).iterdir())]
    shown = [pytest.param(page, id=name) for name, page in found if blocks(page, "python")]
    assert shown
    return shown


def title(page: str) -> str:
    return page.partition("\n# ")[2].partition("\n")[0]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def files(page: str) -> dict[str, str]:
    """The bodies that a page shows, by the name under which its commands read them."""
    pattern = r"^`([\w.-]+)`[^\n]*\n\n```json\n(.*?)^```$"
    return dict(re.findall(pattern, page, re.MULTILINE | re.DOTALL))


class Reader:
    """Does what a page says, with a token, a file and an interaction of its own."""

    def __init__(self, simulator: Any, capsys: pytest.CaptureFixture[str]) -> None:
        self.simulator = simulator
        self._capsys = capsys
        assert API.pull is not None
        declare = REFERENCE / "operations" / f"{API.pull.declare}.md"
        self._bodies = files(declare.read_text("utf-8"))
        self._declare = " ".join([API.name, *API.operation(API.pull.declare).words])

    def interaction(self, operation: str) -> str:
        """The id of a new interaction that has everything an operation may ask for."""
        body = "audio.json" if operation in UPLOADS else "transcript.json"
        Path(body).write_text(self._bodies[body], "utf-8")
        self.command(f"{self._declare} --body {body}")
        (identifier,) = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", self.out)
        self.simulator.clock.advance(3600)
        return str(identifier)

    def python(self, source: str) -> None:
        exec(compile(source, "snippet", "exec"), {"__name__": "snippet"})
        self.out = self.output()

    def output(self) -> str:
        return self._capsys.readouterr()[0]

    def command(self, line: str) -> None:
        program, *arguments = shlex.split(line)
        assert program == API.name
        code = main(API, arguments)
        self.out, told = self._capsys.readouterr()
        assert code == 0, told


@pytest.fixture
def reader(
    elevatekit_simulator: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Reader]:
    monkeypatch.chdir(tmp_path)
    Path("call.wav").write_bytes(WAV.read_bytes())
    monkeypatch.setenv("ELEVATEKIT_TOKEN", ACCOUNT)
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", elevatekit_simulator.base_url)
    yield Reader(elevatekit_simulator, capsys)
    # Snippets ask with the ledger of the process, and ids come again.
    forget_ledgers(elevatekit_simulator.base_url)


@pytest.mark.parametrize("page", pages("operations"))
def test_an_operation_is_called_as_its_page_says(reader: Reader, page: str) -> None:
    operation = API.operation(title(page))
    for name, body in files(page).items():
        Path(name).write_text(body, "utf-8")
    snippets = blocks(page, "python")
    commands = re.findall(r"^\$ (.*)$", "".join(blocks(page, "console")), re.MULTILINE)
    assert len(snippets) >= 2
    assert commands

    for snippet in snippets:
        reader.python(snippet.replace(IDENTIFIER, reader.interaction(operation.id)))
        assert bool(reader.out) == (operation.model is not None)
    for command in commands:
        reader.command(command.replace(IDENTIFIER, reader.interaction(operation.id)))


@pytest.mark.parametrize("page", pages("errors"))
def test_an_error_is_caught_as_its_page_says(
    reader: Reader, elevatekit_faults: Any, page: str
) -> None:
    for snippet in blocks(page, "python"):
        status = int(re.findall(r"^Status (\d+)", page, re.MULTILINE)[0])
        (id,) = re.findall(r"client\.([a-z_.]+)\(", snippet)
        identifier = reader.interaction(id)
        # A wait of a quarter of an hour is not slept through: the error comes at once.
        elevatekit_faults.add(id, status=status, headers={"Retry-After": "900"})

        reader.python(snippet.replace(IDENTIFIER, identifier))

        assert reader.out.startswith(f"{status} ")


@pytest.mark.parametrize("page", pages("models"))
def test_a_model_is_made_as_its_page_says(page: str) -> None:
    for snippet in blocks(page, "python"):
        module: dict[str, Any] = {}
        exec(compile(snippet, "snippet", "exec"), module)
        assert type(module["example"]).__name__ == title(page)


@pytest.mark.parametrize("page", pages("events"))
def test_a_plugin_is_told_as_the_page_of_its_event_says(reader: Reader, page: str) -> None:
    for snippet in blocks(page, "python"):
        plugin = types.ModuleType("plugin")
        exec(compile(snippet, "snippet", "exec"), plugin.__dict__)
        event = getattr(events, title(page))
        (hook,) = re.findall(r"^`(\w+)` is called with this event", page, re.MULTILINE)

        with Client(plugins=[plugin]) as client:
            client.host.notify(hook, event(**dict.fromkeys(event.__struct_fields__)))

        assert reader.output().startswith("None")
