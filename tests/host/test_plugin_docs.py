"""docs/plugins.md is so: its code runs, its commands work, and it names every hook."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.host.contract import HOOKS
from elevatekit_plugins.testing.accounts import ACCOUNT

PAGE = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elevatekit_simulator: Any, install: Any
) -> Path:
    """Where somebody follows the page, with what it takes to be installed."""
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "ELEVATEKIT_TOKEN": ACCOUNT,
        "ELEVATEKIT_BASE_URL": elevatekit_simulator.base_url,
        "ONCE_TOKEN": "from the environment",
        "SLACK_WEBHOOK_URL": "https://hooks.slack.com/services/T/B/x",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / ".config"),
    }.items():
        monkeypatch.setenv(name, value)
    for kind, text in BLOCKS:
        if kind == "python" and text.startswith("# "):
            (tmp_path / text.partition("\n")[0].removeprefix("# ")).write_text(text)
    return tmp_path


@pytest.mark.parametrize("code", [text for kind, text in BLOCKS if kind == "python"])
@pytest.mark.usefixtures("folder")
def test_its_code_runs(code: str) -> None:
    exec(compile(code, "docs/plugins.md", "exec", dont_inherit=True), {"__name__": "page"})


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "toml"])
def test_its_files_are_read(folder: Path, text: str) -> None:
    if text.startswith("[project"):  # the author's own, and none of ours
        assert tomllib.loads(text)["project"]["entry-points"]["elevatekit"]
        return
    # What says who signs belongs into the user's own folder.
    name = ".config/elevatekit/config.toml" if text.startswith("auth") else "elevatekit.toml"
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)

    config = load_config(API)

    assert config.plugins.pins or any(f.plugins for f in config.plugins.settings)


@pytest.mark.parametrize(
    "line",
    [line for kind, text in BLOCKS if kind == "console" for line in text.splitlines()],
)
def test_its_commands_work(folder: Path, line: str) -> None:
    assert main(API, line.removeprefix("$ elevatekit ").split()) == 0


def test_it_names_every_hook_and_no_other() -> None:
    cells = re.findall(r"^\| (?:registration|event|pipe) \| ([^|]+) \|", PAGE, re.MULTILINE)
    named: list[str] = []
    for cell in cells:
        first, *others = re.findall(r"`(\w+)`", cell)
        stem = "elevatekit_register" if first.startswith("elevatekit_register") else "elevatekit"
        named += [first, *(f"{stem}{other}" for other in others)]

    assert sorted(named) == sorted(HOOKS)


def test_every_block_is_of_a_kind_that_runs() -> None:
    assert {kind for kind, _ in BLOCKS} == {"python", "toml", "console"}
