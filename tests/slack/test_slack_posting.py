"""Posting: to a webhook or a channel, at Slack's pace, once, and with no secret shown."""

from __future__ import annotations

import csv
import io
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.builtin.export.csv import CsvExporter, CsvSettings
from elevatekit_plugins.errors import ConfigError, ElevateKitError, OutcomeUnknownError
from elevatekit_plugins.secrecy import Secret

SECRETS = ("xoxb-canary", "canary9c41aa")


def test_a_channel_gets_the_digest_and_the_table_in_its_thread(
    export: Any, slack: Any, record: Any
) -> None:
    left = export("#quality", [record(1, key="=1+1", summary="É, 🤯"), record(2)])

    assert left == ["#quality: digest and interactions.csv"]
    ((channel, thread, title, content),) = slack.files
    assert (channel, thread, title) == ("C0QUALITY1", "171.000", "interactions.csv")
    header, first, _ = csv.reader(io.StringIO(content.decode()))
    assert header == ["who", "alias", "a", "b", "c", "d", "e"]
    assert first[1:] == ["'=1+1", "fine", "", "true", "", "É, 🤯"]


def test_the_table_is_the_one_that_the_exporter_csv_writes(
    export: Any, slack: Any, record: Any, tmp_path: Path
) -> None:
    records = [record(n, key=f"-{n}", summary='"x",\ny', resolved=n % 2 == 0) for n in range(300)]
    context = structs.replace(export.context("#quality"), target=str(tmp_path / "out"))
    beside = CsvExporter(CsvSettings(), context)
    beside.open()
    beside.write(records)
    beside.finish()

    export("#quality", records)

    assert slack.files[0][3] == (tmp_path / "out" / "interactions.csv").read_bytes()


def test_a_channel_can_be_named_by_its_id(export: Any, slack: Any, record: Any) -> None:
    assert export("C0QUALITY1", [record(1)]) == ["C0QUALITY1: digest and interactions.csv"]


def test_the_file_can_be_switched_off(export: Any, slack: Any, record: Any) -> None:
    slack.scopes = {"chat:write"}

    assert export("#quality", [record(1)], file=False) == ["#quality: digest"]

    assert slack.requests == ["/api/chat.postMessage"]


def test_a_second_lies_between_two_things_that_appear_in_a_channel(
    export: Any, slack: Any, record: Any
) -> None:
    export("#quality", [record(1)])

    message, file = slack.times
    assert file - message >= 1.0
    assert export.clock.slept == [1.0]


@pytest.mark.parametrize("target", ["", "#quality"])
@pytest.mark.parametrize(
    ("asked", "slept"),
    [
        ("3", 3.0),
        ("0", 1.0),
        ("120", 120.0),
        ("soon", 1.0),
        ("-5", 1.0),
        ("1e9", 1.0),
        ("nan", 1.0),
        ("²", 1.0),
        ("", 1.0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 1.0),
        (None, 1.0),
    ],
)
def test_a_429_is_obeyed_and_a_silly_retry_after_is_a_second(
    target: str, asked: str | None, slept: float, export: Any, slack: Any, record: Any
) -> None:
    path = "canary9c41aa" if not target else "chat.postMessage"
    headers = {} if asked is None else {"Retry-After": asked}
    slack.fail(path, status=429, headers=headers)

    export(target, [record(1)], file=False)

    assert export.clock.slept == [slept]
    assert len(slack.messages) == 1


@pytest.mark.parametrize("asked", ["121", "86400", "9" * 400])
def test_a_429_that_asks_for_too_long_is_not_slept_through(
    asked: str, export: Any, slack: Any, record: Any
) -> None:
    slack.fail("chat.postMessage", status=429, headers={"Retry-After": asked})

    with pytest.raises(ElevateKitError, match=f"wait {asked[:12]}…? s .HTTP 429.*120 s"):
        export("#quality", [record(1)])

    assert export.clock.slept == []
    export("#quality", [record(1)])
    assert len(slack.messages) == 1


def test_a_slack_that_is_always_too_busy_ends_the_export(
    export: Any, slack: Any, record: Any
) -> None:
    for _ in range(5):
        slack.fail("canary9c41aa", status=429, headers={"Retry-After": "1"})

    with pytest.raises(ElevateKitError, match="5 times in a row"):
        export("", [record(1)])


