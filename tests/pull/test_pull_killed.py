"""`kill -9` at any moment, then the same command again: the same bytes as without it."""

from __future__ import annotations

import csv
import io
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("killed_pull.py")
DECLARE = "interactions.declare"
ASK = "gen_ai.cx.ask"
KEYS = [f"call-{number:02}" for number in range(12)]
QUESTIONS = ("--ask", "Was a refund given?", "--ask", "Who called?")


def kill_at(statement: int, *arguments: str) -> int:
    """The exit code of a command that dies at this statement; -9 where it did."""
    process = subprocess.run(
        [sys.executable, str(SCRIPT), str(statement), *arguments], capture_output=True, text=True
    )
    assert "Traceback" not in process.stderr, process.stderr
    return process.returncode


def chosen(seed: int) -> list[int]:
    """Statements to die at: in the first run, and in the one that resumes it."""
    chance = random.Random(seed)
    return [chance.randrange(1, 400), chance.randrange(1, 200)]


def rows(export: dict[str, bytes], name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export[name].decode(), newline="")))


@pytest.mark.parametrize("seed", range(3))
def test_a_pull_of_known_interactions_comes_out_byte_for_byte_the_same(
    desk: Any, seed: int
) -> None:
    simulator = desk.serve()
    ids = desk.declare(simulator, *KEYS)
    assert desk.run("pull", *ids, "--into", "whole.db") == 0
    whole = desk.export("whole.db")

    codes = [kill_at(number, "pull", *ids, "--into", "run.db") for number in chosen(seed)]
    assert -signal.SIGKILL in codes
    assert desk.run("pull", *ids, "--into", "run.db") == 0

    assert desk.export("run.db") == whole


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_declared_or_asked_twice_and_all_else_is_the_same(desk: Any, seed: int) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", *(desk.chat(key) for key in KEYS))
    arguments = ("pull", "--declare", "calls.jsonl", *QUESTIONS, "--poll", "0.01")
    assert desk.run(*arguments, "--into", "whole.db") == 0
    whole = desk.export("whole.db")
    simulator.reset()

    codes = [kill_at(number, *arguments, "--into", "run.db") for number in chosen(seed)]
    assert -signal.SIGKILL in codes
    assert desk.run(*arguments, "--into", "run.db") in (0, 3)

    # What the server counted is the truth.
    assert simulator.ledger.declared == simulator.ledger.calls[DECLARE] <= len(KEYS)
    assert simulator.ledger.calls[ASK] <= 2 * len(KEYS)
    rejects = desk.rejects()
    assert {reject.error for reject in rejects} <= {"OutcomeUnknownError"}
    lost = len([reject for reject in rejects if reject.stage == "declare"])
    unasked = [reject for reject in rejects if reject.stage == "ask"]
    resumed = desk.export("run.db")
    keys = {row["key"] for row in rows(resumed, "interactions.csv")}
    assert len(keys) == len(KEYS) - lost
    for name in whole.keys() - {"questions.csv", "rejects.csv", "x.jsonl"}:
        expected = [row for row in rows(whole, name) if row["key"] in keys]
        assert rows(resumed, name) == expected
    answers = rows(resumed, "questions.csv")
    assert len([row for row in answers if row["outcome"] == "unknown"]) == len(unasked)
    known = [row for row in answers if row["outcome"] != "unknown"]
    assert all(row in rows(whole, "questions.csv") for row in known)
    assert len(answers) == 2 * len(keys)


def test_the_script_dies_where_it_is_told_to(desk: Any) -> None:
    """Were it never killed, the tests above would prove nothing."""
    simulator = desk.serve()
    [id] = desk.declare(simulator, "a")

    assert kill_at(5, "pull", id, "--into", "run.db") == -signal.SIGKILL
    assert kill_at(10**9, "pull", id, "--into", "run.db") == 0
