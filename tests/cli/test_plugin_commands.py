"""Commands that plugins bring: listed without being imported, and never in the way of others."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.pinned import IMPORTS

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
    (tmp_path / "ending_command.py").write_text("raise SystemExit(7)")
    (tmp_path / "broken_command.py").write_text("raise RuntimeError('imported too early')")
    info = tmp_path / "greeting-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[elevatekit.commands]\ngreet = greeting:greet\nbroken = broken_command:it\n"
        "odd = greeting:click\npull = broken_command:it\nends = ending_command:it\n"
        "twice = broken_command:it\n"
    )
    (info / "RECORD").write_text("greeting.py,,\n")
    other = tmp_path / "other-2.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 2.0\n")
    (other / "entry_points.txt").write_text("[elevatekit.commands]\ntwice = greeting:greet\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    discovery.forget()
    monkeypatch.chdir(tmp_path)
    yield
    for module in ("greeting", "broken_command", "ending_command"):
        sys.modules.pop(module, None)
    discovery.forget()
    IMPORTS.forget()


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
        [
            ("broken", "RuntimeError: imported too early"),
            ("odd", "is not a click command"),
            ("ends", "cannot be imported: SystemExit: 7; fix it, or uninstall greeting"),
        ],
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

        out, err = capsys.readouterr()
        assert "journal" in out
        assert "running the built-in pull, not the command pull (greeting 1.0)" in err

    def test_two_of_one_name_are_both_refused_and_named(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(API, ["twice", "Ana"]) == 1

        assert (
            "the commands twice (greeting 1.0) and twice (other 2.0) have the same name, so none of"
            " them is used; uninstall all but one" in capsys.readouterr().err
        )

    @pytest.mark.parametrize(
        ("variable", "value", "code", "says"),
        [
            ("ELEVATEKIT_DISABLE_PLUGINS", "greet", 1, "is disabled by ELEVATEKIT_DISABLE_P"),
            ("ELEVATEKIT_DISABLE_PLUGINS", "all", 1, "is disabled by ELEVATEKIT_DISABLE_PLU"),
            ("ELEVATEKIT_PLUGINS", "other", 1, "is disabled: not in ELEVATEKIT_PLUGINS or only_"),
            ("ELEVATEKIT_PLUGINS", "greet", 0, ""),
            (
                "ELEVATEKIT_PLUGIN_PINS",
                "greeting=sha256:" + "0" * 64,
                1,
                "have changed since they were p",
            ),
        ],
    )
    def test_one_can_be_switched_off_and_pinned_like_a_plugin(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        variable: str,
        value: str,
        code: int,
        says: str,
    ) -> None:
        monkeypatch.setenv(variable, value)

        assert main(API, ["greet", "Ana"]) == code

        out, err = capsys.readouterr()
        assert ("hello" in out) == (code == 0)
        assert says in err

    def test_one_that_is_what_was_pinned_runs(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(API, ["plugins", "pin", "greeting"]) == 0
        Path("elevatekit.toml").write_text(capsys.readouterr().out)

        assert main(API, ["greet", "Ana"]) == 0

        assert "hello Ana" in capsys.readouterr().out
