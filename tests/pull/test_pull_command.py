"""`pull` against a service on loopback: what it fetches, rejects, resumes and says."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.journal.store import Journal
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.testing.accounts import ACCOUNT

SUMMARY = "gen_ai.cx.summary"
TOPICS = "gen_ai.cx.topics"
ASK = "gen_ai.cx.ask"
HISTORY = "gen_ai.cx.ask_history"
DECLARE = "interactions.declare"
STATUS = "interactions.status"
QUESTION = "Was a refund given?"
LOST = Fault(operation=ASK, status=500, after=True)
"""A question whose answer is lost."""
UPLOAD = "interactions.upload"


def _unlisted(times: int = 1) -> Fault:
    """A history that lists no question yet."""
    return Fault(operation=HISTORY, status=200, body={"questions": []}, times=times)


def test_every_result_of_every_line_is_stored_in_the_order_of_the_lines(desk: Any) -> None:
    simulator = desk.serve(self_check=True)
    keys = [f"call-{number:02}" for number in range(30)]
    desk.write("calls.jsonl", *(desk.chat(key) for key in keys))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0

    stored = desk.stored()
    assert list(stored) == keys
    assert all(operations == desk.results("chat") for operations in stored.values())
    assert simulator.ledger.declared == 30
    assert simulator.ledger.refused == {}
    assert simulator.ledger.violations == []
    assert desk.out == ""
    assert "30 of 30 interactions" in desk.err
    assert "elevatekit export run.db --to csv:out/" in desk.err


def test_a_second_run_sends_nothing(desk: Any) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", desk.chat("a"), desk.chat("b"))
    arguments = ("pull", "--declare", "calls.jsonl", "--ask", QUESTION, "--into", "run.db")
    assert desk.run(*arguments) == 0
    before = simulator.ledger.calls.copy()

    assert desk.run(*arguments) == 0

    assert simulator.ledger.calls == before


def test_a_line_that_was_answered_is_not_declared_again_though_the_file_grew(desk: Any) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", desk.chat("a"))
    desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db")
    desk.write("calls.jsonl", desk.chat("new"), desk.chat("a"))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0

    assert simulator.ledger.calls[DECLARE] == 2
    assert list(desk.stored()) == ["a", "new"]


def test_audio_is_uploaded_waited_for_and_only_then_read(desk: Any) -> None:
    desk.serve(clock_rate=5000)
    Path("in").mkdir()
    desk.record("in/call.wav")
    line = {"id": "call", "type": "audio", "languageTag": "en-us", "vertical": "default"}
    desk.write("in/calls.jsonl", {**line, "file": "call.wav"})

    assert (
        desk.run("pull", "--declare", "in/calls.jsonl", "--poll", "0.01", "--into", "run.db") == 0
    )

    assert desk.stored() == {"call": desk.results("audio")}


def test_audio_that_cannot_be_processed_is_one_reject_and_has_no_results(desk: Any) -> None:
    simulator = desk.serve(clock_rate=5000)
    desk.record("empty.wav", seconds=0)
    line = {"id": "call", "type": "audio", "languageTag": "en-us", "vertical": "default"}
    desk.write("calls.jsonl", {**line, "file": "empty.wav"})
    arguments = ("pull", "--declare", "calls.jsonl", "--poll", "0.01", "--into", "run.db")

    assert desk.run(*arguments) == 3

    [reject] = desk.rejects()
    assert (reject.stage, reject.operation) == ("wait", STATUS)
    assert "no audio" in reject.message
    assert desk.stored() == {"call": {STATUS, "interactions.get"}}
    assert simulator.ledger.calls[SUMMARY] == 0
    assert "no audio" in desk.err
    calls = simulator.ledger.calls.copy()
    assert desk.run(*arguments) == 3
    assert simulator.ledger.calls == calls


def _upload(desk: Any, **settings: Any) -> tuple[Any, tuple[str, ...]]:
    """A service, and the command that declares a call and uploads it there."""
    simulator = desk.serve(clock_rate=5000, **settings)
    desk.record("call.wav")
    line = {"id": "call", "type": "audio", "languageTag": "en-us", "vertical": "default"}
    desk.write("calls.jsonl", {**line, "file": "call.wav"})
    return simulator, ("pull", "--declare", "calls.jsonl", "--poll", "0.01", "--into", "run.db")


def _pending(nth: int = 1) -> Fault:
    """A state that lags: the file has arrived already."""
    return Fault(operation=STATUS, nth=nth, status=200, body={"status": "filePendingUpload"})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processing takes a few milliseconds: a second is long enough to wait for it."""
    monkeypatch.setattr("elevatekit_plugins.pull.fetching.PATIENCE", 1.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("faults", "uploads"),
    [
        ([Fault(operation=UPLOAD, status=500)], 2),
        ([Fault(operation=UPLOAD, status=500, after=True)], 1),
        # The file is sent again, and the server says that it has it.
        ([Fault(operation=UPLOAD, status=500, after=True), _pending()], 2),
    ],
    ids=["it did not arrive", "it arrived", "it arrived, and the state lags"],
)
def test_the_state_tells_whether_a_file_arrived_whose_upload_was_not_answered(
    desk: Any, faults: list[Fault], uploads: int
) -> None:
    simulator, command = _upload(desk, faults=faults)

    assert desk.run(*command) == 0

    assert simulator.ledger.calls[UPLOAD] == uploads
    assert desk.stored() == {"call": desk.results("audio")}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("faults", "code"),
    [
        (
            [
                Fault(operation=UPLOAD, status=500),
                Fault(operation=UPLOAD, nth=2, status=500, after=True),
                _pending(nth=2),
            ],
            3,
        ),
        (
            [
                Fault(operation=UPLOAD, status=500, after=True),
                _pending(),
                Fault(operation=UPLOAD, nth=2, status=401),
            ],
            1,
        ),
    ],
    ids=["the second upload was not answered", "the token was refused"],
)
def test_the_next_run_looks_for_a_file_before_it_sends_it_again(
    desk: Any, faults: list[Fault], code: int
) -> None:
    simulator, command = _upload(desk, faults=faults)
    assert desk.run(*command) == code
    assert simulator.ledger.calls[UPLOAD] == 2

    assert desk.run(*command) == 0

    assert simulator.ledger.calls[UPLOAD] == 2
    assert desk.stored() == {"call": desk.results("audio")}


