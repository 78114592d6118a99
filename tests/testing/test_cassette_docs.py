"""docs/cassettes.md, followed word by word, with the simulator in the place of the service."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main

pytest_plugins = ["pytester"]

DOCS = (Path(__file__).parents[2] / "docs" / "cassettes.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(# (\w+\.py)\n.*?)```", DOCS, re.DOTALL)
PLUGINS = ("-p", "pytest_recording.plugin", "-p", "elevatekit._pytest", "-W", "error")
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A suite made of the first block for each file."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for text, name in reversed(BLOCKS):
        (pytester.path / name).write_text(text, "utf-8")
    return pytester


def record(
    folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, service: Any
) -> pytest.RunResult:
    [command] = re.findall(r"pytest -n 0 (--elevatekit-target=live .*)\n", DOCS)
    with monkeypatch.context() as live:
        live.setenv(API.env("token"), TOKEN)
        live.setenv(API.env("base_url"), service.base_url)
        return folder.runpytest_subprocess(*PLUGINS, *command.split())


def replay(folder: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return folder.runpytest_subprocess(
        *PLUGINS, "--block-network", "--elevatekit-target=cassette", *arguments
    )


def test_what_is_recorded_as_the_guide_says_fits_the_spec_and_replays(
    folder: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    elevatekit_simulator: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    recorded = record(folder, monkeypatch, elevatekit_simulator)
    cassette = folder.path / "cassettes" / "test_calls" / "test_topics_of_a_refund.yaml"

    recorded.assert_outcomes(passed=1)
    assert elevatekit_simulator.ledger.declared == 1
    assert TOKEN not in cassette.read_text("utf-8")
    assert main(API, ["cassettes", "lint", "cassettes", "--strict"]) == 0
    assert "1 cassettes, 2 interactions: nothing wrong" in capsys.readouterr().err
    # Two files: the test of the calls, and the one that lints.
    replay(folder).assert_outcomes(passed=2)
    assert elevatekit_simulator.ledger.declared == 1


def test_a_conversation_that_is_redacted_as_the_guide_says_holds_no_name(
    folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elevatekit_simulator: Any
) -> None:
    redacting = next(text for text, _ in BLOCKS if "with_redaction" in text)
    (folder.path / "conftest.py").write_text(redacting, "utf-8")
    test = folder.path / "test_calls.py"
    said = "I am Ana Silva, my card is 4111 1111 1111 1234. My money back!"
    test.write_text(test.read_text("utf-8").replace("My money back!", said), "utf-8")

    record(folder, monkeypatch, elevatekit_simulator).assert_outcomes(passed=1)
    replay(folder, "test_calls.py").assert_outcomes(passed=1)

    [cassette] = (folder.path / "cassettes").rglob("*.yaml")
    text = cassette.read_text("utf-8")
    assert "I am Jo Doe, my card is 0000 0000 0011 1234." in text
    assert "Ana" not in text
