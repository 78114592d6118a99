"""Completion as a shell sees it: the printed script is sourced, and asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from elevatekit.operations import API
from elevatekit_codegen.names import COMMAND_TAKEN
from elevatekit_plugins.cli.app import COMMANDS, main

SHELLS = ("bash", "zsh", "fish")
BASH = """
source "$1"
COMP_WORDS=($2 "$3"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_elevatekit_completion elevatekit
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""Source the script, complete the words `$2` and then `$3`, print what bash would offer."""


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(API, ["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on the path, with `elevatekit` in it: this one, not a stranger's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "elevatekit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m elevatekit "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return tmp_path


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("words", "begun", "offered"),
    [
        ("elevatekit", "gen", {"gen-ai"}),
        ("elevatekit gen-ai", "summ", {"summary", "summary-details"}),
        ("elevatekit gen-ai cx", "ask", {"ask", "ask-history"}),
        ("elevatekit gen-ai cx ask", "--que", {"--question"}),
        ("elevatekit completion", "", set(SHELLS)),
        ("elevatekit gen-ai sumary", "summ", {"summary", "summary-details"}),
    ],
)
def test_bash_completes_commands_and_options(
    on_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: str,
    begun: str,
    offered: set[str],
) -> None:
    file = on_path / "completion.bash"
    file.write_text(script("bash", capsys))

    done = subprocess.run(
        ["bash", "--norc", "-c", BASH, "bash", str(file), words, begun],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stderr == ""
    assert set(done.stdout.split()) == offered


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_can_read_its_script(
    shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = script(shell, capsys)
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    file = tmp_path / "script"
    file.write_text(text)

    done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_asks_the_command_by_its_own_name(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = script(shell, capsys)

    assert f"_ELEVATEKIT_COMPLETE={shell}_complete" in text


def test_the_help_says_what_to_put_where(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(API, ["completion", "--help"]) == 0

    out = capsys.readouterr().out
    for shell in SHELLS:
        assert f"elevatekit completion {shell}" in out


def test_a_shell_that_is_not_known_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(API, ["completion", "csh"]) == 2

    assert "'csh' is not one of 'bash', 'zsh', 'fish'" in capsys.readouterr().err


def test_no_spec_can_take_the_name_of_a_command() -> None:
    assert set(COMMANDS) <= COMMAND_TAKEN
