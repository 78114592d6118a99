"""A Slack of our own on loopback, as strict as the real one is, and the exporter against it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
import pytest

from elevatekit_plugins.api import Api, ApiKey, Column, Operation, RetryRule, Table, Waiter
from elevatekit_plugins.builtin.export.slack.exporter import SlackExporter
from elevatekit_plugins.builtin.export.slack.settings import SlackSettings
from elevatekit_plugins.export.sending import Sender
from elevatekit_plugins.hooks.descriptors import (
    ExportContext,
    InteractionRecord,
    Layout,
    Memo,
    VolatileMemo,
)
from elevatekit_plugins.secrecy import Secret

TOKEN = "xoxb-canary-5e0f1c77"
WEBHOOK_PATH = "/services/T0/B0/canary9c41aa"
CHANNELS = {"#quality": "C0QUALITY1", "C0QUALITY1": "C0QUALITY1"}

# --- the stand-in ----------------------------------------------------------------------------


def text_objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every text object of a payload."""
    if isinstance(value, dict):
        if value.get("type") in ("plain_text", "mrkdwn"):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from text_objects(inner)


def texts(value: Any) -> list[str]:
    return [one["text"] for one in text_objects(value)]


def length(text: str) -> int:
    """As JavaScript counts, which is never less than the code points."""
    return len(text.encode("utf-16-le")) // 2


def violations(payload: dict[str, Any]) -> list[str]:
    """What Slack would refuse, and what it would take and should never be sent."""
    found: list[str] = []
    blocks = payload.get("blocks", [])
    if not 1 <= len(blocks) <= 50:
        found.append(f"{len(blocks)} blocks")
    for block in blocks:
        limit = {"header": 150, "section": 3000}.get(block["type"])
        if limit is None:
            found.append(f"a block of type {block['type']}")
            continue
        text, fields = block.get("text"), block.get("fields", [])
        if text is None and not fields:
            found.append("a block that is empty")
        if text is not None and not 1 <= length(text["text"]) <= limit:
            found.append(f"{block['type']} of {length(text['text'])} characters")
        if block["type"] == "header" and text["type"] != "plain_text":
            found.append("a header with markup")
        if len(fields) > 10 or any(length(one["text"]) > 2000 for one in fields):
            found.append("fields too many or too long")
    total = sum(map(length, texts(blocks)))
    if total > 12_000:
        found.append(f"{total} characters in all")
    for text in (payload.get("text", ""), *texts(blocks)):
        if re.search(r"[<>]|&(?!(amp|lt|gt);)", text):
            found.append(f"not escaped: {text!r}")
        if re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text):
            found.append(f"control characters: {text!r}")
    if not payload.get("text") or length(payload["text"]) > 4000:
        found.append("no text for notifications, or too much of it")
    if payload.get("unfurl_links") is not False or payload.get("unfurl_media") is not False:
        found.append("unfurling is not switched off")
    if {"parse", "link_names"} & payload.keys():
        found.append("names would be linked")
    if any(o["type"] == "mrkdwn" and not o.get("verbatim") for o in text_objects(blocks)):
        found.append("markup in which Slack looks for links and names")
    return found


class Fault(msgspec.Struct, kw_only=True):
    """What happens to one request instead of the usual."""

    path: str
    """The end of the request's path."""
    status: int = 200
    headers: dict[str, str] = {}
    body: bytes = b""
    drop: Any = None
    """`before`: the connection is cut and nothing is done; `after`: it is done, and then cut."""


