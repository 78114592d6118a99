"""What an export must not replace: its journal, devices and pipes, and what it writes itself."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.builtin.export.files import NewFile
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.errors import ConfigError, ElevateKitError

LONG = "x" * 300


@pytest.mark.parametrize(
    "target", ["run.db", "./run.db", "run.db-wal", "run.db-shm", "run.db.lock", "link", "hard"]
)
@pytest.mark.parametrize("journal", ["run.db", "link"])
def test_a_file_of_the_journal_is_no_target(
    bench: Any, capsys: pytest.CaptureFixture[str], journal: str, target: str
) -> None:
    bench.journal("run.db", {"a": {}})
    Path("link").symlink_to("run.db")
    os.link("run.db", "hard")
    before = Path("run.db").read_bytes()

    code = main(API, ["export", journal, "--to", "jsonl:x.jsonl", "--to", f"jsonl:{target}"])

    assert code == 2
    assert f"--to jsonl:{target} would overwrite" in capsys.readouterr().err
    assert Path("run.db").read_bytes() == before
    assert sorted(os.listdir()) == ["hard", "link", "run.db"]


def test_a_journal_that_has_the_name_of_a_table_is_not_replaced(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.journal("interactions.csv", {"a": {}})
    before = Path("interactions.csv").read_bytes()

    assert main(API, ["export", "interactions.csv", "--to", "csv:."]) == 1

    assert "interactions.csv is a database" in capsys.readouterr().err
    assert Path("interactions.csv").read_bytes() == before
    assert os.listdir() == ["interactions.csv"]


@pytest.mark.parametrize("name", ["pipe", "socket", "link"])
def test_what_is_no_file_is_not_replaced_by_one(bench: Any, name: str) -> None:
    os.mkfifo("pipe")
    Path("link").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        before = {path: os.lstat(path).st_ino for path in os.listdir()}

        with pytest.raises(ConfigError, match="- for stdout"):
            NewFile(Path(name))

        assert {path: os.lstat(path).st_ino for path in os.listdir()} == before


@pytest.mark.parametrize("descriptor", [1, 2])
def test_a_link_to_a_stream_of_the_process_is_not_replaced_where_it_leads_to_a_file(
    tmp_path: Path, descriptor: int
) -> None:
    link = tmp_path / "link"
    link.symlink_to(f"/dev/fd/{descriptor}")
    code = (
        "import pathlib, sys\n"
        "from elevatekit_plugins.builtin.export.files import NewFile\n"
        "NewFile(pathlib.Path(sys.argv[1])).appear()"
    )

    with (tmp_path / "file").open("wb") as file:
        stdout, stderr = (file, None) if descriptor == 1 else (None, file)
        done = subprocess.run(
            [sys.executable, "-c", code, link], stdout=stdout, stderr=stderr, check=False
        )

    assert done.returncode == 1
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("csv:out", "csv:./out"),
        ("csv:out", "csv:out/"),
        ("csv:there", "csv:link/"),
        ("jsonl:x.jsonl", "jsonl:there/../x.jsonl"),
        ("jsonl:-", "jsonl:-"),
        ("slack", "slack:"),
    ],
)
def test_one_place_in_other_words_is_named_twice(
    bench: Any, capsys: pytest.CaptureFixture[str], one: str, other: str
) -> None:
    bench.journal("run.db", {"a": {}})
    Path("there").mkdir()
    Path("link").symlink_to("there")

    assert main(API, ["export", "run.db", "--to", one, "--to", other]) == 2

    assert f"--to {one} is given twice" in capsys.readouterr().err
    assert sorted(os.listdir()) == ["link", "run.db", "there"]


def test_places_that_differ_are_no_repetition(bench: Any) -> None:
    bench.journal("run.db", {"a": {}})

    assert main(API, ["export", "run.db", "--to", "csv:1", "--to", "csv:2", "--to", "jsonl:3"]) == 0

    assert sorted(os.listdir()) == ["1", "2", "3", "run.db"]


def test_two_that_write_one_file_at_once_are_told(bench: Any) -> None:
    first = NewFile(Path("x.jsonl"))
    second = NewFile(Path("x.jsonl"))
    second.close()
    second.appear()
    first.close()

    with pytest.raises(ElevateKitError, match=r"^x\.jsonl: another export") as caught:
        first.appear()

    assert "tmp" not in str(caught.value)


def test_a_folder_of_tables_does_not_go_to_standard_output(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.journal("run.db", {"a": {}})

    assert main(API, ["export", "run.db", "--to", "csv:-"]) == 2

    assert "use csv:DIR/, or jsonl:- for stdout" in capsys.readouterr().err
    assert os.listdir() == ["run.db"]


def test_standard_output_that_is_closed_is_named(
    bench: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.journal("run.db", {"a": {}})
    monkeypatch.setattr(sys, "stdout", None)  # as Python sets it up after `>&-`

    assert main(API, ["export", "run.db", "--to", "jsonl:-"]) == 1

    assert "jsonl:-: stdout is closed" in capsys.readouterr().err


@pytest.mark.parametrize("target", [f"jsonl:{LONG}", f"csv:{LONG}"])
def test_a_name_that_is_too_long_is_named_with_what_is_wrong(
    bench: Any, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    bench.journal("run.db", {"a": {}})

    assert main(API, ["export", "run.db", "--to", target]) == 1

    err = capsys.readouterr().err
    assert "Errno" not in err
    assert "File name too long" in err
    assert os.listdir() == ["run.db"]
