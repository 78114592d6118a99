"""The exporter `csv`: what it leaves, what it does not touch, and formulas made harmless."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elevatekit_plugins.builtin.export.csv import CsvExporter, CsvSettings, unguard
from elevatekit_plugins.builtin.export.guard import guard
from elevatekit_plugins.errors import ConfigError


def export(bench: Any, target: str, *records: Any, **settings: Any) -> list[str]:
    exporter = CsvExporter(CsvSettings(**settings), bench.context(target))
    exporter.open()
    exporter.write(records)
    return list(exporter.finish())


def test_it_makes_the_folder_with_a_file_for_the_rows_and_one_for_each_list(bench: Any) -> None:
    left = export(bench, "deep/out/", bench.record("1", summary="Fine.", topics=("a", "b")))

    assert sorted(left) == ["deep/out/interactions.csv", "deep/out/topics.csv"]
    assert sorted(os.listdir("deep/out")) == ["interactions.csv", "topics.csv"]
    assert bench.rows("deep/out/interactions.csv") == [
        ["interaction_id", "summary", "score"],
        ["1", "Fine.", ""],
    ]
    assert bench.rows("deep/out/topics.csv") == [
        ["interaction_id", "value"],
        ["1", "a"],
        ["1", "b"],
    ]


def test_a_list_without_items_has_its_header(bench: Any) -> None:
    export(bench, "out", bench.record("1"))

    assert bench.rows("out/topics.csv") == [["interaction_id", "value"]]


def test_what_is_in_the_text_comes_back_whatever_it_is(bench: Any) -> None:
    texts = ['say "hi", now', "two\nlines", "two\r\nlines", "Ünï 🎂", " spaces ", ""]

    export(bench, "out", *(bench.record(str(n), summary=text) for n, text in enumerate(texts)))

    assert [row[1] for row in bench.rows("out/interactions.csv")[1:]] == texts


def test_numbers_and_truth_are_written_as_json_writes_them(bench: Any) -> None:
    records = [bench.record("1", score=value) for value in (-1.5, 10**20, True, False, None)]

    export(bench, "out", *records)

    scores = [row[2] for row in bench.rows("out/interactions.csv")[1:]]
    assert scores == ["-1.5", "100000000000000000000", "true", "false", ""]


@pytest.mark.parametrize(
    ("settings", "start", "end"),
    [
        ({}, b"interaction_id,", b"score\n"),
        ({"bom": True}, b"\xef\xbb\xbfinteraction_id,", b"score\n"),
        ({"newline": "crlf"}, b"interaction_id,", b"score\r\n"),
    ],
)
def test_line_ends_and_the_byte_order_mark_are_settings(
    bench: Any, settings: dict[str, Any], start: bytes, end: bytes
) -> None:
    export(bench, "out", **settings)

    content = Path("out/interactions.csv").read_bytes()
    assert content.startswith(start)
    assert content.endswith(end)


RUN_BY_SPREADSHEETS = ["=1+1", "+49 30 1234", "-cmd|' /C calc'!A0", "@SUM(A1)", "-1+1", "--5", "-"]
RUN_BY_SPREADSHEETS += ["\t=1", "\r=1", "\n=1", "\0=1", "-5\n", "＝1+1", "＋1", "－1", "＠x"]
GUARDED_BEFORE = ["'=1", "''@x"]


@pytest.mark.parametrize("text", RUN_BY_SPREADSHEETS + GUARDED_BEFORE)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize(
    "text", ["-5", "-1.234,50", "-0.5", "5", "1=1", "a@b.c", " =1", "'quoted'", "", "'", "plain"]
)
def test_numbers_and_ordinary_text_stay_as_they_are(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\0＝＋－＠15.,a")) | st.text())
def test_the_guard_can_always_be_undone(text: str) -> None:
    assert unguard(guard(text)) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\0＝＋－＠15.,a")))
def test_no_cell_begins_like_a_formula_unless_it_is_a_number(text: str) -> None:
    cell = guard(text)

    harmless = not cell or cell[0] not in "=+-@\t\r\n\0＝＋－＠"
    assert harmless or cell.replace(".", "").replace(",", "")[1:].isdigit()


def test_the_guard_looks_at_text_alone_and_can_be_switched_off(bench: Any) -> None:
    record = bench.record("=1", summary="=1+1", score=-5, topics=("@x",))

    export(bench, "guarded", record)
    export(bench, "plain", record, formula_guard=False)

    assert bench.rows("guarded/interactions.csv")[1] == ["'=1", "'=1+1", "-5"]
    assert bench.rows("guarded/topics.csv")[1] == ["'=1", "'@x"]
    assert bench.rows("plain/interactions.csv")[1] == ["=1", "=1+1", "-5"]


def test_what_was_there_is_replaced_at_the_end_and_not_before(bench: Any) -> None:
    export(bench, "out", bench.record("old"))
    exporter = CsvExporter(CsvSettings(), bench.context("out"))

    exporter.open()
    exporter.write([bench.record("new")])

    assert bench.rows("out/interactions.csv")[1][0] == "old"
    exporter.finish()
    assert bench.rows("out/interactions.csv")[1][0] == "new"


def test_an_export_that_is_given_up_leaves_everything_as_it_was(bench: Any) -> None:
    export(bench, "there", bench.record("old"))
    for target in ("there", "deep/new"):
        exporter = CsvExporter(CsvSettings(), bench.context(target))
        exporter.open()
        exporter.write([bench.record("new")])
        exporter.abort()

    assert os.listdir(".") == ["there"]
    assert sorted(os.listdir("there")) == ["interactions.csv", "topics.csv"]
    assert bench.rows("there/interactions.csv")[1][0] == "old"


def test_files_of_others_are_left_alone_and_leftovers_of_a_killed_export_removed(
    bench: Any,
) -> None:
    Path("out").mkdir()
    for name in ("notes.txt", ".interactions.csv.mine.tmp", "extra.csv"):
        Path("out", name).write_text("mine")
    Path("out/.interactions.csv.0123abcd.tmp").write_text("half a ro")

    export(bench, "out", bench.record("1"))

    assert sorted(os.listdir("out")) == [
        ".interactions.csv.mine.tmp",
        "extra.csv",
        "interactions.csv",
        "notes.txt",
        "topics.csv",
    ]
    assert Path("out/notes.txt").read_text() == "mine"


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(bench: Any) -> None:
    Path("out").mkdir()
    Path("precious.txt").write_text("mine")
    Path("out/interactions.csv").symlink_to(Path("precious.txt").absolute())

    export(bench, "out", bench.record("1"))

    assert Path("precious.txt").read_text() == "mine"
    assert not Path("out/interactions.csv").is_symlink()


def test_files_get_the_mode_that_the_user_chose_for_new_files(bench: Any) -> None:
    before = os.umask(0o027)
    try:
        export(bench, "out")
    finally:
        os.umask(before)

    assert Path("out/interactions.csv").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("target", ["file", "file/below", "out"])
def test_a_folder_that_cannot_be_made_or_written_is_an_error_that_names_it(
    bench: Any, target: str
) -> None:
    Path("file").write_text("mine")
    Path("out/interactions.csv").mkdir(parents=True)
    exporter = CsvExporter(CsvSettings(), bench.context(target))

    with pytest.raises(ConfigError, match=target.split("/")[0]):
        exporter.open()
    exporter.abort()

    assert Path("file").read_text() == "mine"
    assert os.listdir("out") == ["interactions.csv"]
