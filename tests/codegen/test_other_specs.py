"""SDKs of four specs of other kinds: typed, and called against their own simulator.

Between them: bearer and basic auth, a key in another header, an operation for everybody; integers,
words and GUIDs as ids; lists in the query, and at the top of an answer; inheritance; bytes and
texts; forms; OpenAPI 3.0 and 3.1. None has an extension of ours.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from elevatekit_codegen.cli import main
from elevatekit_plugins.api import Api
from elevatekit_plugins.cli import app
from elevatekit_plugins.errors import ArgumentError, ConfigError, StatusError
from elevatekit_plugins.messages import FileBody, Request, Response, header
from elevatekit_plugins.simulator.contract import contracts
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT, account
from elevatekit_plugins.testing.error_paths import ErrorPaths, error_paths
from elevatekit_plugins.testing.error_paths.arguments import Arguments

SPECS: Final = Path(__file__).parent / "specs"
NAMES: Final = ("desk", "files", "shelf", "weather")
ID: Final = "7f0d6b1e-2c55-4e5c-9a5e-0d7b1c0f9e42"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for each package, as the command makes it."""
    folder = tmp_path_factory.mktemp("others")
    for name in NAMES:
        spec = ["--spec", str(SPECS / f"{name}.yaml")]
        place = ["--out", str(folder / name), "--package", name]
        for words in (["lint", *spec], ["generate", *spec, *place], ["check", *spec, *place]):
            ran = CliRunner().invoke(main, words)
            assert ran.exit_code == 0, ran.output
    paths = [str(folder / name) for name in NAMES]
    sys.path[:0] = paths
    yield folder
    for path in paths:
        sys.path.remove(path)


@pytest.fixture
def apis(made: Path) -> dict[str, Api]:
    return {name: importlib.import_module(f"{name}.operations").API for name in NAMES}


def client(api: Api, kind: str = "Client", **settings: Any) -> Any:
    return getattr(importlib.import_module(api.package), kind)(
        account(api), plugins=False, **settings
    )


def method(holder: Any, id: str) -> Callable[..., Any]:
    for name in id.split("."):
        holder = getattr(holder, name)
    found: Callable[..., Any] = holder
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_is_called_by_both_clients(
    name: str, apis: dict[str, Api], tmp_path: Path
) -> None:
    api, file = apis[name], tmp_path / "a.bin"
    file.write_bytes(bytes(range(256)))
    made = Arguments(api, contracts(api, api.document()), file)
    calls = [(o, *made.of(o, {})) for o in api.operations]

    async def awaited(base_url: str) -> list[Any]:
        async with client(api, "AsyncClient", base_url=base_url) as apart:
            return [await method(apart, o.id)(*by_place, **named) for o, by_place, named in calls]

    with Simulator(api, self_check=True) as simulator:
        with client(api, base_url=simulator.base_url) as one:
            answers = [method(one, o.id)(*by_place, **named) for o, by_place, named in calls]
        others = asyncio.run(awaited(simulator.base_url))

        assert others == answers
        assert simulator.ledger.violations == []
        assert set(simulator.ledger.answered.values()) == {2}
        assert len(simulator.ledger.answered) == len(api.operations)
    assert "Evidence" not in (method(one, api.operations[0].id).__doc__ or "Evidence")
    for (operation, *_), answer in zip(calls, answers, strict=True):
        nothing = operation.model is None and operation.media is None
        assert (answer is None) == nothing, operation.id


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_that_is_an_error_is_one_to_both_clients(
    name: str, apis: dict[str, Api]
) -> None:
    with ErrorPaths(apis[name]) as stand:
        for path in error_paths(apis[name]):
            stand.check(path)


