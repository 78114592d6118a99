"""Every operation of the generated clients, over real HTTP against the simulator."""

from __future__ import annotations

import asyncio
import inspect
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
    NotFoundError,
    Participant,
    Response,
    UnauthorizedError,
)
from elevatekit.operations import API
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.errors import QuotaExceededError
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.testing.accounts import ACCOUNT

ROOT = Path(__file__).parents[2]
WAV = ROOT / "demo" / "conversations" / "billing-call.wav"
CHAT = ChatInteraction(
    language_tag="en-us",
    external_identifier="call-17",
    chat=Chat(
        participants=[
            Participant(participant_id="1", name="Ana", role="customer"),
            Participant(participant_id="2", name="Ben", role="agent"),
        ],
        messages=[
            ChatMessage(
                participant_id="1",
                timestamp="2026-01-01T10:00:00Z",
                content="My name is Ana Silva and I want my money back.",
            ),
            ChatMessage(
                participant_id="2",
                timestamp="2026-01-01T10:00:09Z",
                content="I have refunded $20.50 to your card.",
            ),
        ],
    ),
)


def method(client: Any, id: str) -> Any:
    for name in id.split("."):
        client = getattr(client, name)
    return client


def arguments(operation: Any, identifier: str) -> tuple[list[Any], dict[str, Any]]:
    """What a caller would pass: made from the table, so that a new operation is covered."""
    positional: list[Any] = [identifier for p in operation.parameters if p.location == "path"]
    named: dict[str, Any] = {}
    if operation.body is not None:
        if operation.body.fields:
            named = {field.python: "Was a refund offered?" for field in operation.body.fields}
        elif operation.body.content_type == "multipart/form-data":
            positional.append(WAV)
        else:
            positional.append(CHAT)
    return positional, named


def prepared(client: Client, operation: Any, simulator: Any) -> str:
    """The id of an interaction that has what the operation reads."""
    if operation.body is not None and operation.body.content_type == "multipart/form-data":
        audio = AudioInteraction(language_tag="en-us", original_file_name="billing-call.wav")
        return client.interactions.declare(audio).interaction_identifier
    if operation.pull is not None and "audio" in operation.pull.types:
        audio = AudioInteraction(language_tag="en-us", original_file_name="billing-call.wav")
        identifier = client.interactions.declare(audio).interaction_identifier
        client.interactions.upload(identifier, WAV)
        simulator.clock.advance(3600)
        return identifier
    return client.interactions.declare(CHAT).interaction_identifier


OPERATIONS = pytest.mark.parametrize("operation", API.operations, ids=lambda o: o.id)


@OPERATIONS
def test_an_operation_answers_with_its_type(
    elevatekit_client: Client, elevatekit_simulator: Any, operation: Any
) -> None:
    identifier = prepared(elevatekit_client, operation, elevatekit_simulator)
    positional, named = arguments(operation, identifier)

    answer = method(elevatekit_client, operation.id)(*positional, **named)

    if operation.model is None:
        assert answer is None
    else:
        assert isinstance(answer, API.model(operation.model))


@OPERATIONS
def test_an_operation_answers_the_same_to_the_async_client(
    elevatekit_client: Client, elevatekit_simulator: Any, operation: Any
) -> None:
    identifier = prepared(elevatekit_client, operation, elevatekit_simulator)
    positional, named = arguments(operation, identifier)

    async def run() -> Any:
        async with AsyncClient(
            ACCOUNT, base_url=elevatekit_client.base_url, ledger=MemoryLedger()
        ) as client:
            return await method(client, operation.id)(*positional, **named)

    answer = asyncio.run(run())

    assert (answer is None) == (operation.model is None)
    if operation.method == "GET":
        assert answer == method(elevatekit_client, operation.id)(*positional, **named)


