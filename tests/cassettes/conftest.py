"""Recorded with `make cassettes`; replayed with no network at all, not even loopback."""

from __future__ import annotations

import inspect
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from elevatekit import (
    AsyncClient,
    AudioInteraction,
    Chat,
    ChatInteraction,
    ChatMessage,
    Client,
    Participant,
)
from elevatekit.operations import API
from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import ACCOUNT

WAV = Path(__file__).parents[2] / "demo" / "conversations" / "billing-call.wav"
AUDIO = AudioInteraction(language_tag="en-us", original_file_name=WAV.name)
NO_WAIT = 1e-6
"""Seconds: what takes its time at a service takes none here."""


@pytest.fixture(scope="session")
def vcr_cassette_dir() -> str:
    # `record_twice.py` names another folder.
    recorded = Path(__file__).parent / "recorded"
    return os.environ.get("ELEVATEKIT_TEST_CASSETTES") or str(recorded)


@pytest.fixture(scope="session")
def vcr_config(elevatekit_vcr_config: dict[str, Any]) -> dict[str, Any]:
    return elevatekit_vcr_config


class Service:
    """What answers a test: the simulator while recording, the cassette alone afterwards."""

    def __init__(self, simulator: Simulator | None) -> None:
        self._simulator = simulator
        self.base_url = API.base_url if simulator is None else simulator.base_url

    def advance(self, seconds: float) -> None:
        """Let simulated time pass."""
        if self._simulator is not None:
            self._simulator.clock.advance(seconds)

    def fail(self, *faults: Fault) -> None:
        """Answer with these faults from now on."""
        if self._simulator is not None:
            self._simulator.faults.set(faults)


@pytest.fixture
def service(request: pytest.FixtureRequest, record_mode: str) -> Service:
    if record_mode == "none":
        return Service(None)
    return Service(request.getfixturevalue("elevatekit_simulator"))


class Caller:
    """Calls a client, sync or async, by the ids of operations."""

    def __init__(self, client: Client | AsyncClient, service: Service) -> None:
        self._client = client
        self._service = service

    async def __call__(self, id: str, *arguments: Any, **named: Any) -> Any:
        method: Any = self._client
        for name in id.split("."):
            method = getattr(method, name)
        answer = method(*arguments, **named)
        return await answer if inspect.isawaitable(answer) else answer

    async def declare(self, body: Any) -> str:
        identifier: str = (await self("interactions.declare", body)).interaction_identifier
        return identifier

    async def declare_chat(self, key: str = "call-17", lines: Sequence[str] = ()) -> str:
        return await self.declare(chat(key, lines))

    async def declare_audio(self) -> str:
        """An audio interaction with its file uploaded."""
        identifier = await self.declare(AUDIO)
        await self("interactions.upload", identifier, WAV)
        return identifier

    async def arguments(self, operation: Operation[Any]) -> tuple[list[Any], dict[str, Any]]:
        """What an operation takes, made from the table; what it needs has been brought about."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        uploads = operation.body is not None and operation.body.part is not None
        if any(parameter.location == "path" for parameter in operation.parameters):
            if uploads:
                positional.append(await self.declare(AUDIO))
            elif operation.pull is not None and "audio" in operation.pull.types:
                positional.append(await self.declare_audio())
                self._service.advance(3600)
            else:
                positional.append(await self.declare_chat())
        if operation.body is not None:
            fields = operation.body.fields
            named = {field.python: "Was a refund offered?" for field in fields}
            if not fields:
                positional.append(WAV if uploads else chat("call-17"))
        return positional, named


@pytest.fixture(params=["sync", "async"])
async def connect(
    request: pytest.FixtureRequest, vcr: object, service: Service
) -> AsyncIterator[Callable[[str], Awaitable[Caller]]]:
    """Makes a client for a token: each test runs with the sync and with the async one."""
    async with AsyncExitStack() as stack:

        async def connect(token: str) -> Caller:
            options: dict[str, Any] = {
                "base_url": service.base_url,
                "settings": {"standard": {"base": NO_WAIT}},
                # What was asked in one test is not spent in another that has the same ids.
                "ledger": MemoryLedger(),
            }
            if request.param == "sync":
                return Caller(stack.enter_context(Client(token, **options)), service)
            client = AsyncClient(token, **options)
            return Caller(await stack.enter_async_context(client), service)

        yield connect


@pytest.fixture
async def call(connect: Callable[[str], Awaitable[Caller]]) -> Caller:
    return await connect(ACCOUNT)


def chat(key: str, lines: Sequence[str] = ()) -> ChatInteraction:
    """A short conversation about a refund, which goes on with `lines` of the agent."""
    said = [
        ("1", "My name is Ana Silva. I was charged $20.50 twice, and I want my money back!"),
        ("2", "I have refunded $20.50 to your card. And a “bom dia” to São Paulo."),
        *(("2", line) for line in lines),
    ]
    return ChatInteraction(
        language_tag="en-us",
        external_identifier=key,
        chat=Chat(
            participants=[
                Participant(participant_id="1", name="Ana", role="customer"),
                Participant(participant_id="2", name="Ben", role="agent"),
            ],
            messages=[
                ChatMessage(
                    participant_id=speaker,
                    timestamp=f"2026-01-01T10:00:{second:02}Z",
                    content=text,
                )
                for second, (speaker, text) in enumerate(said)
            ],
        ),
    )
