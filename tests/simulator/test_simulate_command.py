"""`simulate` as a script uses it: a process, its output, its exit code."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

TOKEN = "0f0e0d0c-0b0a-0908-0706-050403020100"
COMMAND = [sys.executable, "-m", "elevatekit", "simulate"]


@contextmanager
def running(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline(), process
        finally:
            process.kill()


def refused(*arguments: str) -> tuple[int, str]:
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_the_base_url_and_ends_when_it_is_told_to(number: signal.Signals) -> None:
    with running() as (line, process):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1\n", line)
        assert httpx2.get(f"{line.strip()}/interactions/x").status_code == 401
        process.send_signal(number)
        out, err = process.communicate(timeout=2)

    assert (out, err, process.returncode) == ("", "", 0)


def test_a_request_in_flight_does_not_hold_it_up() -> None:
    with (
        running("--latency", "60") as (line, process),
        httpx2.Client(
            base_url=line.strip(), headers={"X-API-Token": TOKEN}, verify=False
        ) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        chat = {"participants": [], "messages": []}
        body = {"type": "chat", "languageTag": "en", "vertical": "default", "chat": chat}
        id = client.post("/interactions", json=body).json()["interactionIdentifier"]
        waiting = pool.submit(client.get, f"/interactions/{id}/gen-ai/summary")
        ledger = line.strip().replace("/v1", "/__sim__/ledger")
        while not client.get(ledger).json()["in_flight"]:
            pass
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=2)

        assert process.returncode == 0
        assert isinstance(waiting.exception(timeout=2), httpx2.TransportError)


def test_a_line_for_each_request_is_written_on_demand() -> None:
    with running("--log") as (line, process):
        httpx2.get(f"{line.strip()}/interactions/x")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=2)

    assert re.fullmatch(r"GET /v1/interactions/x 401 \d+\.\d ms\n", err)


def test_a_broken_upload_leaves_nothing_on_stderr() -> None:
    headers = {"X-API-Token": TOKEN, "Content-Type": "multipart/form-data; boundary=b"}
    broken = b"--b\r\nContent[]: f\r\n\r\nx\r\n--b--\r\n"
    with running() as (line, process):
        url = f"{line.strip()}/interactions/11111111-1111-4111-8111-111111111111/upload"
        got = httpx2.post(url, content=broken, headers=headers)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=2)

    assert (got.status_code, err) == (404, "")


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, message = refused("--port", port)

    assert code == 1
    assert f"port {port} is in use; choose another with --port" in message


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--set", "audio.unprocesed_status=422"), 2, "did you mean audio.unprocessed_status"),
        (("--set", "nonsense"), 2, "write NAME=VALUE"),
        (("--set", "error.body=xml"), 2, "allowed: documented, empty, html"),
        (("--switches", "nowhere.toml"), 2, "nowhere.toml"),
        (("--progress", "fast"), 2, "--progress"),
        (("--json",), 2, "--json requires --list-switches"),
        (("--seed", "x"), 2, "--seed"),
        (("--port", "99999"), 2, "--port"),
        (("--clock-rate", "inf"), 2, "clock rate"),
        (("--latency", "-1"), 2, "--latency"),
        (("--faults", "nowhere.json"), 2, "nowhere.json"),
        (("--host", "192.0.2.1"), 1, "cannot listen on 192.0.2.1:8080"),
    ],
    ids=lambda value: str(value),
)
def test_what_cannot_work_is_refused(arguments: tuple[str, ...], code: int, message: str) -> None:
    got, said = refused(*arguments)

    assert (got, message in said) == (code, True), said


def test_two_simulators_share_no_port() -> None:
    with running() as (line, _):
        port = line.strip().removesuffix("/v1").rpartition(":")[2]
        code, message = refused("--port", port)

    assert (code, f"port {port} is in use" in message) == (1, True)


def test_a_file_of_switches_with_a_wrong_value_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "switches.toml"
    file.write_text('[error]\nbody = "xml"\n')

    code, message = refused("--switches", str(file))

    assert (code, f"{file}, line 2: the switch error.body" in message) == (2, True), message


def test_what_is_set_comes_after_the_file_of_switches(tmp_path: Path) -> None:
    file = tmp_path / "switches.toml"
    file.write_text('error.body = "html"\nask.failed_counts = false\n')

    with running("--switches", str(file), "--set", "error.body=text") as (line, _):
        got = httpx2.get(f"{line.strip()}/nothing")

    assert (got.status_code, got.headers["content-type"]) == (404, "text/plain; charset=utf-8")


def test_switches_are_listed_for_people_and_for_programs() -> None:
    def listed(*arguments: str) -> str:
        command = [*COMMAND, "--list-switches", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    rows = json.loads(listed("--json"))
    told = listed()

    assert all({"name", "default", "values", "evidence", "because"} <= set(row) for row in rows)
    assert [row["name"] for row in rows if f"{row['name']}=" not in told] == []


def test_without_control_its_own_paths_are_no_paths() -> None:
    with running("--no-control") as (line, _):
        base = line.strip().removesuffix("/v1")
        got = [httpx2.get(f"{base}/{path}") for path in ("__sim__/ledger", "nothing/ledger")]

    assert [r.status_code for r in got] == [404, 404]
    assert [r.text.replace("__sim__", "nothing") for r in got] == [got[1].text] * 2


def test_a_fault_file_with_a_wrong_operation_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('[{"operation": "gen_ai.cx.sumary", "status": 500}]')

    code, message = refused("--faults", str(file))

    assert (code, "did you mean gen_ai.cx.summary" in message) == (2, True)


def test_without_the_extra_it_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['jsonschema_rs'] = None\n"
        "from elevatekit.__main__ import main; sys.argv = ['elevatekit', 'simulate']; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (2, "")
    assert 'run pip install "elevatekit[simulator]"' in done.stderr
