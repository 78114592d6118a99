"""Commands that plugins bring: listed without being imported, and never in the way of others."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.host import discovery

GOOD = """
import threading
import click

@click.command("greet")
@click.argument("name")
def greet(name):
    click.echo(f"hello {name}")
    thread = threading.Thread(target=click.echo, args=("and to all",))
    thread.start()
    thread.join()
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with one good command, one that cannot be imported, and one that is none."""
    (tmp_path / "greeting.py").write_text(GOOD)
    (tmp_path / "broken_command.py").write_text("raise RuntimeError('imported too early')")
    info = tmp_path / "greeting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[elevatekit.commands]\ngreet = greeting:greet\nbroken = broken_command:it\n"
        "odd = greeting:click\npull = broken_command:it\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    discovery.forget()
    monkeypatch.chdir(tmp_path)
    yield
    discovery.forget()


@pytest.mark.usefixtures("installed")
class TestInstalledCommands:
    @pytest.mark.parametrize(
        "arguments", [["--help"], ["-h"], ["plugins", "--help"], ["--version"]]
    )
    def test_help_imports_none(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(API, arguments) == 0

        out = capsys.readouterr().out
        if "help" in arguments[0] or arguments == ["-h"]:
            assert "broken" in out
            assert "From greeting." in out

    def test_one_runs_with_its_own_arguments(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(API, ["greet", "Ana"]) == 0

        assert capsys.readouterr().out == "hello Ana\nand to all\n"

    @pytest.mark.parametrize(
        ("name", "says"),
        [("broken", "RuntimeError: imported too early"), ("odd", "is no click command")],
    )
    def test_a_broken_one_is_named_with_its_distribution(
        self, name: str, says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(API, [name]) == 1

        err = capsys.readouterr().err
        assert f"the command {name} (greeting 1.0)" in err
        assert says in err

    def test_one_cannot_take_the_place_of_a_built_in(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(API, ["pull", "--help"]) == 0

        assert "journal" in capsys.readouterr().out
