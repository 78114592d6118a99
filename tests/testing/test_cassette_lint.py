"""`elevatekit cassettes lint`, over cassettes each of which has one thing wrong."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
import yaml

from elevatekit.operations import API
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.testing.cassettes import document
from elevatekit_plugins.testing.cassettes.lint import Problem, Report, lint
from elevatekit_plugins.testing.cassettes.played import Played, PlayRecord, digest

RECORDED = Path(__file__).parents[1] / "cassettes" / "recorded"
SECRET = "11111111-2222-4333-8444-555555555555"
ID = "00000000-0000-4000-8000-00000000abcd"

Change = Callable[[dict[str, Any], dict[str, Any]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two cassettes with nothing wrong."""
    for name in ("gen_ai.cx.topics.yaml", "gen_ai.cx.ask.yaml"):
        (tmp_path / name).write_bytes((RECORDED / name).read_bytes())
    return tmp_path


def change(folder: Path, edit: Change, name: str = "gen_ai.cx.topics") -> Path:
    """Change the last interaction of a cassette."""
    path = folder / f"{name}.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    interaction = data["interactions"][-1]
    edit(interaction["request"], interaction["response"])
    path.write_text(document.serialize(data), "utf-8")
    return path


def answer(body: object, status: int = 200, content_type: str = "application/json") -> Change:
    def edit(_: dict[str, Any], response: dict[str, Any]) -> None:
        response["status"]["code"] = status
        response["headers"] = {"content-type": [content_type]}
        response["body"]["string"] = body if isinstance(body, str) else json.dumps(body)

    return edit


def asked(**changes: Any) -> Change:
    return lambda request, _: request.update(changes)


def one(report: Report) -> Problem:
    [problem] = report.problems
    return problem


def test_every_cassette_of_this_project_fits_the_spec_to_the_letter() -> None:
    report = lint(API, RECORDED, strict=True)

    assert [str(problem) for problem in report.problems] == []
    assert report.cassettes == len(list(RECORDED.iterdir()))
    assert report.interactions > report.cassettes
    assert report.others == 0


TOPICS = f"{API.base_url}/interactions/{ID}/gen-ai/cx/topics"


@pytest.mark.parametrize(
    ("name", "edit", "part", "path", "reason"),
    [
        ("topics", answer({"topics": "refund"}), "response", "$.topics", "is not of type"),
        ("topics", answer({"topics": [5]}), "response", "$.topics[0]", "is not of type"),
        ("topics", answer({"themes": ["refund"]}), "response", "$", "none of the known properties"),
        ("topics", answer([]), "response", "$", "is not of type"),
        ("topics", answer("<html>", content_type="text/html"), "response", "", "not JSON (text/ht"),
        ("topics", answer('{"topics": ['), "response", "", "not JSON (application/json)"),
        ("topics", answer("", 200), "response", "", "the status 200 has a body"),
        ("topics", answer({}, 418), "response", "", "the status 418 is not documented"),
        (
            "topics",
            asked(uri=TOPICS.replace("topics", "themes")),
            "request",
            "",
            "no operation has",
        ),
        ("topics", asked(method="PUT"), "request", "", "the path has GET"),
        ("topics", asked(uri=TOPICS.replace(ID, "7")), "request", "", "the path parameter"),
        ("ask", asked(body='{"question": 5}'), "request", "$.question", "is not of type"),
        ("ask", asked(body="{}"), "request", "$", "is a required property"),
        ("ask", asked(body="question=5"), "request", "", "not JSON"),
        ("ask", asked(body=None, headers={}), "request", "", "not JSON (no content type)"),
    ],
)
def test_what_breaks_the_spec_is_named_by_cassette_interaction_path_and_reason(
    folder: Path, name: str, edit: Change, part: str, path: str, reason: str
) -> None:
    file = change(folder, edit, f"gen_ai.cx.{name}")

    problem = one(lint(API, folder))

    assert (problem.kind, problem.file, problem.interaction) == ("misfit", str(file), 2)
    assert (problem.part, problem.path) == (part, path)
    assert reason in problem.reason
    line = file.read_text("utf-8").splitlines()[problem.line - 2]
    assert line.strip("- ") == f"{part}:"


