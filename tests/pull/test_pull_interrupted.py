"""Stopped half-way: by a signal, or because the server is gone. Nothing is lost."""

from __future__ import annotations

import re
import shlex
import signal
import threading
from typing import Any

import pytest

DECLARE = "interactions.declare"
KEYS = [f"call-{number:02}" for number in range(60)]


@pytest.fixture
def impatient(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not reach the server is not tried again, neither by a call nor by a pull."""
    desk.write("elevatekit.toml", "[plugins.standard]", "retries = 0")
    monkeypatch.setattr("elevatekit_plugins.pull.reach.OUTAGE", 0.0)
    monkeypatch.setattr("elevatekit_plugins.pull.reach.ABSENCE", 0.0)


def _resume(desk: Any, errors: str) -> int:
    found = re.search(r"resume with: elevatekit (pull .*)$", errors, re.MULTILINE)
    assert found, errors
    code: int = desk.run(*shlex.split(found[1]))
    return code


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order_and_the_command_it_shows_finishes_the_job(
    desk: Any, number: signal.Signals
) -> None:
    simulator = desk.serve(latency=0.002)
    desk.write("my calls.jsonl", *(desk.chat(key) for key in KEYS))

    with desk.start("pull", "--declare", "my calls.jsonl", "--into", "run.db") as process:
        while simulator.ledger.calls[DECLARE] < 20:
            assert process.poll() is None
        process.send_signal(number)
        _, errors = process.communicate()

    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert re.search(r"^interrupted: \d+ of 60 done; resume with: ", errors, re.MULTILINE)
    assert desk.rejects() == []
    assert _resume(desk, errors) == 0
    assert list(desk.stored()) == KEYS
    assert all(operations == desk.results("chat") for operations in desk.stored().values())
    assert simulator.ledger.declared == simulator.ledger.calls[DECLARE] == 60


def test_a_second_signal_ends_it_at_once(desk: Any) -> None:
    simulator = desk.serve(latency=60)
    desk.write("calls.jsonl", desk.chat("a"))

    with desk.start("pull", "--declare", "calls.jsonl", "--into", "run.db") as process:
        while not simulator.ledger.in_flight["gen_ai"]:
            assert process.poll() is None
        # The first waits for what is under way, which takes a minute; nothing tells when it was
        # noticed, so the second is sent until it was, too.
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate()

    assert process.returncode == 130
    assert "Traceback" not in errors


@pytest.mark.usefixtures("impatient")
def test_a_server_that_goes_half_way_can_be_resumed_and_nothing_is_lost(desk: Any) -> None:
    simulator = desk.serve()
    desk.write("calls.jsonl", *(desk.chat(key) for key in KEYS))

    def stop_half_way() -> None:
        while simulator.ledger.calls[DECLARE] < 20:
            pass
        simulator.stop()

    stopping = threading.Thread(target=stop_half_way)
    stopping.start()
    code = desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db")
    stopping.join()

    assert code == 1
    assert "no request has reached the server since 2" in desk.err
    assert re.search(r"\d+ of 60 done; resume with: ", desk.err)
    desk.restart(simulator)
    assert _resume(desk, desk.err) in (0, 3)
    # Only a declaration that was under way when it went can be in doubt.
    assert {reject.error for reject in desk.rejects()} <= {"OutcomeUnknownError"}
    unknown = len(desk.rejects())
    complete = [key for key, results in desk.stored().items() if results == desk.results("chat")]
    assert len(complete) == 60 - unknown
    assert simulator.ledger.calls[DECLARE] <= 60


@pytest.mark.usefixtures("impatient")
def test_a_server_that_was_never_there_is_named_and_no_line_is_rejected(desk: Any) -> None:
    desk.write("calls.jsonl", *(desk.chat(key) for key in KEYS))

    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 1

    assert "127.0.0.1:9" in desk.err
    assert "0 of 60 done" in desk.err
    assert desk.rejects() == []
    simulator = desk.serve()
    assert desk.run("pull", "--declare", "calls.jsonl", "--into", "run.db") == 0
    assert list(desk.stored()) == KEYS
    assert simulator.ledger.declared == 60
