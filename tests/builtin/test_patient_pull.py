"""`pull` with the policies of the house: chosen by option or file, and an outage of an hour."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from elevatekit import Client
from elevatekit.operations import API
from elevatekit.testing import chat
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import ConnectError, DeadlineExceededError, StatusError
from elevatekit_plugins.journal.store import Journal
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.pull.plan import make_plan
from elevatekit_plugins.pull.run import Pull
from elevatekit_plugins.pull.source import read_input
from elevatekit_plugins.testing.accounts import ACCOUNT
from elevatekit_plugins.transport.httpx2 import HttpxTransport

HOUR = 3600.0
AT_ONCE = {"patient": {"base": 1e-3, "cap": 1e-3}}


class AwayForAnHour:
    """HTTP to the simulator, and the clock of the calls: what fails takes its time on it."""

    def __init__(self, base_url: str, kind: str) -> None:
        self.now, self.kind = 0.0, kind
        self.longest = 0.0
        self._http = HttpxTransport(base_url)

    def send(self, request: Request, deadline: float) -> Response:
        self.longest = max(self.longest, deadline - self.now)
        if 100.0 < self.now < 100.0 + HOUR:
            if self.kind == "hangs":
                self.now = deadline
                raise DeadlineExceededError("no answer in time")
            self.now += 90.0
            if self.kind == "refuses":
                raise ConnectError("connection refused", sent=False)
            return Response(operation=request.operation, status=503)
        self.now += 10.0
        return self._http.send(request, time.monotonic() + 30.0)

    def close(self) -> None:
        self._http.close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elevatekit_simulator: Any) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("ELEVATEKIT_TOKEN", ACCOUNT)
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", elevatekit_simulator.base_url)
    turn = {"role": "customer", "text": "Hi!"}
    (tmp_path / "calls.jsonl").write_text(json.dumps({"id": "a", "turns": [turn]}) + "\n")
    return tmp_path


@pytest.mark.parametrize("kind", ["hangs", "refuses", "answers 503"])
def test_a_pull_outlasts_an_outage_of_an_hour(
    folder: Path, elevatekit_simulator: Any, kind: str
) -> None:
    assert API.pull is not None
    line = AwayForAnHour(elevatekit_simulator.base_url, kind)
    plan = make_plan(API)
    with (
        Journal("run.db") as journal,
        SyncApiClient(
            API,
            ACCOUNT,
            base_url=elevatekit_simulator.base_url,
            transport=line,
            retry="patient",
            settings=AT_ONCE,
            ledger=journal.ledger,
        ) as client,
    ):
        client._runtime = structs.replace(client._runtime, clock=lambda: line.now)
        pull = Pull(client, journal, plan, poll=0.001, workers=1, stream=io.StringIO())

        report = pull.run(read_input(API.pull, plan.identifier, declare="calls.jsonl"))

    assert report.complete
    assert (report.counts.done, report.counts.rejects) == (1, 0)
    assert line.now > HOUR
    assert line.longest <= max(operation.retry.deadline for operation in API.operations)


PULL = ["pull", "--declare", "calls.jsonl", "--only", "*.topics", "--into", "run.db"]


@pytest.mark.parametrize(
    ("option", "file", "code"),
    [
        ((), "", 3),
        (("--retry", "patient"), "", 0),
        ((), 'retry = "patient"', 0),
        (("--retry", "none"), 'retry = "patient"', 3),
    ],
    ids=["standard", "by option", "by file", "the option counts"],
)
def test_the_policy_of_a_pull_is_chosen(
    folder: Path,
    elevatekit_faults: Any,
    capsys: pytest.CaptureFixture[str],
    option: tuple[str, ...],
    file: str,
    code: int,
) -> None:
    elevatekit_faults.add("gen_ai.cx.topics", status=503, times=3)
    settings = "".join(
        f"[plugins.{name}]\nbase = 0.001\ncap = 0.03\n" for name in ("patient", "standard")
    )
    (folder / "elevatekit.toml").write_text(f"{file}\n{settings}")

    assert main(API, [*PULL, *option]) == code, capsys.readouterr().err


def test_a_timeout_ends_its_patience(elevatekit_simulator: Any, elevatekit_faults: Any) -> None:
    elevatekit_faults.add("interactions.declare", status=429)
    with (
        Client(
            ACCOUNT,
            base_url=elevatekit_simulator.base_url,
            retry="patient",
            timeout=60,
            settings={"patient": {"base": 1000, "cap": 1000}},
        ) as client,
        pytest.raises(StatusError, match="would exceed the deadline"),
    ):
        client.interactions.declare(chat("customer: Hi!"))


def test_a_pull_without_a_credential_stops_at_once(
    folder: Path, elevatekit_simulator: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    own = folder / "home" / ".config" / "elevatekit" / "config.toml"
    own.parent.mkdir(parents=True)
    argv = [sys.executable, "-c", "open('note', 'a').write('run '); exit('log in first')"]
    own.write_text(f'auth = "command"\n[plugins.command]\nargv = {json.dumps(argv)}\n')

    assert main(API, PULL) == 1

    assert "said: log in first; run it by hand" in capsys.readouterr().err
    assert Path("note").read_text() == "run "
    assert not elevatekit_simulator.ledger.calls


def test_a_policy_that_does_not_exist_is_named_with_the_nearest(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(API, [*PULL, "--retry", "patience"]) == 2

    assert "unknown retry policy 'patience'; did you mean patient" in capsys.readouterr().err
    assert not Path("run.db").exists()