def test_a_property_that_the_spec_does_not_name_is_a_problem_if_one_is_strict(folder: Path) -> None:
    change(folder, answer({"topics": [], "mood": "good"}))

    assert lint(API, folder).problems == ()
    assert "mood" in one(lint(API, folder, strict=True)).reason


def test_a_gateway_that_the_retries_know_of_is_no_problem(folder: Path) -> None:
    change(folder, answer("<html>", 502, "text/html"))

    assert lint(API, folder).problems == ()


def test_a_question_that_was_refused_may_break_the_spec(folder: Path) -> None:
    def refused(request: dict[str, Any], response: dict[str, Any]) -> None:
        request["body"] = '{"question": 5}'
        answer({API.error_message: "no text"}, 422)(request, response)

    change(folder, refused, "gen_ai.cx.ask")

    assert lint(API, folder).problems == ()


def test_another_host_is_looked_at_for_secrets_alone(folder: Path) -> None:
    change(folder, asked(uri="https://example.com/v1/anything"))
    clean = lint(API, folder)
    change(folder, answer("see https://example.com/a?sig=0123456789abcdef", content_type="a/b"))

    assert (clean.problems, clean.others) == ((), 1)
    assert one(lint(API, folder)).kind == "leak"


def test_where_the_api_was_elsewhere_it_can_be_said(folder: Path) -> None:
    for path in folder.iterdir():
        text = path.read_text("utf-8").replace(API.base_url, "https://eu.example.com/v1")
        path.write_text(text, "utf-8")
    change(folder, answer({"topics": 5}))

    elsewhere = lint(API, folder)

    assert elsewhere.others == elsewhere.interactions
    assert one(lint(API, folder, base_url="https://eu.example.com/v1")).path == "$.topics"


HEADER = API.key.header


@pytest.mark.parametrize(
    ("edit", "part", "reason"),
    [
        (asked(headers={HEADER: [SECRET]}), "request", f"the header {HEADER} of the request is a"),
        (asked(headers={"Authorization": ["Basic abc"]}), "request", "the header Authorization"),
        (
            lambda _, response: response["headers"].update({"Set-Cookie": ["session=1"]}),
            "response",
            "the header Set-Cookie of the response is a credential",
        ),
        (answer({"topics": [SECRET.upper()]}), "response", "the value of ELEVATEKIT_TOKEN, as it"),
        (
            answer({"topics": [base64.b64encode(SECRET.encode()).decode()]}),
            "response",
            "ELEVATEKIT_TOKEN, in base64",
        ),
        (answer({"topics": [SECRET.encode().hex()]}), "response", "in hexadecimal"),
        (
            asked(uri=f"{TOPICS}?t={SECRET.replace('-', '%2D')}"),
            "request",
            "the URI of the request",
        ),
        (asked(uri="http://127.0.0.1:8080/v1/x"), "request", "the address on this machine"),
        (asked(uri=f"{TOPICS}?token=a-token-of-mine"), "request", "a signed or a secret address"),
        (answer({"topics": ["https://x.y/z?X-Amz-Signature=0a1b2c3d4e"]}), "response", "a signed"),
        (answer({"topics": ["https://me:word@x.y/"]}), "response", "a password in an address"),
        (answer({"topics": ["Bearer abcdefghijklmnop"]}), "response", "a bearer token"),
        (answer({"topics": ["eyJhbGciOiJI.eyJzdWIiOiIx.x"]}), "response", "a JSON web token"),
        (answer({"topics": ["xoxb-1234567890-abc"]}), "response", "a token of Slack"),
        (
            answer({"topics": ["https://hooks.slack.com/services/T0/B0/x"]}),
            "response",
            "a webhook of Slack",
        ),
    ],
)
def test_a_secret_is_named_by_its_place_and_never_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, edit: Change, part: str, reason: str
) -> None:
    monkeypatch.setenv(API.env("token"), SECRET)
    change(folder, edit)

    report = lint(API, folder)

    assert {problem.kind for problem in report.problems} == {"leak"}
    assert reason in one(report).reason
    assert one(report).part == part
    shown = msgspec.json.encode(report).decode()
    assert SECRET not in shown.lower()
    assert "a-token-of-mine" not in shown


