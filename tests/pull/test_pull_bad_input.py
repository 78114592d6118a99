"""What cannot be used is named, nothing is sent for it, and the others are done."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.cli.terminal import printable
from elevatekit_plugins.simulator.faults import Fault

ID = "00000000-0000-4000-8000-00000000abcd"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b", "turns": [', "is not JSON"),
        ("[1, 2]", "is a JSON list, not an object"),
        ('"text"', "is a JSON str, not an object"),
        ('{"id": "b"}', "neither `type`"),
        ('{"turns": [{"role": "agent", "text": "Hi."}]}', "has no `id`"),
        ('{"id": "", "turns": [{"role": "agent", "text": "Hi."}]}', "has no `id`"),
        ('{"id": true, "turns": [{"role": "agent", "text": "Hi."}]}', "has no `id`"),
        ('{"id": "b", "turns": []}', "at least one turn"),
        ('{"id": "b", "turns": [{"role": "agent"}]}', "turn 1 must have a `role` and a `text`"),
        ('{"id": "b", "turns": [{"role": "agent", "text": 3}]}', "turn 1 must have"),
        ('{"id": "b", "type": 3}', "`type` must be a string"),
        ('{"id": "b", "type": "audio"}', "needs a `file` to upload or a `downloadUri`"),
        ('{"id": "b", "type": "audio", "file": "gone.wav"}', "gone.wav, does not exist"),
        ('{"id": "b", "type": "audio", "file": "."}', "is a directory"),
        ('{"id": "b", "type": "audio", "file": "/dev/zero"}', "is not a regular file"),
        ('{"id": "b", "type": "audio", "file": "%s"}' % ("x" * 300), "cannot be read"),
        ('{"id": "b", "type": "audio", "file": "a\\u0000b"}', "cannot be read"),
        ('{"id": "a", "turns": [{"role": "agent", "text": "Again."}]}', "declared in line 1"),
        ('{"id": "b", "x": "\\ud800"}', "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_are_done(
    desk: Any, line: str, said: str
) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", desk.chat("a"), "", line, desk.chat("c"))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 3

    [reject] = desk.rejects()
    assert reject.stage == "input"
    assert reject.message.startswith("calls.jsonl, line 3: ")
    assert said in reject.message
    assert printable(reject.message) in desk.err
    assert list(desk.stored()) == ["a", "c"]
    assert simulator.ledger.declared == 2


def test_a_line_that_was_mended_is_no_reject_any_more(desk: Any) -> None:
    desk.serve()
    desk.write("calls.jsonl", desk.chat("a"), "{")
    desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db")
    desk.write("calls.jsonl", desk.chat("a"), desk.chat("b"))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0

    assert desk.rejects() == []


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(desk: Any) -> None:
    desk.serve()
    desk.write("plain.jsonl", desk.chat("a"), desk.chat("b"))
    text = Path("plain.jsonl").read_bytes().replace(b"\n", b"\r\n")
    Path("calls.jsonl").write_bytes(b"\xef\xbb\xbf" + text)

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0

    assert list(desk.stored()) == ["a", "b"]


@pytest.mark.parametrize("option", ["--declare", "--ids"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"\xef\xbb\xbf\n \n"), "is empty"),
        (lambda path: None, "No such file"),
        (lambda path: path.mkdir(), "is a directory"),
    ],
)
def test_a_file_that_holds_nothing_is_an_error_and_leaves_no_journal(
    desk: Any, option: str, make: Any, said: str
) -> None:
    make(Path("input"))

    assert desk.run("pull", option, "input", "--into", "run.db") == 2

    assert said in desk.err
    assert "input" in desk.err
    assert not Path("run.db").exists()


@pytest.mark.parametrize("id", ["..", "", "a/b", f"{ID}/x", ID[:-1], f" {ID}", "../../etc/passwd"])
def test_an_id_that_is_no_guid_is_named_and_nothing_is_sent(desk: Any, id: str) -> None:
    assert desk.run("pull", ID, id, "--into", "run.db") == 2

    assert "GUID" in desk.err
    assert repr(id) in desk.err
    assert not Path("run.db").exists()


def test_a_bad_id_in_a_file_is_named_by_its_line_and_the_others_are_done(desk: Any) -> None:
    simulator = desk.serve()
    [id] = desk.declare(simulator, "a")
    desk.write("ids.txt", "not-a-guid", id)

    assert desk.run("pull", "--ids", "ids.txt", "--into", "run.db") == 3

    assert "ids.txt, line 1: " in desk.err
    assert "GUID" in desk.err
    assert desk.stored() == {id: desk.results("chat")}


def test_a_bad_id_on_standard_input_is_named_by_its_line(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.serve()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\nnot-a-guid\n")))

    assert desk.run("pull", "--ids", "-", "--into", "run.db") == 3

    assert "standard input, line 2: " in desk.err


@pytest.mark.parametrize(
    ("question", "said"), [("x" * 251, "251 characters; the limit is 250"), (" \t", "empty")]
)
def test_a_question_that_the_spec_forbids_is_refused_before_anything_is_sent(
    desk: Any, question: str, said: str
) -> None:
    assert desk.run("pull", ID, "--ask", question, "--into", "run.db") == 2

    assert said in desk.err
    assert not Path("run.db").exists()


NAME = os.fsdecode(b"x\xff")
"""No UTF-8: Linux allows it as the name of a file, and Python reads it as a surrogate."""
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="files have no such names")


@only_linux
def test_a_file_whose_name_is_no_text_is_read_and_its_bad_lines_are_named(desk: Any) -> None:
    desk.serve()
    desk.write(f"{NAME}.jsonl", "{", {"id": "b", "type": "audio", "file": "gone"}, desk.chat("a"))
    command = ("pull", "--declare", f"{NAME}.jsonl", "--into", f"{NAME}.db")

    assert desk.run(*command) == 3

    messages = [reject.message for reject in desk.rejects(f"{NAME}.db")]
    assert [message.partition(": ")[0] for message in messages] == [
        r"x\udcff.jsonl, line 1",
        r"x\udcff.jsonl, line 2",
    ]
    desk.write(f"{NAME}.jsonl", desk.chat("a"))
    assert desk.run(*command) == 0
    assert desk.rejects(f"{NAME}.db") == []


def test_a_question_that_is_no_text_is_refused_before_anything_is_sent(desk: Any) -> None:
    assert desk.run("pull", ID, "--ask", NAME, "--into", "run.db") == 2

    assert r"x\udcff" in desk.err
    assert not Path("run.db").exists()


def test_more_questions_than_the_budget_allows_are_refused_before_anything_is_sent(
    desk: Any,
) -> None:
    asks = [word for number in range(6) for word in ("--ask", f"Question {number}?")]

    assert desk.run("pull", ID, *asks, "--into", "run.db") == 2

    assert "6 questions" in desk.err
    assert not Path("run.db").exists()


def test_a_pattern_that_fits_no_result_is_answered_with_the_nearest_names(desk: Any) -> None:
    assert desk.run("pull", ID, "--only", "gen_ai.cx.sumary", "--into", "run.db") == 2

    assert "gen_ai.cx.summary" in desk.err


def _text(path: Path) -> None:
    path.write_text("interaction,summary\n")


def _other_database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE calls (id)")
    connection.close()


def _newer_journal(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE calls (id); PRAGMA application_id = 1162562124; PRAGMA user_version = 99"
    )
    connection.close()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_text, "is not a journal"),
        (_other_database, "not a journal"),
        (_newer_journal, "version 99"),
        (Path.mkdir, "is a directory"),
    ],
)
@pytest.mark.parametrize(
    "command", [("pull", ID, "--into", "run.db"), ("export", "run.db", "--to", "csv:out/")]
)
def test_a_file_that_is_no_journal_is_refused_and_left_as_it_is(
    desk: Any, make: Any, said: str, command: tuple[str, ...]
) -> None:
    path = Path("run.db")
    make(path)
    before = path.read_bytes() if path.is_file() else None

    assert desk.run(*command) == 2

    assert said in desk.err
    assert "run.db" in desk.err
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_journal_in_a_folder_that_does_not_exist_is_refused(desk: Any) -> None:
    assert desk.run("pull", ID, "--into", "gone/run.db") == 2

    assert "the directory gone does not exist" in desk.err


@pytest.mark.parametrize("name", ["run.db", "x" * 300])
def test_a_pull_without_input_into_a_new_journal_says_what_to_name(desk: Any, name: str) -> None:
    assert desk.run("pull", "--into", name) == 2

    assert "--declare" in desk.err
    assert os.listdir() == []


@pytest.mark.parametrize("poll", ["inf", "nan", "1e10", "0", "-1", "soon"])
def test_a_poll_that_is_no_number_of_seconds_is_refused(desk: Any, poll: str) -> None:
    desk.write("calls.jsonl", desk.chat("a"))

    code = desk.run("pull", "--declare", "calls.jsonl", "--poll", poll, "--into", "run.db")

    assert code == 2
    assert not Path("run.db").exists()


def test_a_pipe_is_read_once_and_everything_in_it_is_done(desk: Any) -> None:
    simulator = desk.serve()
    lines = "".join(f"{json.dumps(desk.chat(key))}\n" for key in "abc").encode()
    reading, writing = os.pipe()
    os.write(writing, lines)
    os.close(writing)

    assert desk.run("pull", "--declare", f"/dev/fd/{reading}", "--into", "run.db") == 0, desk.err

    os.close(reading)
    assert simulator.ledger.declared == 3


def test_a_pipe_with_nothing_in_it_makes_no_journal(desk: Any) -> None:
    reading, writing = os.pipe()
    os.close(writing)

    assert desk.run("pull", "--ids", f"/dev/fd/{reading}", "--into", "run.db") == 2

    os.close(reading)
    assert "is empty" in desk.err
    assert not Path("run.db").exists()


def test_an_answer_that_is_no_json_is_a_reject_and_fetched_again_by_the_next_run(
    desk: Any,
) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", desk.chat("a"))
    page = Fault(operation="gen_ai.topics", status=200, body="<html>Log in</html>")
    simulator.faults.set([page])

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 3
    assert "gen_ai.topics answered 200 with" in desk.err

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0
    assert simulator.ledger.calls["gen_ai.topics"] == 2