@OPERATIONS
def test_the_raw_twin_returns_the_response_undecoded(
    elevatekit_client: Client, elevatekit_simulator: Any, operation: Any
) -> None:
    identifier = prepared(elevatekit_client, operation, elevatekit_simulator)
    positional, named = arguments(operation, identifier)

    response = method(elevatekit_client.raw, operation.id)(*positional, **named)

    assert isinstance(response, Response)
    assert response.status in operation.success
    assert [attempt.status for attempt in response.attempts] == [response.status]


@OPERATIONS
def test_sync_and_async_methods_have_the_same_signature(operation: Any) -> None:
    def signature(cls: Any) -> list[tuple[str, Any]]:
        client = object.__new__(cls)
        parameters = inspect.signature(method(client, operation.id)).parameters.values()
        return [(p.name, p.kind, p.default) for p in parameters]  # type: ignore[misc]

    assert signature(Client) == signature(AsyncClient)
    assert "timeout" in [name for name, *_ in signature(Client)]


def test_the_example_of_the_readme(elevatekit_client: Client) -> None:
    identifier = elevatekit_client.interactions.declare(CHAT).interaction_identifier

    details = elevatekit_client.gen_ai.cx.summary_details(identifier)

    assert details.is_resolved
    assert ("money", "$20.50") in [(e.type, e.value) for e in details.entities or ()]
    assert elevatekit_client.gen_ai.cx.summary(identifier, accept_language="pt-BR").summary


def test_an_unknown_interaction_is_a_not_found_error(elevatekit_client: Client) -> None:
    with pytest.raises(NotFoundError) as caught:
        elevatekit_client.gen_ai.topics("00000000-0000-4000-8000-00000000abcd")

    assert caught.value.error_message


def test_a_token_that_is_no_account_is_an_unauthorized_error(elevatekit_simulator: Any) -> None:
    client = Client("not-a-guid", base_url=elevatekit_simulator.base_url)
    with client, pytest.raises(UnauthorizedError):
        client.interactions.declare(CHAT)


def test_audio_is_waited_for(elevatekit_client: Client, elevatekit_simulator: Any) -> None:
    audio = AudioInteraction(language_tag="en-us", original_file_name="billing-call.wav")
    identifier = elevatekit_client.interactions.declare(audio).interaction_identifier
    elevatekit_client.interactions.upload(identifier, WAV)
    states: list[str] = []

    def progress(answer: Any) -> None:
        states.append(answer.status)
        elevatekit_simulator.clock.advance(20)

    done = elevatekit_client.interactions.wait(identifier, poll=0.001, progress=progress)

    assert done.status == states[-1] == "processed"
    assert len(set(states)) > 2


def test_the_sixth_question_is_refused_here_and_not_there(
    elevatekit_client: Client, elevatekit_simulator: Any
) -> None:
    identifier = elevatekit_client.interactions.declare(CHAT).interaction_identifier
    for number in range(5):
        elevatekit_client.gen_ai.cx.ask(identifier, question=f"Question {number}?")

    with pytest.raises(QuotaExceededError, match="ask_history"):
        elevatekit_client.gen_ai.cx.ask(identifier, question="One more?")

    assert len(elevatekit_client.gen_ai.cx.ask_history(identifier).questions or ()) == 5
    # The other endpoint has a budget of its own.
    assert elevatekit_client.gen_ai.ask(identifier, question="Here too?").answer
    asked = elevatekit_simulator.ledger.asked
    assert {id: spent.successes for id, spent in asked.items()} == {
        "gen_ai.cx.ask": 5,
        "gen_ai.ask": 1,
    }


def test_a_429_is_ridden_out(elevatekit_client: Client, elevatekit_simulator: Any) -> None:
    identifier = elevatekit_client.interactions.declare(CHAT).interaction_identifier
    elevatekit_simulator.faults.set([Fault(operation="gen_ai.topics", status=429)])
    quick = Client(
        ACCOUNT,
        base_url=elevatekit_simulator.base_url,
        settings={"standard": {"base": 0.001}},
    )
    with quick:
        response = quick.raw.gen_ai.topics(identifier)

    assert [attempt.status for attempt in response.attempts] == [429, 200]