def test_a_token_that_was_recorded_once_is_found_in_the_cassettes_that_follow(folder: Path) -> None:
    change(folder, asked(headers={HEADER: [SECRET]}), "gen_ai.cx.ask")
    change(folder, answer({"topics": [SECRET]}))

    reasons = [problem.reason for problem in lint(API, folder).problems]

    assert reasons == [
        f"the header {HEADER} of the request is a credential",
        f"the body of the response holds the value of the header {HEADER}, as it is",
    ]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


WITH_URI = """\
version: 1
interactions:
- request: {{method: GET, uri: "{}", headers: {{}}, body: null}}
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: ""}}}}
...
"""


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "it is empty"),
        ("\n\n", 1, "it is empty"),
        ("a: 1\nb: 2\n c: 3\n...\n", 3, "it is not valid YAML"),
        ("version: 1\ninteractions: []\n", 3, "it is truncated"),
        (
            "version: 1\ninteractions:\n- {}\n...\n",
            3,
            "it is not a cassette: Object missing required",
        ),
        ("version: 1\ninteractions: !!python/object/apply:os.mkdir [run]\n...\n", 2, "rejected"),
        (BOMB, 2, "a YAML alias (*a)"),
        ("interactions: []\nversion: 2020-99-99\n...\n", 2, "a value is not a valid timestamp"),
        ("interactions: []\nversion: 0x_\n...\n", 2, "a value is not a valid int"),
        ("interactions: []\nversion: !!bool maybe\n...\n", 2, "a value is not a valid bool"),
        (f"interactions: []\nversion: {'9' * 5000}\n...\n", 2, "a value is not a valid int"),
        (WITH_URI.format("http://[::1/v1"), 3, "its URI is none"),
        (WITH_URI.format("http://localhost:x/v1"), 3, "its URI is none"),
        ("a: " + "[" * 20, 1, "more than 10 nested lists"),
    ],
    ids=[
        "empty",
        "blank",
        "not valid YAML",
        "cut",
        "not a cassette",
        "code",
        "bomb",
        "date",
        "digits",
        "bool",
        "long number",
        "host",
        "port",
        "depth",
    ],
)
def test_what_is_no_cassette_is_refused_by_file_and_line(
    folder: Path, text: str, line: int, reason: str
) -> None:
    file = folder / "bad.yaml"
    file.write_text(text)

    problem = one(lint(API, folder))

    assert (problem.kind, problem.file, problem.line) == ("unreadable", str(file), line)
    assert reason in problem.reason
    assert not (folder / "run").exists()


def test_bytes_that_are_no_text_are_refused_in_their_line(folder: Path) -> None:
    (folder / "bad.yaml").write_bytes(b"version: 1\ninteractions: \xff\n")

    problem = one(lint(API, folder))

    assert (problem.line, problem.reason) == (2, "it is not valid UTF-8")


def test_too_many_interactions_and_too_many_bytes_are_told(folder: Path) -> None:
    path = folder / "gen_ai.cx.topics.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data["interactions"] *= 30
    data["interactions"][0]["response"]["body"]["string"] += " " * 300_000
    path.write_text(document.serialize(data), "utf-8")

    kinds = [problem.kind for problem in lint(API, folder).problems]

    assert kinds == ["size", "size"]


def record(folder: Path, **unplayed: tuple[int, ...]) -> Path:
    """What a run of pytest in `folder` would have written. (-1,): no test opened the cassette."""
    cassettes = {
        f"{name}.yaml": Played(digest(folder / f"{name}.yaml"), numbers)
        for name, numbers in {"gen_ai.cx.topics": (), "gen_ai.cx.ask": (), **unplayed}.items()
        if numbers != (-1,)
    }
    path = folder / f"{len(list(folder.iterdir()))}.json"
    path.write_bytes(msgspec.json.encode(PlayRecord(cassettes)))
    return path


