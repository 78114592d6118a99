"""Without any extra: the client and the command line work; what is missing says what to install."""

from __future__ import annotations

import csv
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from tests.package.conftest import Environment

CALL = """
from elevatekit import Chat, ChatInteraction, ChatMessage, Client, Participant

people = [Participant(participant_id="1", name="Ana", role="customer"),
          Participant(participant_id="2", name="Ben", role="agent")]
words = ["I want my money back for the broken headphones.", "I have refunded $20.50."]
messages = [ChatMessage(participant_id=str(i), timestamp=f"2026-01-01T10:00:0{i}Z", content=text)
            for i, text in enumerate(words, 1)]
with Client() as client:
    declared = client.interactions.declare(
        ChatInteraction(language_tag="en-us", chat=Chat(participants=people, messages=messages))
    )
    print(client.gen_ai.cx.summary(declared.interaction_identifier).summary)
"""


@pytest.fixture(scope="module")
def core(new_environment: Callable[[], Environment], wheel: Path) -> Environment:
    environment = new_environment()
    environment.pip_install(wheel)
    return environment


def test_no_library_of_an_extra_comes_along(core: Environment, metadata: Message) -> None:
    requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]
    needed = {r.name for r in requirements if r.marker is None}
    optional = {r.name for r in requirements if r.marker is not None} - {"elevatekit"}

    installed = set(core.installed())

    assert needed == {"click", "httpx2", "msgspec", "pluggy"}
    assert needed <= installed
    assert installed & optional == set()


def test_the_command_line_explains_itself(core: Environment) -> None:
    assert "gen-ai" in core.run("elevatekit", "--help").stdout
    assert "gen-ai" in core.run("python", "-m", "elevatekit", "--help").stdout
    assert "--ask" in core.run("elevatekit", "pull", "--help").stdout
    assert "csv (elevatekit" in core.run("elevatekit", "--version").stdout


def test_every_plugin_is_listed_and_none_has_failed(core: Environment) -> None:
    done = core.run("elevatekit", "plugins", "list")

    assert "csv" in done.stdout
    assert "failed" not in done.stdout
    assert done.stderr == ""


def test_the_client_calls_an_api_in_another_environment(
    core: Environment, served: dict[str, str]
) -> None:
    assert "headphones" in core.python(CALL, **served)


def test_interactions_are_pulled_and_exported(
    core: Environment, served: dict[str, str], conversations: Path
) -> None:
    pull = ("pull", "--declare", conversations, "--poll", "0.1", "--into", "run.db")
    core.run("elevatekit", *pull, **served)
    core.run("elevatekit", "export", "run.db", "--to", "csv:out/", "--to", "jsonl:out.jsonl")

    with (core.work / "out" / "interactions.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert "headphones" in str(row)
    assert (core.work / "out.jsonl").read_text("utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("elevatekit", "simulate", "--port", "0"), "simulator"),
        (("elevatekit-codegen", "--help"), "codegen"),
        (("python", "-m", "elevatekit_codegen", "check"), "codegen"),
    ],
)
def test_a_part_that_is_not_installed_says_what_to_install(
    core: Environment, command: tuple[str, ...], extra: str
) -> None:
    done = core.run(*command, ok=False)

    assert f'pip install "elevatekit[{extra}]"' in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_exporter_that_is_not_installed_says_what_to_install(
    core: Environment, served: dict[str, str], conversations: Path
) -> None:
    if "slack" not in core.run("elevatekit", "plugins", "list").stdout:
        pytest.skip("there is no exporter `slack`")
    core.run("elevatekit", "pull", "--declare", conversations, "--into", "slack.db", **served)

    done = core.run("elevatekit", "export", "slack.db", "--to", "slack:#quality", ok=False)

    assert 'pip install "elevatekit[slack]"' in done.stderr
    assert "Traceback" not in done.stderr
