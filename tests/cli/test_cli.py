"""The command line as scripts see it: stdout, stderr, exit codes, and no traceback ever."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

ID = "00000000-0000-4000-8000-00000000abcd"
CHAT = {
    "type": "chat",
    "languageTag": "en-us",
    "vertical": "default",
    "chat": {
        "participants": [
            {"participant_id": "1", "name": "Ana", "role": "customer"},
            {"participant_id": "2", "name": "Ben", "role": "agent"},
        ],
        "messages": [
            {
                "participant_id": "1",
                "timestamp": "2026-01-01T10:00:00Z",
                "content": "I want my money back for the broken headphones.",
            },
            {
                "participant_id": "2",
                "timestamp": "2026-01-01T10:00:09Z",
                "content": "I have refunded $20.50 to your card.",
            },
        ],
    },
}


class Terminal:
    """Runs commands in this process, in a folder and an environment of their own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def run(self, *arguments: str) -> int:
        self._capsys.readouterr()
        code = main(API, arguments)
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        assert TOKEN not in self.out + self.err
        return code


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    Path("deep").write_text("[" * 100_000)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("ELEVATEKIT_TOKEN", TOKEN)
    # Nothing listens there: what gets as far as the network fails at once.
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", "http://127.0.0.1:9/v1")
    return Terminal(capsys)