@pytest.mark.usefixtures("impatient")
def test_an_upload_that_breaks_off_again_is_a_reject_and_the_next_run_goes_on(desk: Any) -> None:
    simulator, command = _upload(desk, faults=[Fault(operation=UPLOAD, status=500, times=2)])

    assert desk.run(*command) == 3

    [reject] = desk.rejects()
    assert (reject.stage, reject.operation) == ("upload", UPLOAD)
    assert simulator.ledger.calls[UPLOAD] == 2
    assert "retry with" in desk.err
    assert desk.run(*command) == 0
    assert simulator.ledger.calls[UPLOAD] == 3
    assert desk.rejects() == []
    assert desk.stored() == {"call": desk.results("audio")}


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("status", [400, 409, 413])
def test_a_file_that_is_refused_when_it_is_sent_again_has_not_arrived_by_that(
    desk: Any, status: int
) -> None:
    broken = Fault(operation=UPLOAD, status=500)
    refused = Fault(operation=UPLOAD, nth=2, status=status)
    simulator, command = _upload(desk, faults=[broken, refused])

    assert desk.run(*command) == 3

    [reject] = desk.rejects()
    assert reject.stage == "upload"
    assert f"answered {status}" in reject.message
    assert simulator.ledger.calls[UPLOAD] == 2