@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_what_is_made_passes_strict_type_checkers(checker: str, made: Path, tmp_path: Path) -> None:
    pytest.importorskip(checker, reason="make types installs it")
    rooms = [*(made / name for name in NAMES), Path(app.__file__).parents[2]]
    if checker == "mypy":
        options = ["--strict", "--follow-imports", "silent", "--cache-dir", os.devnull]
        options += ["--config-file", os.devnull, *(w for name in NAMES for w in ("-p", name))]
    else:
        settings = {
            "include": [str(made / name) for name in NAMES],
            "extraPaths": [str(room) for room in rooms],
            "typeCheckingMode": "strict",
            "pythonVersion": "3.11",
        }
        (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
        options = ["--level", "error", "--pythonpath", sys.executable]
        options += ["--project", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", checker, *options],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, rooms))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


class Recorder:
    """A transport that keeps what it is to send, and answers that there is nothing."""

    def __init__(self) -> None:
        self.sent: list[Request] = []

    def send(self, request: Request, deadline: float, max_bytes: int | None = None) -> Response:
        self.sent.append(request)
        return Response(operation=request.operation, status=418)

    def close(self) -> None:
        pass


def sent(api: Api, id: str, *by_place: Any, **named: Any) -> Request:
    """The request of a call."""
    recorder = Recorder()
    with (
        client(api, transport=recorder, base_url="https://host.example/x") as one,
        pytest.raises(StatusError),
    ):
        method(one, id)(*by_place, **named)
    [request] = recorder.sent
    return request


URLS: Final = {
    "a list is its name again and again": (
        ("desk", "tickets.list_tickets", {"status": ["open", "solved"], "assignee": (3, 4)}),
        "tickets?status=open&status=solved&assignee=3&assignee=4",
    ),
    "an empty list is left out": (
        ("desk", "tickets.list_tickets", {"status": [], "limit": 5}),
        "tickets?limit=5",
    ),
    "a list stands between commas": (
        ("shelf", "books.search", {"q": "a,b &c", "genre": iter(["crime", "poetry"])}),
        "books?q=a%2Cb%20%26c&genre=crime,poetry",
    ),
    "a number is an id": (
        ("desk", "tickets.get_ticket", {"ticket_id": 12}),
        "tickets/12",
    ),
    "a part of a segment is a parameter": (
        ("weather", "reports.day", {"day": "2026-01-31"}),
        "reports/2026-01-31.csv",
    ),
}


@pytest.mark.parametrize("case", URLS)
def test_paths_and_queries_are_written_as_the_spec_says(case: str, apis: dict[str, Api]) -> None:
    (name, id, named), url = URLS[case]
    assert sent(apis[name], id, **named).url == f"https://host.example/x/{url}"


def test_each_spec_decides_how_requests_are_signed(apis: dict[str, Api]) -> None:
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("desk", "agents.list_agents", {}),
        ("shelf", "book_loans.list_friends", {}),
        ("weather", "sensors.list_all", {}),
        ("weather", "station.health", {}),
    ]
    keys = [sent(apis[name], id, **named) for name, id, named in calls]
    assert [
        (header(r.headers, "Authorization"), header(r.headers, "X-Station-Key")) for r in keys
    ] == [
        (f"Bearer {ACCOUNT}", None),
        (f"Basic {b64encode(f'tester:{ACCOUNT}'.encode()).decode()}", None),
        (None, ACCOUNT),
        (None, None),
    ]


def test_a_password_may_have_spaces_but_no_user_may_be_missing(apis: dict[str, Api]) -> None:
    shelf: Any = importlib.import_module("shelf")
    with shelf.Client("Zo\u00eb:pass word", plugins=False) as one:
        assert one.base_url == "https://shelf.example"
    with pytest.raises(ConfigError, match="SHELF_TOKEN to user:password"):
        shelf.Client("no-colon", plugins=False)
    with pytest.raises(ConfigError, match="character 4 of 7 is no visible character"):
        shelf.Client("me:\nhim", plugins=False)


def test_credentials_that_are_not_known_are_refused(apis: dict[str, Api]) -> None:
    for name, id in (("desk", "agents.list_agents"), ("shelf", "book_loans.list_friends")):
        package: Any = importlib.import_module(name)
        with (
            Simulator(apis[name], self_check=True) as simulator,
            package.Client("me:mine", base_url=simulator.base_url, plugins=False) as one,
            pytest.raises(
                package.ClientError if name == "shelf" else package.OtherStatusError
            ) as caught,
        ):
            method(one, id)()
        assert caught.value.status == 401
        assert "the header Authorization holds no active token" in str(caught.value)
        assert "mine" not in str(caught.value)


def test_forms_are_written_as_browsers_write_them(apis: dict[str, Api], tmp_path: Path) -> None:
    named = {"text": "a&b ü", "internal": True, "minutes": 3, "cc": ["x@y.example", "z@y.example"]}
    form = sent(apis["desk"], "tickets.reply_to_ticket", 1, **named)
    assert header(form.headers, "Content-Type") == "application/x-www-form-urlencoded"
    assert form.body == (
        b"text=a%26b+%C3%BC&internal=true&minutes=3&cc=x%40y.example&cc=z%40y.example"
    )

    file = tmp_path / 'a "b".bin'
    file.write_bytes(b"\x00\xff")
    parts = sent(apis["files"], "files.upload_file", file, folder="/ü", tags=["a", "b"])
    assert isinstance(parts.body, FileBody)
    (boundary,) = (header(parts.headers, "Content-Type") or "").split("boundary=")[1:]
    assert parts.body.before.decode().split(f"--{boundary}\r\n")[1:] == [
        'Content-Disposition: form-data; name="folder"\r\n\r\n/ü\r\n',
        'Content-Disposition: form-data; name="tags"\r\n\r\na\r\n',
        'Content-Disposition: form-data; name="tags"\r\n\r\nb\r\n',
        'Content-Disposition: form-data; name="content"; filename="a %22b%22.bin"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n",
    ]

    whole = sent(apis["files"], "files.replace_file", ID, file)
    assert header(whole.headers, "Content-Type") == "application/octet-stream"
    assert isinstance(whole.body, FileBody)
    assert (whole.body.before, whole.body.size, whole.body.after) == (b"", 2, b"")


def test_what_no_form_and_no_list_can_be_is_refused_before_it_is_sent(
    apis: dict[str, Api],
) -> None:
    refused: list[tuple[str, str, tuple[Any, ...], dict[str, Any], str]] = [
        ("desk", "tickets.list_tickets", (), {"status": "open"}, "must be a list of strings"),
        (
            "desk",
            "tickets.list_tickets",
            (),
            {"status": ["lost"]},
            "'lost' is not one of open, pend",
        ),
        ("desk", "tickets.reply_to_ticket", (1,), {"text": ""}, "text is empty"),
        ("desk", "tickets.get_ticket", ("one",), {}, "ticket_id must be an integer, not str"),
        ("shelf", "books.read", ("12",), {}, "does not match"),
        ("files", "files.replace_file", (ID, "nowhere"), {}, "nowhere is not a file"),
        ("files", "files.upload_file", ("nowhere",), {"folder": "/"}, "nowhere is not a file"),
    ]
    for name, id, by_place, named, said in refused:
        with client(apis[name]) as one, pytest.raises(ArgumentError, match=said):
            method(one, id)(*by_place, **named)


def test_models_inherit_and_unions_are_told_apart(apis: dict[str, Api]) -> None:
    desk: Any = importlib.import_module("desk")
    weather: Any = importlib.import_module("weather")
    ticket = desk.NewTicket(
        subject="No light", text="Since noon.", requester=desk.Person(name="Ana", email="a@b.c")
    )
    body = sent(apis["desk"], "tickets.create_ticket", ticket).body
    assert isinstance(body, bytes)
    assert json.loads(body) == {
        "subject": "No light",
        "priority": "normal",
        "text": "Since noon.",
        "requester": {"name": "Ana", "email": "a@b.c"},
    }
    readings = [
        weather.Wind(at="2026-01-01T00:00:00Z", speed=3.5),
        weather.Temperature(at="2026-01-01T00:00:00Z", celsius=-4),
    ]
    body = sent(apis["weather"], "sensors.readings.send", ID, readings).body
    assert isinstance(body, bytes)
    assert [one["quantity"] for one in json.loads(body)] == ["wind", "temperature"]


def test_a_simulator_of_openapi_3_0_knows_its_null_and_its_limits(apis: dict[str, Api]) -> None:
    shelf: Any = importlib.import_module("shelf")
    nulls = {"subtitle": None, "translator": None, "pages": None, "lentTo": None}
    book = {"title": "Sea", "author": {"name": "Io", "born": None}, "weight": 0.4, **nulls}
    with (
        Simulator(apis["shelf"], self_check=True) as simulator,
        client(apis["shelf"], base_url=simulator.base_url) as one,
    ):
        assert one.books.place("9780000000002", book) is None
        with pytest.raises(shelf.ClientError, match=r"\$\.weight: the value is less than or equal"):
            one.books.place("9780000000002", {**book, "weight": 0})
        assert simulator.ledger.violations == []


COMMANDS: Final = {
    "desk": [
        ["tickets", "list-tickets", "--status", "open", "--status", "solved", "--limit", "3"],
        ["tickets", "reply-to-ticket", "4", "--text", "Yes.", "--cc", "a@b.example"],
        ["agents", "list-agents", "--json"],
    ],
    "files": [
        ["files", "upload-file", "{file}", "--folder", "/", "--tags", "a", "--tags", "b"],
        ["files", "replace-file", ID, "{file}"],
        ["files", "list-files"],
    ],
    "shelf": [
        ["books", "search", "--q", "sea", "--genre", "travel", "--json"],
        ["book-loans", "lend-book", "9780000000002", "--friend", "Bo", "--copies", "2"],
        ["books", "place", "9780000000002", "--body", "{book}"],
    ],
    "weather": [
        ["reports", "day", "2026-01-31"],
        ["station", "health"],
        ["sensors", "readings", "between", ID, "--from", "2026-01-01T00:00:00Z",
         "--quantity", "wind", "--quantity", "rain"],
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_offered_that_a_spec_without_pulls_has_no_use_for(
    name: str, apis: dict[str, Api], capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(apis[name], ["--help"]) == 0
    offered = capsys.readouterr().out
    testing = importlib.import_module(f"{name}.testing")
    assert ("simulate" in offered, hasattr(testing, "simulator")) == (True, True)
    for word in ("pull", "export", "probe"):
        assert not re.search(rf"^  {word}\b", offered, re.MULTILINE)
        assert app.main(apis[name], [word]) == 2
        assert f"unknown command '{word}'" in capsys.readouterr().err
    assert not hasattr(testing, "chat")


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_calls_what_the_client_calls(
    name: str,
    apis: dict[str, Api],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    api = apis[name]
    file, book = tmp_path / "a.bin", tmp_path / "book.json"
    file.write_bytes(b"\x00\xff")
    book.write_text('{"title": "Sea", "author": {"name": "Io"}, "weight": 0.4}', "utf-8")
    with Simulator(api, self_check=True) as simulator:
        monkeypatch.setenv(api.env("token"), account(api))
        monkeypatch.setenv(api.env("base_url"), simulator.base_url)
        monkeypatch.chdir(tmp_path)
        for words in COMMANDS[name]:
            given = [word.format(file=file, book=book) for word in words]
            code = app.main(api, [*given, "--no-plugins"])
            said = capfdbinary.readouterr()
            assert code == 0, said.err.decode()
            assert said.out or b"no content" in said.err
        assert sum(simulator.ledger.answered.values()) == len(COMMANDS[name])


def test_bytes_come_as_they_are_to_the_client_and_to_stdout(
    apis: dict[str, Api],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    api = apis["files"]
    with Simulator(api, self_check=True) as simulator:
        with client(api, base_url=simulator.base_url) as one:
            content, preview = one.files.download_file(ID), one.raw.files.preview_file(ID)
        monkeypatch.setenv(api.env("token"), account(api))
        monkeypatch.setenv(api.env("base_url"), simulator.base_url)
        monkeypatch.chdir(tmp_path)
        assert app.main(api, ["files", "download-file", ID, "--no-plugins"]) == 0
    assert capfdbinary.readouterr().out == content
    assert set(content) == set(range(256))
    assert preview.header("content-type") == "image/png"