# --- once ------------------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["", "#quality"])
@pytest.mark.parametrize("drop", ["before", "after"])
def test_a_post_whose_outcome_is_unknown_is_not_posted_again(
    target: str, drop: str, export: Any, slack: Any, record: Any
) -> None:
    path = "chat.postMessage" if target else "canary9c41aa"
    slack.fail(path, drop=drop)

    for _ in range(3):
        with pytest.raises(OutcomeUnknownError, match=r"is not known.*not posted again.*repeat"):
            export(target, [record(1)])

    assert len(slack.requests) == 1
    assert len(slack.messages) == (drop == "after")


def test_a_post_whose_outcome_is_unknown_is_repeated_on_demand(
    export: Any, slack: Any, record: Any
) -> None:
    slack.fail("chat.postMessage", drop="before")
    with pytest.raises(OutcomeUnknownError):
        export("#quality", [record(1)])

    assert export("#quality", [record(1)], repeat=True) == ["#quality: digest and interactions.csv"]

    assert len(slack.messages) == len(slack.files) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "body": b"rollup_error"},
        {"status": 502, "body": b"<html>Bad Gateway</html>"},
        {"status": 200, "body": b"<html>Log in</html>", "headers": {"Content-Type": "text/html"}},
        {"status": 200, "body": b'{"ok":false,"error":"fatal_error"}'},
        {"status": 200, "body": b"\xff\xfe"},
        {"status": 200, "body": b"[" * 100_000},
    ],
    ids=lambda fault: f"{fault['status']} {fault['body'][:20]!r}",
)
def test_an_answer_that_tells_nothing_leaves_the_outcome_unknown(
    fault: Any, export: Any, slack: Any, record: Any
) -> None:
    slack.fail("chat.postMessage", **fault)
    with pytest.raises(OutcomeUnknownError, match="HTTP"):
        export("#quality", [record(1)])
    with pytest.raises(OutcomeUnknownError, match="earlier export"):
        export("#quality", [record(1)])

    assert slack.messages == []


def test_no_connection_means_that_nothing_was_posted(export: Any, slack: Any, record: Any) -> None:
    with pytest.raises(ElevateKitError, match=r"was not posted to #quality.*no connection"):
        export("#quality", [record(1)], api_url="http://127.0.0.1:9/api")

    export("#quality", [record(1)])
    assert len(slack.messages) == 1


@pytest.mark.parametrize("target", ["", "#quality"])
def test_a_digest_is_posted_once_until_it_changes(
    target: str, export: Any, slack: Any, record: Any
) -> None:
    export(target, [record(1)])
    (again,) = export(target, [record(1)])
    export(target, [record(1), record(2)])

    assert "posted by an earlier export" in again
    assert [m["text"][:15] for m in slack.messages] == ["Interactions: 1", "Interactions: 2"]
    assert len(slack.files) == (2 if target else 0)


def test_another_webhook_is_another_destination(export: Any, slack: Any, record: Any) -> None:
    export("", [record(1)])
    with pytest.raises(ElevateKitError, match="was not posted"):
        export("", [record(1)], webhook=Secret(f"{slack.url}/services/other"))


@pytest.mark.parametrize(
    "path", ["files.getUploadURLExternal", "files.completeUploadExternal", "upload/F0"]
)
def test_an_upload_refused_after_the_message_went_out_is_all_that_is_sent_again(
    path: str, export: Any, slack: Any, record: Any
) -> None:
    slack.fail(path, status=403, body=b"no")
    with pytest.raises(
        ElevateKitError, match=r"digest was posted to #quality, but its file was not.*only"
    ):
        export("#quality", [record(1)])
    assert slack.files == []

    left = export("#quality", [record(1)])

    assert left == ["#quality: digest and interactions.csv"]
    assert len(slack.messages) == 1
    assert slack.files[0][1] == "171.000"
    assert "earlier export" in export("#quality", [record(1)])[0]


@pytest.mark.parametrize("path", ["files.getUploadURLExternal", "upload/F0"])
def test_a_file_that_nobody_can_see_may_be_uploaded_twice(
    path: str, export: Any, slack: Any, record: Any
) -> None:
    slack.fail(path, drop="after")
    with pytest.raises(ElevateKitError, match="its file was not"):
        export("#quality", [record(1)])

    export("#quality", [record(1)])

    assert (len(slack.messages), len(slack.files)) == (1, 1)