def test_a_waiting_interaction_blocks_no_worker(desk: Any) -> None:
    simulator = desk.serve()  # its clock stands still: the audio is never processed
    desk.record("call.wav")
    line = {"id": "call", "type": "audio", "languageTag": "en-us", "vertical": "default"}
    desk.write("calls.jsonl", {**line, "file": "call.wav"}, desk.chat("a"), desk.chat("b"))

    with desk.start(
        "pull", "--declare", "calls.jsonl", "--workers", "1", "--poll", "0.01", "--into", "run.db"
    ) as process:
        generated = [id for id in desk.results("chat") if id.startswith("gen_ai")]
        while min(simulator.ledger.calls[id] for id in generated) < 2:
            assert process.poll() is None
        polls = simulator.ledger.calls[STATUS]
        while simulator.ledger.calls[STATUS] < polls + 2:  # the one worker is back at the audio
            assert process.poll() is None
        process.terminate()
        _, errors = process.communicate()

    assert process.returncode == 130, errors
    assert "2 of 3 done" in errors


def test_ids_come_from_arguments_files_and_standard_input(
    desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator = desk.serve()
    first, second, third, fourth = desk.declare(simulator, "a", "b", "c", "d")
    desk.write("ids.txt", second, "", first.upper(), third, second)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{fourth}\r\n".encode())))

    assert desk.run("pull", first, "--ids", "ids.txt", "--into", "run.db") == 0
    assert desk.run("pull", "--ids", "-", "--into", "run.db") == 0

    stored = desk.stored()
    assert list(stored) == [first, second, third, fourth]
    assert all(operations == desk.results("chat") for operations in stored.values())
    assert simulator.ledger.declared == 4


def test_an_id_that_does_not_exist_is_one_reject_and_stops_no_other(desk: Any) -> None:
    simulator = desk.serve()
    [known] = desk.declare(simulator, "a")
    unknown = "00000000-0000-4000-8000-00000000abcd"

    assert desk.run("pull", unknown, known, "--into", "run.db") == 3

    [reject] = desk.rejects()
    assert (reject.stage, reject.operation) == ("fetch", "interactions.get")
    assert desk.stored() == {unknown: set(), known: desk.results("chat")}


def test_without_input_the_interactions_of_the_journal_are_completed(desk: Any) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", desk.chat("a"), desk.chat("b"))
    desk.run("pull", "--declare", "calls.jsonl", "--only", SUMMARY, "--into", "run.db")
    assert simulator.ledger.calls[TOPICS] == 0

    assert desk.run("pull", "--ask", QUESTION, "--into", "run.db") == 0

    assert set(map(frozenset, desk.stored().values())) == {frozenset(desk.results("chat"))}
    assert simulator.ledger.calls[DECLARE] == 2
    assert simulator.ledger.asked[ASK].successes == 2


def test_only_takes_patterns_and_fetches_nothing_else(desk: Any) -> None:
    desk.serve()
    desk.write("calls.jsonl", desk.chat("a"))

    assert (
        desk.run(
            *("pull", "--declare", "calls.jsonl", "--into", "run.db"),
            *("--only", "gen_ai.cx.s*", "--only", "gen_ai.topics"),
        )
        == 0
    )

    about = {STATUS, "interactions.get"}
    assert desk.stored() == {"a": about | {SUMMARY, "gen_ai.cx.summary_details", "gen_ai.topics"}}


def test_a_failed_fetch_is_a_reject_and_stops_nothing_else(desk: Any) -> None:
    desk.serve(faults=[Fault(operation=SUMMARY, status=422)])
    desk.write("calls.jsonl", desk.chat("a"))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 3

    [reject] = desk.rejects()
    assert (reject.stage, reject.operation) == ("fetch", SUMMARY)
    assert desk.stored() == {"a": desk.results("chat") - {SUMMARY}}
    assert f"1 x fetch {SUMMARY}" in desk.err


def test_what_may_succeed_later_is_fetched_by_the_next_run_and_nothing_else_is(desk: Any) -> None:
    simulator = desk.serve(
        faults=[
            Fault(operation=SUMMARY, status=429, times=9, headers={"Retry-After": "999"}),
            Fault(operation=TOPICS, status=422, times=9),
        ]
    )
    desk.write("calls.jsonl", desk.chat("a"))
    arguments = ("pull", "--declare", "calls.jsonl", "--into", "run.db")
    assert desk.run(*arguments) == 3
    assert len(desk.rejects()) == 2
    assert "retry with: elevatekit pull --declare calls.jsonl --into run.db" in desk.err
    simulator.faults.set([])
    before = simulator.ledger.calls.copy()

    assert desk.run(*arguments) == 3

    assert simulator.ledger.calls - before == {SUMMARY: 1}
    [left] = desk.rejects()
    assert left.operation == TOPICS
    assert "retry with" not in desk.err


def test_a_declaration_whose_answer_was_lost_is_unknown_and_never_sent_again(desk: Any) -> None:
    simulator = desk.serve(faults=[Fault(operation=DECLARE, nth=2, status=500, after=True)])
    desk.write("calls.jsonl", desk.chat("a"), desk.chat("b"), desk.chat("c"))
    arguments = ("pull", "--declare", "calls.jsonl", "--workers", "1", "--into", "run.db")

    assert desk.run(*arguments) == 3
    assert desk.run(*arguments) == 3

    [reject] = desk.rejects()
    assert (reject.stage, reject.error) == ("declare", "OutcomeUnknownError")
    assert reject.message.startswith("unknown")
    assert "unknown" in desk.err
    assert simulator.ledger.declared == simulator.ledger.calls[DECLARE] == 3


def test_a_declaration_that_was_refused_is_taken_again_once_its_line_is_mended(desk: Any) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", {"id": "a", "type": "chat", "languageTag": "en-us"})
    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 3
    assert [reject.stage for reject in desk.rejects()] == ["declare"]
    desk.write("calls.jsonl", desk.chat("a"))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0

    assert simulator.ledger.declared == 1
    assert desk.rejects() == []


def test_each_question_is_asked_once_and_its_answer_kept(desk: Any) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", desk.chat("a"), desk.chat("b"))
    questions = ("--ask", QUESTION, "--ask", "Who called?", "--ask", QUESTION)

    assert desk.run("pull", "--declare", "calls.jsonl", *questions, "--into", "run.db") == 0

    assert simulator.ledger.asked[ASK].successes == 4
    lines = [json.loads(line) for line in desk.export()["x.jsonl"].splitlines()]
    for line in lines:
        asked = line["results"][ASK]
        assert [entry["question"] for entry in asked] == [QUESTION, "Who called?"]
        assert all(entry["outcome"] == "success" and entry["answer"] for entry in asked)


def test_a_question_whose_answer_was_lost_is_settled_from_the_history(desk: Any) -> None:
    simulator = desk.serve(faults=[Fault(operation=ASK, status=500, after=True)])
    desk.write("calls.jsonl", desk.chat("a"))
    arguments = ("--declare", "calls.jsonl", "--ask", QUESTION, "--poll", "0.01")

    assert desk.run("pull", *arguments, "--into", "run.db") == 0

    assert simulator.ledger.calls[ASK] == 1
    lost = desk.export()["questions.csv"]
    simulator.reset()
    simulator.faults.set([])
    assert desk.run("pull", *arguments, "--into", "whole.db") == 0
    assert desk.export("whole.db")["questions.csv"] == lost


def test_a_question_of_unknown_outcome_is_never_asked_again_and_every_run_looks_for_it(
    desk: Any,
) -> None:
    simulator = desk.serve(faults=[LOST, _unlisted(times=4)])
    [id] = desk.declare(simulator, "a")
    arguments = ("pull", id, "--ask", QUESTION, "--poll", "0.01", "--into", "run.db")

    for looks in (2, 4):
        assert desk.run(*arguments) == 3
        assert simulator.ledger.calls[HISTORY] == looks
        [reject] = desk.rejects()
        assert (reject.stage, reject.error) == ("ask", "OutcomeUnknownError")
        assert "unknown" in reject.message
        assert "retry with" in desk.err
        assert b",unknown," in desk.export()["questions.csv"]
        with Journal("run.db") as journal:
            assert journal.ledger.spent(ASK, id) == Spent(unknown=1)

    assert desk.run(*arguments) == 0  # the history lists it now

    assert simulator.ledger.calls[ASK] == 1
    assert desk.rejects() == []
    assert b",success," in desk.export()["questions.csv"]
    with Journal("run.db") as journal:
        assert journal.ledger.spent(ASK, id) == Spent(successes=1)


def test_a_run_looks_once_more_at_its_end_for_what_the_history_did_not_list(desk: Any) -> None:
    simulator = desk.serve(faults=[LOST, _unlisted()])
    desk.write("calls.jsonl", *(desk.chat(key) for key in "abc"))
    questions = ("--ask", QUESTION, "--ask", "Who called?")

    assert (
        desk.run(
            *("pull", "--declare", "calls.jsonl", *questions, "--poll", "0.01"),
            *("--into", "run.db"),
        )
        == 0
    )

    assert simulator.ledger.calls[ASK] == 6
    assert simulator.ledger.calls[HISTORY] == 2
    assert "3 of 3 interactions" in desk.err
    assert desk.export()["questions.csv"].count(b",success,") == 6


def test_a_question_that_failed_on_the_way_is_settled_as_failed(desk: Any) -> None:
    simulator = desk.serve(faults=[Fault(operation=ASK, status=500)])
    [id] = desk.declare(simulator, "a")

    assert desk.run("pull", id, "--ask", QUESTION, "--poll", "0.01", "--into", "run.db") == 3

    assert [reject.stage for reject in desk.rejects()] == ["ask"]
    with Journal("run.db") as journal:
        assert journal.ledger.spent(ASK, id) == Spent(errors=1)


def test_a_question_that_failed_is_a_reject_with_its_status(desk: Any) -> None:
    simulator = desk.serve(faults=[Fault(operation=ASK, status=422)])
    desk.write("calls.jsonl", desk.chat("a"))
    arguments = ("pull", "--declare", "calls.jsonl", "--ask", QUESTION, "--into", "run.db")

    assert desk.run(*arguments) == 3
    assert desk.run(*arguments) == 3

    [reject] = desk.rejects()
    assert (reject.stage, reject.operation) == ("ask", ASK)
    assert simulator.ledger.calls[ASK] == 1
    assert b",error," in desk.export()["questions.csv"]


def test_a_spent_budget_is_a_reject_and_nothing_is_sent(desk: Any) -> None:
    simulator = desk.serve()
    [id] = desk.declare(simulator, "a")
    questions = [f"Question {number}?" for number in range(5)]
    asked = [word for question in questions for word in ("--ask", question)]
    assert desk.run("pull", id, *asked, "--into", "run.db") == 0

    assert desk.run("pull", id, "--ask", "One more?", "--into", "run.db") == 3

    assert simulator.ledger.calls[ASK] == 5
    [reject] = desk.rejects()
    assert reject.error == "QuotaExceededError"


def test_a_refused_token_stops_the_pull_before_the_second_request(desk: Any) -> None:
    simulator = desk.serve(inactive=[ACCOUNT])
    desk.write("calls.jsonl", *(desk.chat(f"call-{number}") for number in range(50)))

    assert desk.run("pull", "--declare", "calls.jsonl", "--workers", "1", "--into", "run.db") == 1

    assert simulator.ledger.calls[DECLARE] == 1
    assert desk.rejects() == []
    assert "401" in desk.err
    assert "resume with: elevatekit pull" in desk.err


def test_no_token_leaves_no_journal_behind(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ELEVATEKIT_TOKEN")
    desk.write("calls.jsonl", desk.chat("a"))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 2

    assert not Path("run.db").exists()


def test_a_journal_that_somebody_writes_to_is_refused_and_the_process_named(desk: Any) -> None:
    desk.serve()
    desk.write("calls.jsonl", desk.chat("a"))
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from elevatekit_plugins.journal.store import Journal\n"
            "with Journal('run.db'): print('held', flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 2
        assert f"process {holder.pid}" in desk.err

        # It dies without a chance to let go, and nobody has to remove anything.
        holder.kill()
        holder.wait()
        assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0