def test_what_no_run_played_is_told_from_the_records_of_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    first = record(folder, **{"gen_ai.cx.topics": (1, 2), "gen_ai.cx.ask": (-1,)})
    second = record(folder, **{"gen_ai.cx.topics": (2,), "gen_ai.cx.ask": (-1,)})

    found = [
        (it.kind, it.file, it.interaction) for it in lint(API, Path(), played=[first]).problems
    ]
    both = [str(problem) for problem in lint(API, Path(), played=[first, second]).problems]

    assert found == [
        ("unused", "gen_ai.cx.ask.yaml", None),
        ("unplayed", "gen_ai.cx.topics.yaml", 1),
        ("unplayed", "gen_ai.cx.topics.yaml", 2),
    ]
    assert both == [
        "no test opens it; delete it",
        "interaction 2: no test plays it; record the cassette again",
    ]


def test_a_record_of_other_bytes_says_nothing_of_these(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    old = record(folder)
    change(folder, answer({"topics": []}))
    new = record(folder)

    assert "it changed after the record" in one(lint(API, Path(), played=[old])).reason
    with pytest.raises(ConfigError, match="was another one than in the records before"):
        lint(API, Path(), played=[old, new])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '{"cassettes": {"other/a.yaml": {"sha256": "", "unplayed": []}}}',
            "run this in the folder",
        ),
        ("{}", "not written by pytest --elevatekit-played"),
        ("", "not written by pytest --elevatekit-played"),
    ],
)
def test_a_record_that_cannot_be_used_is_explained(
    folder: Path, content: str, message: str
) -> None:
    path = folder / "played.json"
    path.write_text(content)

    with pytest.raises(ConfigError, match=message):
        lint(API, folder, played=[path])


@pytest.mark.parametrize("name", ["", "nothing"])
def test_a_folder_without_cassettes_is_no_success(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"no cassettes \(\*\.yaml\) in"):
        lint(API, tmp_path / name)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(API, ["cassettes", "lint", *arguments])
    return code, *capsys.readouterr()


def test_the_command_ends_with_0_where_nothing_is_wrong(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, str(folder), "--strict") == (
        0,
        "",
        "2 cassettes, 4 interactions: nothing wrong\n",
    )


def test_the_command_ends_with_1_and_a_line_for_each_problem(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = change(folder, answer({"topics": 5}))

    code, out, err = run(capsys, str(folder))

    assert code == 1
    assert out.startswith(f"{file}:{one(lint(API, folder)).line}: interaction 2 (GET /v1/")
    assert "response $.topics: the value is not of type" in out
    assert err == "2 cassettes, 4 interactions: 1 problem\n"


def test_the_command_speaks_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, answer({"topics": 5}))

    _, out, _ = run(capsys, str(folder), "--format", "json")

    assert msgspec.json.decode(out, type=Report) == lint(API, folder)


def test_the_command_speaks_to_github_and_escapes(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a,b:c%.yaml").write_text("")

    _, out, _ = run(capsys, str(folder), "--format", "github")

    assert out.startswith("::error file=")
    assert "a%2Cb%3Ac%25.yaml,line=1,title=cassette%3A unreadable::it is empty\n" in out


@pytest.mark.parametrize("arguments", [["nowhere"], [".", "--played", "nowhere"], [], ["/", "-x"]])
def test_a_command_that_cannot_be_run_ends_with_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    code, out, err = run(capsys, *arguments)

    assert (code, out) == (click.UsageError.exit_code, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("missing", ["jsonschema_rs", "yaml"])
def test_without_the_extra_the_command_says_what_to_install(folder: Path, missing: str) -> None:
    script = (
        f"import sys; sys.modules[{missing!r}] = None; import elevatekit.__main__ as m; m.main()"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, "cassettes", "lint", str(folder)],
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert f"cassettes lint needs {missing}, which is not installed" in done.stderr
    assert 'pip install "elevatekit[pytest]"' in done.stderr
