"""`--to slack` from the command line, over what was pulled from a service on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.testing.accounts import ACCOUNT

CHAT = [
    {"role": "customer", "text": "<!channel> My parcel is late & I want a refund!"},
    {"role": "agent", "text": "I am sorry. I have refunded $20 to your account."},
    {"role": "customer", "text": "Thank you, that solves it."},
]
SETTINGS = '[plugins.slack]\ntoken = "$env:SLACK_BOT_TOKEN"\nwebhook = "$env:SLACK_WEBHOOK_URL"\n'
Command = Callable[..., int]


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elevatekit_simulator: Any, slack: Any
) -> Command:
    """Run a command in a folder where two conversations have been pulled into `run.db`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ELEVATEKIT_TOKEN", ACCOUNT)
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", elevatekit_simulator.base_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-canary-5e0f1c77")
    monkeypatch.setenv("SLACK_WEBHOOK_URL", slack.webhook)
    Path("elevatekit.toml").write_text(f'{SETTINGS}api_url = "{slack.url}/api"\n')
    lines = [json.dumps({"id": f"call-{number}", "turns": CHAT}) for number in range(2)]
    Path("calls.jsonl").write_text("\n".join(lines))
    assert main(API, ["pull", "--declare", "calls.jsonl", "--into", "run.db"]) == 0
    return lambda *arguments: main(API, arguments)


def test_the_file_is_exactly_what_is_posted(
    command: Command, slack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()

    assert command("export", "run.db", "--to", "slack:slack.json", "--to", "slack") == 0

    out, err = capsys.readouterr()
    assert out == ""
    assert "canary" not in err
    assert "slack: 2 interactions in the channel of the webhook: digest" in err
    assert Path("slack.json").read_bytes() == slack.raw[0]
    assert slack.messages[0]["text"].startswith("Interactions: 2 in all")
    assert "refund" in slack.raw[0].decode()


def test_a_second_export_of_the_same_data_posts_nothing(
    command: Command, slack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("export", "run.db", "--to", "slack") == 0
    assert command("export", "run.db", "--to", "slack") == 0
    assert len(slack.messages) == 1

    Path("more.jsonl").write_text(json.dumps({"id": "one-more", "turns": CHAT}))
    assert command("pull", "--declare", "more.jsonl", "--into", "run.db") == 0
    assert command("export", "run.db", "--to", "slack") == 0

    assert [m["text"][:22] for m in slack.messages] == [
        "Interactions: 2 in all",
        "Interactions: 3 in all",
    ]


def test_a_slack_that_refuses_stops_no_other_destination(
    command: Command, slack: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    slack.refuse("chat.postMessage", "not_in_channel")

    assert command("export", "run.db", "--to", "slack:#quality", "--to", "csv:out/") == 1

    err = capsys.readouterr().err
    assert "slack:#quality: slack: the digest was not posted to #quality: Slack says not_in" in err
    assert "canary" not in err
    assert Path("out/interactions.csv").exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('chanel = "x"', "no setting 'chanel'"),
        ("topics = 51", "topics: Expected `int` <= 50"),
        ('title = " "', "title: Expected `str` matching"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(
    settings: str, words: str, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("elevatekit.toml").write_text(f"[plugins.slack]\n{settings}\n")

    assert command("export", "run.db", "--to", "slack:-") == 2

    assert words in capsys.readouterr().err


def test_a_secret_that_is_not_there_is_missed_where_it_is_needed_and_nowhere_else(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("elevatekit.toml").write_text('[plugins.slack]\nwebhook = "$env:NO_SUCH_VARIABLE"\n')

    assert command("export", "run.db", "--to", "slack:-") == 0
    capsys.readouterr()
    assert command("export", "run.db", "--to", "slack") == 2

    assert "plugin slack: setting webhook: NO_SUCH_VARIABLE is not set in the environment" in (
        capsys.readouterr().err
    )


def test_without_slack_sdk_it_is_listed_and_says_what_to_install(command: Command) -> None:
    without = "import sys; sys.modules['slack_sdk'] = None; from elevatekit.__main__ import main;"
    listed = subprocess.run(
        [sys.executable, "-c", f"{without} main()", "plugins", "list", "--json"],
        capture_output=True,
        text=True,
    )
    asked = subprocess.run(
        [sys.executable, "-c", f"{without} main()", "export", "run.db", "--to", "slack:-"],
        capture_output=True,
        text=True,
    )

    (own,) = [plugin for plugin in json.loads(listed.stdout) if plugin["name"] == "slack"]
    assert own["status"] == "active"
    assert asked.returncode == 2
    assert 'pip install "elevatekit[slack]"' in asked.stderr
    assert "Traceback" not in asked.stderr


def test_the_real_spec_has_every_role_that_the_digest_goes_by() -> None:
    roles = {column.role for o in API.operations for t in o.tables for column in t.columns}
    roles |= {table.role for o in API.operations for table in o.tables}

    assert {"resolved", "summary", "topics", "coaching", "behavior"} <= roles
    assert {"concerns", "concern", "concern_resolved"} <= roles