class Slack:
    """Messages and files that it was given, by the rules; and faults of its own."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.files: list[tuple[str, str, str, bytes]] = []
        """Channel, thread, title and content of each file that people can see."""
        self.requests: list[str] = []
        self.times: list[float] = []
        """When each message or file appeared."""
        self.faults: list[Fault] = []
        self.scopes = {"chat:write", "files:write"}
        self.broken: list[str] = []
        self.now = lambda: 0.0
        self._uploads: dict[str, dict[str, Any]] = {}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stand_in.requests.append(self.path)
                fault = stand_in.fault(self.path)
                if fault is not None and fault.drop != "after":
                    if fault.drop == "before":
                        self.close_connection = True
                        return
                    self._answer(fault.status, fault.headers, fault.body)
                    return
                status, answer = stand_in.serve(self.path, dict(self.headers), body)
                if fault is not None:
                    self.close_connection = True
                    return
                kind = "text/plain" if isinstance(answer, bytes) else "application/json"
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self._answer(status, {"Content-Type": kind}, data)

            def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.webhook = self.url + WEBHOOK_PATH
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def fail(self, path: str, **fault: Any) -> None:
        """Let the next request to this path go wrong."""
        self.faults.append(Fault(path=path, **fault))

    def refuse(self, path: str, error: str, **more: Any) -> None:
        """Let Slack's Web API say no to the next request to this path."""
        body = json.dumps({"ok": False, "error": error, **more}).encode()
        self.fail(path, headers={"Content-Type": "application/json"}, body=body)

    def fault(self, path: str) -> Fault | None:
        for fault in self.faults:
            if path.endswith(fault.path):
                self.faults.remove(fault)
                return fault
        return None

    def serve(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        if path == WEBHOOK_PATH:
            refusal = self._message(body)
            return (400, refusal.encode()) if refusal else (200, b"ok")
        if path.startswith("/services/"):
            return 404, b"no_service"
        if path.startswith("/upload/"):
            if "Authorization" in headers:
                self.broken.append("the token was sent along with the file")
            self._uploads[path.removeprefix("/upload/")]["content"] = body
            return 200, b"OK"
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 200, {"ok": False, "error": "invalid_auth"}
        needed = "chat:write" if path == "/api/chat.postMessage" else "files:write"
        if needed not in self.scopes:
            return 200, {"ok": False, "error": "missing_scope", "needed": needed}
        match path:
            case "/api/chat.postMessage":
                channel = CHANNELS.get(json.loads(body).get("channel"))
                if channel is None:
                    return 200, {"ok": False, "error": "channel_not_found"}
                if refusal := self._message(body):
                    return 200, {"ok": False, "error": refusal}
                return 200, {"ok": True, "channel": channel, "ts": f"17{len(self.messages)}.000"}
            case "/api/files.getUploadURLExternal":
                form = {key: value for key, (value,) in parse_qs(body.decode()).items()}
                id = f"F{len(self._uploads)}"
                self._uploads[id] = {"length": int(form["length"]), "name": form["filename"]}
                return 200, {"ok": True, "file_id": id, "upload_url": f"{self.url}/upload/{id}"}
            case "/api/files.completeUploadExternal":
                return 200, self._complete(json.loads(body))
            case _:
                return 404, b""

    def _message(self, body: bytes) -> str | None:
        payload = json.loads(body)
        found = violations(payload)
        self.broken += found
        if found:
            return "invalid_blocks"
        self.messages.append(payload)
        self.raw.append(body)
        self.times.append(self.now())
        return None

    def _complete(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["channel_id"] not in CHANNELS.values():
            return {"ok": False, "error": "channel_not_found"}
        for file in body["files"]:
            upload = self._uploads[file["id"]]
            if len(upload["content"]) != upload["length"]:
                return {"ok": False, "error": "length_mismatch"}
            self.files.append(
                (body["channel_id"], body["thread_ts"], file["title"], upload["content"])
            )
        self.times.append(self.now())
        return {"ok": True}


@pytest.fixture
def slack() -> Iterator[Slack]:
    """The stand-in. Whatever a test is about: no message may break a rule."""
    stand_in = Slack()
    yield stand_in
    stand_in.stop()
    assert stand_in.broken == []
    assert stand_in.faults == []


# --- interactions ----------------------------------------------------------------------------

# No name in here is one of the API: the exporter goes by roles alone.
JOIN = (
    Column(name="who", path=(), type="string", role="identifier"),
    Column(name="alias", path=(), type="string", role="key"),
)
API = Api(
    name="elevatekit",
    title="Things",
    version="1",
    package="elevatekit",
    base_url="https://api.example.com/v1",
    key=ApiKey(header="X-Key"),
    error_message="errorMessage",
    operations=(
        Operation(
            id="things.state",
            method="GET",
            path="/things",
            summary="A thing.",
            success=(200,),
            retry=RetryRule(deadline=60.0, statuses={}, safe=True),
            waiter=Waiter(
                method="wait", property="p", done=("fine",), failed=("broken",), intervals={}
            ),
            evidence="documented",
        ),
    ),
)


def _list(name: str, role: str | None, *columns: Column) -> Table:
    return Table(name=name, path=("x",), role=role, columns=(*JOIN, *columns))


def _text(name: str, role: str | None = None, *path: str) -> Column:
    return Column(name=name, path=path, type="string", role=role)


LAYOUT = Layout(
    row=(
        *JOIN,
        _text("a", "state"),
        _text("b", "state_message"),
        Column(name="c", path=("c",), type="boolean", role="resolved"),
        _text("d", "summary", "d"),
        _text("e", "summary", "e"),
    ),
    lists=(
        _list("one", "topics", _text("value")),
        _list("two", "topics", _text("value")),
        _list(
            "three",
            "concerns",
            _text("f", "concern", "f"),
            Column(name="g", path=("g",), type="boolean", role="concern_resolved"),
        ),
        _list("four", "coaching", _text("h", "behavior", "h"), _text("i", "recommendation", "i")),
        _list("five", "history", _text("j", "question"), _text("k", None), _text("l", "answer")),
        _list("six", None, _text("value")),
    ),
)
Make = Callable[..., InteractionRecord]


def make(
    number: int,
    *,
    key: str | None = None,
    state: str = "fine",
    message: str | None = None,
    resolved: object = True,
    summary: str | None = "All is well.",
    topics: Sequence[object] = (),
    more_topics: Sequence[object] = (),
    concerns: Sequence[tuple[object, object]] = (),
    coaching: Sequence[str] = (),
    questions: Sequence[tuple[str, str | None]] = (),
) -> InteractionRecord:
    """An interaction of `LAYOUT`."""
    id = f"00000000-0000-4000-8000-{number:012}"
    join = (id, key)
    return InteractionRecord(
        id=id,
        key=key,
        row=(*join, state, message, resolved, None, summary),
        lists={
            "one": tuple((*join, text) for text in topics),
            "two": tuple((*join, text) for text in more_topics),
            "three": tuple((*join, *pair) for pair in concerns),
            "four": tuple((*join, text, "Do it.") for text in coaching),
            "five": tuple((*join, question, "x", answer) for question, answer in questions),
            "six": (),
        },
        payloads={},
    )


@pytest.fixture
def record() -> Make:
    """Make an interaction."""
    return make


# --- the exporter ----------------------------------------------------------------------------


class Clock:
    """A clock that goes on while somebody sleeps, and not otherwise."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Run:
    """Exports of one journal to one destination, each with an exporter of its own."""

    def __init__(self, slack: Slack, send: Sender) -> None:
        self.slack = slack
        self.send = send
        self.clock = Clock()
        self.memo: Memo = VolatileMemo()
        slack.now = self.clock

    def context(self, target: str, layout: Layout = LAYOUT) -> ExportContext:
        return ExportContext(target=target, api=API, layout=layout, send=self.send, memo=self.memo)

    def exporter(self, target: str, layout: Layout = LAYOUT, **settings: Any) -> SlackExporter:
        given = {
            "token": Secret(TOKEN),
            "webhook": Secret(self.slack.webhook),
            "api_url": f"{self.slack.url}/api",
            **settings,
        }
        context = self.context(target, layout)
        return SlackExporter(
            SlackSettings(**given), context, clock=self.clock, sleep=self.clock.sleep
        )

    def __call__(
        self, target: str, records: Sequence[InteractionRecord] = (), **more: Any
    ) -> Sequence[str]:
        """As the host does it: whatever happens, the exporter is finished or aborted."""
        exporter = self.exporter(target, **more)
        exporter.open()
        try:
            for start in range(0, len(records), 200):
                exporter.write(records[start : start + 200])
            return exporter.finish()
        except BaseException:
            exporter.abort()
            raise


@pytest.fixture
def export(slack: Slack) -> Iterator[Run]:
    """Export interactions to the stand-in."""
    sender = Sender()
    yield Run(slack, sender)
    sender.close()


@pytest.fixture
def objects() -> Callable[[Any], Iterator[dict[str, Any]]]:
    """Every text object of a payload."""
    return text_objects


@pytest.fixture
def shown() -> Callable[[dict[str, Any]], str]:
    """What people read of a message: all its texts, one below the other."""
    return lambda message: "\n".join(texts(message["blocks"]))


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, so that a test can see what is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder
