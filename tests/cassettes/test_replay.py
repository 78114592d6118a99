"""Every operation, and the paths that matter, replayed from what the simulator once answered."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from elevatekit import InternalServerError, UnauthorizedError, UnprocessableError
from elevatekit.operations import API
from elevatekit_plugins.api import Operation
from elevatekit_plugins.simulator.faults import Fault

# No address is allowed, loopback included; pytest-recording does not block while it records.
pytestmark = [pytest.mark.vcr, pytest.mark.block_network(allowed_hosts=["nowhere"])]

cassette = pytest.mark.default_cassette


@pytest.mark.parametrize(
    "operation",
    [pytest.param(operation, marks=cassette(operation.id)) for operation in API.operations],
    ids=lambda operation: operation.id,
)
async def test_every_operation_answers_with_its_type(call: Any, operation: Operation[Any]) -> None:
    positional, named = await call.arguments(operation)

    answer = await call(operation.id, *positional, **named)

    if operation.model is None:
        assert answer is None
    else:
        assert isinstance(answer, API.model(operation.model))


@cassette("retry_after_429")
async def test_a_429_is_ridden_out(call: Any, service: Any) -> None:
    identifier = await call.declare_chat()
    service.fail(Fault(operation="gen_ai.topics", status=429, headers={"Retry-After": "0"}))

    response = await call("raw.gen_ai.topics", identifier)

    assert [attempt.status for attempt in response.attempts] == [429, 200]
    assert [attempt.retry_after for attempt in response.attempts] == [0, None]


@cassette("retries_exhausted")
async def test_a_third_500_is_the_last_one(call: Any, service: Any) -> None:
    identifier = await call.declare_chat()
    service.fail(Fault(operation="gen_ai.topics", status=500, times=3))

    with pytest.raises(InternalServerError) as caught:
        await call("gen_ai.topics", identifier)

    assert [attempt.status for attempt in caught.value.attempts] == [500, 500, 500]


@cassette("unauthorized")
async def test_a_token_that_is_not_active_is_a_401(connect: Any) -> None:
    call = await connect("a-token-of-nobody")

    with pytest.raises(UnauthorizedError) as caught:
        await call.declare_chat()

    assert caught.value.status == 401
    assert caught.value.error_message


@cassette("failed_ask")
async def test_a_question_that_failed_stands_in_the_history(call: Any, service: Any) -> None:
    identifier = await call.declare_chat()
    service.fail(Fault(operation="gen_ai.cx.ask", status=422))

    with pytest.raises(UnprocessableError):
        await call("gen_ai.cx.ask", identifier, question="Who will win?")
    answered = await call("gen_ai.cx.ask", identifier, question="Was a refund offered?")
    history = await call("gen_ai.cx.ask_history", identifier)

    failed, good = history.questions
    assert (failed.question, failed.answer) == ("Who will win?", None)
    assert failed.error_message
    assert (good.question, good.answer) == ("Was a refund offered?", answered.answer)


@cassette("audio_wait")
async def test_audio_is_waited_for(call: Any, service: Any) -> None:
    identifier = await call.declare_audio()
    states: list[str] = []

    def progress(answer: Any) -> None:
        states.append(answer.status)
        service.advance(20)

    done = await call("interactions.wait", identifier, poll=1e-6, progress=progress)

    assert done.status == states[-1] == "processed"
    assert len(set(states)) > 2


@cassette("burst_of_ten")
async def test_ten_questions_at_once_get_an_answer_each(call: Any) -> None:
    things = ["bill", "modem", "phone", "router", "voucher"]
    lines = [f"The {thing} costs {number} dollars." for number, thing in enumerate(things)]
    identifiers = [await call.declare_chat(key, lines) for key in ("call-18", "call-19")]
    asked = [(identifier, thing) for thing in things for identifier in identifiers]

    answers = await asyncio.gather(
        *(
            call("gen_ai.cx.ask", identifier, question=f"What does the {thing} cost?")
            for identifier, thing in asked
        )
    )

    assert len(answers) == 10
    for (_, thing), answer in zip(asked, answers, strict=True):
        assert f"The {thing} costs" in answer.answer


@cassette("two_languages")
async def test_the_language_that_was_asked_for_decides(call: Any) -> None:
    identifier = await call.declare_chat()

    portuguese = await call("gen_ai.summary", identifier, accept_language="pt-BR")
    english = await call("gen_ai.summary", identifier, accept_language="en-US")

    assert portuguese.summary != english.summary