def test_a_file_that_may_be_there_is_not_sent_again(export: Any, slack: Any, record: Any) -> None:
    slack.fail("files.completeUploadExternal", drop="after")
    for _ in range(2):
        with pytest.raises(OutcomeUnknownError, match="unknown whether its file was"):
            export("#quality", [record(1)])

    assert (len(slack.messages), len(slack.files)) == (1, 1)
    assert len(slack.requests) == 4


def test_a_scope_that_is_missing_is_named_and_the_file_follows_later(
    export: Any, slack: Any, record: Any
) -> None:
    slack.scopes = {"chat:write"}
    with pytest.raises(ElevateKitError, match=r"missing_scope.*add the scope files:write"):
        export("#quality", [record(1)])

    slack.scopes = {"chat:write", "files:write"}
    export("#quality", [record(1)])

    assert (len(slack.messages), len(slack.files)) == (1, 1)


def test_a_memo_that_cannot_be_read_counts_as_none(export: Any, slack: Any, record: Any) -> None:
    export.memo.set("delivery", "{broken")

    export("", [record(1)])

    assert len(slack.messages) == 1


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("channel_not_found", "check the channel"),
        ("not_in_channel", "invite the app"),
        ("is_archived", "archived"),
        ("invalid_auth", "set `token`"),
        ("token_revoked", "set `token`"),
        ("restricted_action", "administrator"),
        ("some_new_error", "docs.slack.dev"),
    ],
)
def test_what_slack_refuses_is_said_with_what_to_do(
    error: str, remedy: str, export: Any, slack: Any, record: Any
) -> None:
    slack.refuse("chat.postMessage", error)

    with pytest.raises(ElevateKitError, match=f"not posted to #quality.*{error}.*{remedy}"):
        export("#quality", [record(1)])

    export("#quality", [record(1)])
    assert len(slack.messages) == 1


def test_a_channel_that_does_not_exist_is_refused(export: Any, slack: Any, record: Any) -> None:
    with pytest.raises(ElevateKitError, match=r"#nowhere.*channel_not_found"):
        export("#nowhere", [record(1)])


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 404, "body": b"no_service"}, "no_service.*404.*create a new one"),
        ({"status": 404, "body": b""}, "nothing exists at this address.*404.*create a new one"),
        ({"status": 410, "body": b"channel_is_archived"}, "410.*archived"),
        ({"status": 410, "body": b""}, "410.*create a new one"),
        ({"status": 403, "body": b"action_prohibited"}, "403.*administrator"),
        ({"status": 403, "body": b"<html>Forbidden</html>"}, "403.*proxy"),
        ({"status": 302, "headers": {"Location": "https://evil.example"}}, "302.*proxy"),
    ],
)
def test_a_webhook_that_is_gone_is_said_with_what_to_do(
    fault: Any, words: str, export: Any, slack: Any, record: Any
) -> None:
    slack.fail("canary9c41aa", **fault)

    with pytest.raises(ElevateKitError, match=f"not posted to the channel of the webhook.*{words}"):
        export("", [record(1)])

    export("", [record(1)])
    assert len(slack.messages) == 1


def test_a_file_goes_to_no_strange_address(export: Any, slack: Any, record: Any) -> None:
    slack.fail(
        "files.getUploadURLExternal",
        body=b'{"ok":true,"file_id":"F1","upload_url":"https://files.evil.example/up"}',
    )
    with pytest.raises(ElevateKitError, match=r"unexpected upload address.*must be at slack\.com"):
        export("#quality", [record(1)])


# --- secrets ---------------------------------------------------------------------------------


def test_no_secret_is_shown_by_an_error_a_traceback_a_log_or_a_memo(
    export: Any, slack: Any, record: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    faults: list[dict[str, Any]] = [
        {"drop": "before"},
        {"status": 404},
        {"status": 500},
        {"status": 200, "body": f"{SECRETS}".encode()},
        {"status": 429, "headers": {"Retry-After": "999"}},
    ]
    for target in ("", "#quality"):
        for fault in faults:
            slack.fail("chat.postMessage" if target else "canary9c41aa", **fault)
            with pytest.raises(ElevateKitError) as caught:
                export(target, [record(1)], repeat=True)
            said += traceback.format_exception(caught.value)
            said.append(repr(vars(caught.value)))
        said.append(str(export.memo.get("delivery")))
        said += export(target, [record(1)], repeat=True)
        said.append(str(export.memo.get("delivery")))
    said += [entry.getMessage() for entry in caplog.records]
    said += [repr(vars(entry)) for entry in caplog.records]

    assert [text for text in said if any(secret in text for secret in SECRETS)] == []


def test_the_token_goes_to_slack_alone(export: Any, record: Any) -> None:
    for url in ("https://slack.com.evil.example/api", "https://evil.example/slack.com", "ftp://x"):
        with pytest.raises(ConfigError, match="api_url") as caught:
            export.exporter("#quality", api_url=url)
        assert "evil" not in str(caught.value)
    export.exporter("#quality", api_url="https://slack.com/api")
    export.exporter("#quality", api_url="https://acme.slack-gov.com/api/")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/canary9c41aa",
        "hooks.slack.com/services/canary9c41aa",
        "https://",
        "",
        "https://hooks.slack.com/services/canary9c41aa\n",
        "https://hooks.slack.com/canary9c41aa x",
        "https://[canary9c41aa",
        "https://hooks.slack.com:canary9c41aa/",
        "https://hooks.slack.com/cänary9c41aa",
    ],
)
def test_a_webhook_that_is_no_https_url_is_refused_and_not_shown(url: str, export: Any) -> None:
    with pytest.raises(ConfigError, match="the webhook") as caught:
        export.exporter("", webhook=Secret(url))

    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("token", ["", "xoxb-canary\n", "xoxb canary", "xoxb-cänary"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(token: str, export: Any) -> None:
    with pytest.raises(ConfigError, match="set `token`") as caught:
        export.exporter("#quality", token=Secret(token))

    assert "canary" not in str(caught.value)


# --- targets ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "//hooks.slack.com/services/x",
        "xoxb-1-2",
        "#xoxb-1",
    ],
)
def test_a_secret_on_the_command_line_is_refused_and_not_shown(target: str, export: Any) -> None:
    with pytest.raises(ConfigError, match="on a command line can be read") as caught:
        export.exporter(target)

    assert target not in str(caught.value)


@pytest.mark.parametrize("target", ["quality", "#", "#a b", "#a,#b", "out/", "C1", "#<!here>"])
def test_a_target_that_is_none_is_refused_with_those_that_are(target: str, export: Any) -> None:
    with pytest.raises(ConfigError, match="is not a target; use slack:#channel"):
        export.exporter(target)


def test_a_target_without_what_it_needs_says_what_to_set(export: Any) -> None:
    with pytest.raises(ConfigError, match=r"#quality needs the token .*\$env:SLACK_BOT_TOKEN"):
        export.exporter("#quality", token=None)
    with pytest.raises(ConfigError, match=r"no webhook is set.*\$env:SLACK_WEBHOOK_URL"):
        export.exporter("", webhook=None)


def test_a_file_in_a_folder_that_is_not_there_is_refused_before_anything_is_read(
    export: Any, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"the directory .* does not exist"):
        export(str(tmp_path / "none" / "slack.json"))


def test_an_export_that_is_broken_off_leaves_what_was_there(
    export: Any, slack: Any, record: Any, tmp_path: Path, temporary: Path
) -> None:
    path = tmp_path / "slack.json"
    path.write_text("before")
    for target in (str(path), "#quality", ""):
        exporter = export.exporter(target)
        exporter.open()
        exporter.write([record(1)])
        exporter.abort()
        exporter.abort()

    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir() if p != temporary] == ["slack.json"]
    assert list(temporary.iterdir()) == []
    assert slack.requests == []


def test_nothing_temporary_is_left_when_slack_refuses(
    export: Any, slack: Any, record: Any, temporary: Path
) -> None:
    slack.refuse("chat.postMessage", "not_in_channel")
    with pytest.raises(ElevateKitError):
        export("#quality", [record(1)])

    assert list(temporary.iterdir()) == []