@pytest.fixture
def connected(
    terminal: Terminal, elevatekit_simulator: Any, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", elevatekit_simulator.base_url)
    return terminal


def declare(terminal: Terminal) -> str:
    Path("chat.json").write_text(json.dumps(CHAT))
    assert terminal.run("interactions", "declare", "--body", "chat.json", "--json") == 0
    identifier: str = json.loads(terminal.out)["interactionIdentifier"]
    return identifier


def test_every_operation_is_a_command_that_explains_itself(terminal: Terminal) -> None:
    for operation in API.operations:
        assert terminal.run(*operation.words, "--help") == 0
        assert operation.summary in terminal.out
        assert operation.path in terminal.out


def test_a_text_is_printed_bare_and_json_is_printed_whole(connected: Terminal) -> None:
    identifier = declare(connected)

    assert connected.run("gen-ai", "cx", "summary", identifier) == 0
    text = connected.out
    assert connected.run("gen-ai", "cx", "summary", identifier, "--json") == 0

    assert json.loads(connected.out) == {"summary": text.removesuffix("\n")}
    assert connected.err == ""


def test_a_question_is_an_option_and_its_history_can_be_read(connected: Terminal) -> None:
    identifier = declare(connected)

    assert connected.run("gen-ai", "cx", "ask", identifier, "--question", "A refund?") == 0
    assert connected.run("gen-ai", "cx", "ask-history", identifier) == 0

    assert "A refund?" in connected.out


def test_a_status_of_the_server_is_one_line_and_exit_code_1(connected: Terminal) -> None:
    assert connected.run("gen-ai", "topics", ID) == 1

    assert connected.out == ""
    assert "operation gen_ai.topics answered 404" in connected.err
    assert len(connected.err.splitlines()) == 1


def test_an_answer_without_a_body_prints_nothing_to_stdout(connected: Terminal) -> None:
    identifier = declare(connected)

    assert connected.run("interactions", "delete", identifier) == 0

    assert connected.out == ""
    assert "done" in connected.err


def test_waiting_shows_each_state_on_stderr(connected: Terminal) -> None:
    identifier = declare(connected)

    assert connected.run("interactions", "wait", identifier, "--poll", "0.01", "--json") == 0

    assert json.loads(connected.out)["status"] == "processed"
    assert "processed" in connected.err


def test_a_body_can_come_from_stdin(
    connected: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "body"
    path.write_text(json.dumps(CHAT))
    with path.open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)

        assert connected.run("interactions", "declare", "--body", "-") == 0


USAGE = {
    "a misspelt operation": (("gen-ai", "cx", "sumary", ID), "did you mean summary"),
    "a misspelt group": (("gen_ai", "topics", ID), "did you mean gen-ai"),
    "an unknown option": (("gen-ai", "topics", ID, "--jsn"), "--json"),
    "an id that is no GUID": (
        ("gen-ai", "topics", "abc"),
        "interaction_identifier 'abc' is not a GUID",
    ),
    "an id of dots": (("gen-ai", "topics", ".."), "'..' is not a GUID"),
    "an empty id": (("gen-ai", "topics", ""), "'' is not a GUID"),
    "an id with a slash": (("gen-ai", "topics", f"../{ID}"), "is not a GUID"),
    "a question of 251 characters": (
        ("gen-ai", "cx", "ask", ID, "--question", "x" * 251),
        "question has 251 characters; the limit is 250",
    ),
    "a blank question": (("gen-ai", "ask", ID, "--question", " \n"), "question is empty"),
    "no question": (("gen-ai", "ask", ID), "--question"),
    "a body that is absent": (
        ("interactions", "declare", "--body", "nowhere.json"),
        "nowhere.json cannot be read",
    ),
    "a body that is no JSON": (
        ("interactions", "declare", "--body", "deep"),
        "the body deep is not JSON",
    ),
    "a body that is a folder": (("interactions", "declare", "--body", "."), "cannot be read"),
    "a file that is absent": (
        ("interactions", "upload", ID, "nowhere.wav"),
        "nowhere.wav is not a file",
    ),
    "a base URL without scheme": (
        ("gen-ai", "topics", ID, "--base-url", "127.0.0.1/v1"),
        "must begin with https://",
    ),
    "an empty base URL": (("gen-ai", "topics", ID, "--base-url", ""), "the base URL is empty"),
    "an empty retry policy": (("gen-ai", "topics", ID, "--retry", ""), "retry policy ''"),
    "a base URL with a query": (
        ("gen-ai", "topics", ID, "--base-url", "https://h/v1?x=1"),
        "not have a query",
    ),
    "plain http to the world": (
        ("gen-ai", "topics", ID, "--base-url", "http://h.example/v1"),
        "plain http",
    ),
    "a token file that is absent": (
        ("gen-ai", "topics", ID, "--token-file", "nowhere"),
        "nowhere cannot be read",
    ),
    "a deadline of zero": (("gen-ai", "topics", ID, "--timeout", "0"), "above zero"),
    "a deadline that is no number": (
        ("gen-ai", "topics", ID, "--timeout", "soon"),
        "not a valid float",
    ),
    "a limit of no bytes": (
        ("gen-ai", "topics", ID, "--max-bytes", "0"),
        "positive number of bytes",
    ),
    "a limit that is no number": (
        ("gen-ai", "topics", ID, "--max-bytes", "1M"),
        "not a valid integer",
    ),
}


@pytest.mark.parametrize(("arguments", "says"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_says_what_is_wrong_and_exits_with_2(
    terminal: Terminal, arguments: tuple[str, ...], says: str
) -> None:
    assert terminal.run(*arguments) == 2

    assert terminal.out == ""
    assert says in terminal.err


def test_plain_http_in_a_network_of_one_s_own_has_to_be_asked_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, wire: Any
) -> None:
    wire.json(b'{"topics": []}')
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: resolve("127.0.0.1", *a, **k))
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", f"http://simulator:{wire.port}/v1")

    assert terminal.run("gen-ai", "topics", ID) == 2
    assert "in a network of your own, allow it with --plain-http" in terminal.err
    assert wire.received == []
    assert terminal.run("gen-ai", "topics", ID, "--plain-http") == 0
    assert f"host: simulator:{wire.port}".encode() in wire.received[0].lower()


def test_the_limit_of_an_answer_can_be_set(terminal: Terminal, wire: Any) -> None:
    wire.json(b'{"topics": []}')
    topics = ("gen-ai", "topics", ID, "--json", "--base-url", wire.url)

    assert terminal.run(*topics, "--max-bytes", "14") == 0
    assert terminal.run(*topics, "--max-bytes", "13") == 1
    assert "larger than 13 bytes" in terminal.err


def test_no_token_says_where_to_put_one(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ELEVATEKIT_TOKEN")

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert "no token: set ELEVATEKIT_TOKEN" in terminal.err


@pytest.mark.parametrize("token", ["two words", "tab\there", "naïve"])
def test_a_token_that_cannot_be_sent_is_never_printed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("ELEVATEKIT_TOKEN", token)

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert "the token cannot be used: character" in terminal.err
    assert token not in terminal.err


def test_a_token_file_may_end_in_a_line_break_and_hold_no_other(
    connected: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    identifier = declare(connected)
    monkeypatch.delenv("ELEVATEKIT_TOKEN")
    Path("token").write_text(f"{TOKEN}\n")
    Path("two").write_text("a-token\nmore")

    assert connected.run("gen-ai", "topics", identifier, "--token-file", "token") == 0
    assert connected.run("gen-ai", "topics", identifier, "--token-file", "two") == 2


@pytest.mark.parametrize("key", ["base_url", "token", "auth"])
@pytest.mark.parametrize("name", ["elevatekit.toml", "pyproject.toml"])
def test_a_working_directory_cannot_redirect_a_token(
    terminal: Terminal, key: str, name: str
) -> None:
    table = "[tool.elevatekit]\n" if name == "pyproject.toml" else ""
    Path(name).write_text(f'{table}{key} = "https://evil.example/v1"\n')

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert f"{name} must not set '{key}'" in terminal.err


def test_the_user_s_own_folder_may_say_where_requests_go(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / ".config" / "elevatekit"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('base_url = "http://127.0.0.1:7/v1"\n')
    monkeypatch.delenv("ELEVATEKIT_BASE_URL")

    assert terminal.run("interactions", "delete", ID, "--timeout", "1") == 1

    assert "127.0.0.1:7" in terminal.err


def test_a_working_directory_cannot_set_up_the_scheme_that_signs(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / ".config" / "elevatekit"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('auth = "vault"\n')
    Path("elevatekit.toml").write_text('[plugins.vault]\nurl = "https://evil.example"\n')

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert "elevatekit.toml must not set [plugins.vault]" in terminal.err


def test_a_working_directory_cannot_loosen_a_pin(terminal: Terminal, tmp_path: Path) -> None:
    """However it spells the distribution, and however often."""
    folder = tmp_path / "home" / ".config" / "elevatekit"
    folder.mkdir(parents=True)
    right, wrong = (f"sha256:{digit * 64}" for digit in "01")
    (folder / "config.toml").write_text(f'[pins]\nAcme_Vault = "{right}"\n')
    Path("elevatekit.toml").write_text(
        f'[pins]\nAcme_Vault = "{wrong}"\nacme-vault = "{wrong}"\n"acme.vault" = "{wrong}"\n'
    )

    assert load_config(API).plugins.pins == {"acme-vault": right}


def test_plugins_that_the_configuration_switches_off_are_listed_so(terminal: Terminal) -> None:
    Path("elevatekit.toml").write_text('disable_plugins = ["jsonl"]\n')

    assert terminal.run("plugins", "list", "--all", "--json") == 0

    assert {r["name"]: r["status"] for r in json.loads(terminal.out)}["jsonl"] == "disabled"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("retry = [", "cannot be read"),
        ('retri = "standard"', "unknown key 'retri'; did you mean retry"),
        ("retry = 5", "Expected `str`, got `int`"),
        ("plugins = 5", "Expected `object`, got `int`"),
        ('retry = "standart"', "unknown retry policy 'standart'; did you mean standard"),
        (
            "[plugins.standard]\nretrys = 1",
            "plugin standard: no setting 'retrys'; did you mean retries",
        ),
    ],
)
def test_a_wrong_configuration_names_file_and_key(terminal: Terminal, text: str, says: str) -> None:
    Path("elevatekit.toml").write_text(text)

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert says in terminal.err


@pytest.mark.parametrize("text", ["tool = 5", "[tool]\nelevatekit = 5"])
def test_a_project_file_of_an_odd_shape_is_named(terminal: Terminal, text: str) -> None:
    Path("pyproject.toml").write_text(text)

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert "pyproject.toml: [tool.elevatekit] is not a table" in terminal.err


def test_an_error_in_the_user_s_own_file_is_not_blamed_on_the_project(
    terminal: Terminal, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / ".config" / "elevatekit"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("retry = 5")

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert "config.toml: Expected" in terminal.err


def test_a_folder_that_is_gone_is_said(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert terminal.run("gen-ai", "topics", ID) == 2

    assert "the working directory no longer exists" in terminal.err


def test_what_a_server_says_cannot_write_to_the_terminal(
    connected: Terminal, elevatekit_simulator: Any
) -> None:
    identifier = declare(connected)
    hostile = {"errorMessage": "\x1b]0;owned\x07 \x1b[2J bye"}
    elevatekit_simulator.faults.set([Fault(operation="gen_ai.topics", status=422, body=hostile)])

    assert connected.run("gen-ai", "topics", identifier) == 1

    assert "\x1b" not in connected.err
    assert "\\x1b]0;owned\\x07" in connected.err


@pytest.mark.parametrize("closed", ["stdin", "stdout"])
def test_a_closed_stream_is_said(
    connected: Terminal, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    identifier = declare(connected)
    monkeypatch.setattr(sys, closed, None)
    arguments = {
        "stdin": ("interactions", "declare", "--body", "-"),
        "stdout": ("gen-ai", "topics", identifier),
    }

    assert main(API, arguments[closed]) == 1


def test_a_server_that_is_not_there_is_said_in_one_line(terminal: Terminal) -> None:
    Path("elevatekit.toml").write_text("[plugins.standard]\nretries = 0\n")

    assert terminal.run("gen-ai", "topics", ID) == 1

    assert "no connection to 127.0.0.1:9" in terminal.err


def test_plugins_are_listed_by_the_contract(terminal: Terminal) -> None:
    assert terminal.run("plugins", "list", "--json") == 0

    rows = json.loads(terminal.out)
    assert {"token", "standard", "csv", "jsonl"} <= {row["name"] for row in rows}
    assert set(rows[0]) == {
        "name",
        "distribution",
        "version",
        "status",
        "reason",
        "hooks",
        "provides",
        "api_version",
        "load_ms",
    }


def test_data_that_nobody_reads_is_no_error_with_a_traceback() -> None:
    command = f"{sys.executable} -m elevatekit plugins list --json | true"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)

    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["2>&-", "2>&- <&-"])
def test_a_command_that_has_no_stderr_ends_as_it_would_with_one(closed: str) -> None:
    command = f"{sys.executable} -m elevatekit plugins list {closed}"

    good = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60)
    bad = subprocess.run(["bash", "-c", f"{command} --jsn"], capture_output=True, timeout=60)

    assert (good.returncode, bad.returncode) == (0, 2)
    assert b"token" in good.stdout


class TestSimulate:
    def test_it_prints_its_base_url_and_ends_when_told(self) -> None:
        command = [sys.executable, "-m", "elevatekit", "simulate", "--port", "0"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            environment = os.environ | {"ELEVATEKIT_BASE_URL": url, "ELEVATEKIT_TOKEN": TOKEN}
            answer = subprocess.run(
                [sys.executable, "-m", "elevatekit", "gen-ai", "topics", ID],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
            )
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=10)

        assert "answered 404" in answer.stderr
        assert (process.returncode, out, err) == (0, "", "")

    def test_a_port_that_is_taken_is_named(self, terminal: Terminal) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])

            assert terminal.run("simulate", "--port", port) == 1

        assert port in terminal.err
