"""A simulator over real HTTP for each test, and a second vendor whose names nobody knows."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from elevatekit.operations import API
from elevatekit_plugins.api import (
    Api,
    ApiKey,
    Body,
    Concurrency,
    Operation,
    Pull,
    PullRule,
    Quota,
    RetryRule,
    TurnsRule,
    UploadRule,
    Waiter,
    WaitRule,
)
from elevatekit_plugins.simulator.server import Simulator

TOKEN = "0f0e0d0c-0b0a-0908-0706-050403020100"
REFUND = (
    "customer: Hello, my name is Ana Silva. I need a refund of $30 for my broken kettle.",
    "agent: I am sorry about that. On which date did you buy it?",
    "customer: On March 3rd, at 9:30 am. My e-mail is ana@example.com.",
    "agent: Thank you. The refund of $30 has been issued. You will receive an e-mail today.",
    "customer: Perfect, thanks!",
)


class Session:
    """What a user of one account does with a simulator."""

    def __init__(self, simulator: Simulator, client: httpx2.Client) -> None:
        self.simulator = simulator
        self._client = client

    def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self._client.request(method, self.simulator.base_url + path, **more)

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.send("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx2.Response:
        return self.send("POST", path, **more)

    def declare(self, body: object) -> str:
        response = self.post("/interactions", json=body)
        assert response.status_code == 201, response.text
        identifier: str = response.json()["interactionIdentifier"]
        return f"/interactions/{identifier}"

    def chat(self, *lines: str) -> str:
        """Declare a chat of `agent: …` and `customer: …` lines; returns its path."""
        return self.declare(chat_body(lines))

    def audio(self, **more: object) -> str:
        return self.declare({"type": "audio", "languageTag": "en", "vertical": "default", **more})

    def upload(self, path: str, content: bytes, part: str = "filename.wav") -> httpx2.Response:
        return self.post(f"{path}/upload", files={part: ("call.wav", content)})


def chat_body(lines: tuple[str, ...], **more: object) -> dict[str, object]:
    said = [line.partition(": ")[::2] for line in lines]
    return {
        "type": "chat",
        "languageTag": "en-us",
        "vertical": "default",
        "chat": {
            "participants": [
                {"participant_id": who, "name": who.title(), "role": who}
                for who in ("agent", "customer")
            ],
            "messages": [
                {"participant_id": who, "timestamp": "2025-01-06T09:00:00Z", "content": text}
                for who, text in said
            ],
        },
        **more,
    }


def wav_file(*lines: str, samples: int = 800, comment_last: bool = False) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8))
    comment = chunk(b"LIST", b"INFO" + chunk(b"ICMT", "\n".join(lines).encode() + b"\0"))
    data = chunk(b"data", b"\x80" * samples)
    parts = [data, comment] if comment_last else [comment, data]
    return chunk(b"RIFF", b"WAVE" + form + b"".join(parts if lines else [data]))


@pytest.fixture
def api() -> Api:
    return API


@pytest.fixture
def refund() -> tuple[str, ...]:
    return REFUND


@pytest.fixture
def wav() -> Callable[..., bytes]:
    return wav_file


@pytest.fixture
def chat() -> Callable[..., dict[str, object]]:
    return chat_body


@pytest.fixture
def open_session() -> Iterator[Callable[..., Session]]:
    """Start simulators that check their own answers; none may have broken the spec."""
    with ExitStack() as stack:
        started: list[Simulator] = []

        def start(*, token: str = TOKEN, of: Session | None = None, **settings: Any) -> Session:
            if of is None:
                simulator = Simulator(settings.pop("api", API), self_check=True, **settings)
                stack.enter_context(simulator)
                started.append(simulator)
            else:
                simulator = of.simulator
            client = httpx2.Client(headers={"X-API-Token": token}, timeout=30, verify=False)
            return Session(simulator, stack.enter_context(client))

        yield start
    assert [simulator.ledger.violations for simulator in started] == [[] for _ in started]


@pytest.fixture
def session(open_session: Callable[..., Session]) -> Session:
    return open_session()


@pytest.fixture
def other_document() -> dict[str, Any]:
    """An API that has other names for everything, and an operation that nothing is known of."""
    document: dict[str, Any] = json.loads(
        Path(__file__).with_name("other_vendor.json").read_text("utf-8")
    )
    return document


@pytest.fixture
def other_api(other_document: dict[str, Any]) -> Api:
    rules: dict[str, dict[str, Any]] = {
        "cases.send": {"body": Body(content_type="multipart/form-data", part="blob")},
        "cases.open": {"body": Body(content_type="application/json")},
        "cases.progress": {
            "waiter": Waiter(
                method="wait",
                property="phase",
                done=("ready",),
                failed=("broken",),
                waiting=("opened", "sendPending"),
                intervals={},
            ),
            "pull": PullRule(kind="state"),
        },
        "cases.show": {"pull": PullRule(kind="parameters")},
        "ai.gist": {
            "pull": PullRule(kind="result"),
            "concurrency": Concurrency(group="ai", limit=2),
        },
        "ai.notes": {"pull": PullRule(kind="result", types=("voice",))},
        "ai.question": {
            "body": Body(content_type="application/json"),
            "quota": Quota(per="caseId", successes=2, errors=1, history="ai.questions"),
        },
    }
    return Api(
        name="cases",
        title="Cases",
        version="1",
        package="cases",
        base_url="https://cases.example/api",
        key=ApiKey(header="Api-Key"),
        error_message="reason",
        operations=tuple(
            Operation(
                id=node["operationId"],
                method=method.upper(),
                path=path,
                summary="",
                success=tuple(int(status) for status in node["responses"] if status < "300"),
                retry=RetryRule(deadline=1, statuses={}, safe=True),
                evidence="source",
                **rules.get(node["operationId"], {}),
            )
            for path, methods in other_document["paths"].items()
            for method, node in methods.items()
            if method != "parameters"
        ),
        pull=Pull(
            declare="cases.open",
            type="kind",
            key="ref",
            identifier="caseId",
            upload=UploadRule(operation="cases.send", types=("voice",), unless="link"),
            wait=WaitRule(operation="cases.progress", types=("voice",)),
            turns=TurnsRule(
                body={"kind": "text"},
                participants=("talk", "people"),
                messages=("talk", "lines"),
                participant="pid",
                name="label",
                role="side",
                time="at",
                text="words",
            ),
        ),
    )
