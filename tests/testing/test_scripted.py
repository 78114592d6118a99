"""A script stands in for a server, and cannot say what the spec does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from elevatekit import (
    ArgumentError,
    AsyncClient,
    Client,
    ConnectError,
    NotFoundError,
    OutcomeUnknownError,
    QuotaExceededError,
    Summary,
)
from elevatekit.operations import API
from elevatekit.testing import ACCOUNT, Scripted, ScriptError, chat

ID = "00000000-0000-4000-8000-00000000abcd"
OTHER = "00000000-0000-4000-8000-00000000beef"
DETAILS = {"reasons": [], "actionsTakenByAgent": [], "isResolved": True, "entities": []}


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


def test_a_client_is_answered_in_the_order_of_the_script(scripted: Scripted) -> None:
    scripted.answer("gen_ai.cx.summary", {"summary": "first"})
    scripted.answer("gen_ai.cx.summary", Summary(summary="second"))
    scripted.answer("gen_ai.cx.summary_details", DETAILS)

    with scripted, scripted.client() as client:
        told = [client.gen_ai.cx.summary(ID).summary for _ in range(2)]
        details = client.gen_ai.cx.summary_details(ID)

    assert told == ["first", "second"]
    assert details.is_resolved


async def test_an_async_client_is_answered_alike(scripted: Scripted) -> None:
    scripted.answer("gen_ai.cx.summary", {"summary": "first"})
    scripted.answer("gen_ai.cx.summary", status=404)

    async with scripted.async_client() as client:
        assert (await client.gen_ai.cx.summary(ID)).summary == "first"
        with pytest.raises(NotFoundError, match="a script answers 404"):
            await client.gen_ai.cx.summary(ID)
    scripted.assert_done()


async def test_clients_that_people_make_themselves_take_it_as_a_transport(
    scripted: Scripted,
) -> None:
    for _ in range(2):
        scripted.answer("gen_ai.cx.summary", {"summary": "told"})

    with Client("mine", transport=scripted.transport) as client:
        assert client.gen_ai.cx.summary(ID).summary == "told"
    async with AsyncClient("mine", transport=scripted.async_transport) as async_client:
        assert (await async_client.gen_ai.cx.summary(ID)).summary == "told"


def test_an_error_is_tried_again_at_once_and_each_attempt_takes_an_answer(
    scripted: Scripted,
) -> None:
    scripted.answer("gen_ai.cx.topics", status=500)
    scripted.fail("gen_ai.cx.topics", ConnectError("refused"))
    scripted.answer("gen_ai.cx.topics", {"topics": ["refund"]})

    with scripted, scripted.client() as client:
        response = client.raw.gen_ai.cx.topics(ID)

    assert [attempt.status for attempt in response.attempts] == [500, None, 200]
    assert all((attempt.delay or 0) < 0.001 for attempt in response.attempts)


def test_a_question_whose_connection_is_refused_was_not_sent(scripted: Scripted) -> None:
    for _ in range(3):
        scripted.fail("gen_ai.cx.ask", ConnectError("refused"))

    with scripted, scripted.client() as client, pytest.raises(ConnectError) as refused:
        client.gen_ai.cx.ask(ID, question="Why?")

    assert not refused.value.sent


def test_only_what_a_line_can_raise_is_scripted_as_a_failure(scripted: Scripted) -> None:
    with pytest.raises(ArgumentError, match=r"ValueError\('no'\) is not a TransportError"):
        scripted.fail("gen_ai.cx.topics", ValueError("no"))

    scripted.assert_done()


def test_what_has_no_body_is_answered_without_one(scripted: Scripted, tmp_path: Path) -> None:
    scripted.answer("transcripts.phrases", status=204)
    scripted.answer("interactions.upload", expect={"file": tmp_path / "call.wav"})
    (tmp_path / "call.wav").write_bytes(b"RIFF")

    with scripted, scripted.client() as client:
        assert client.transcripts.phrases(ID) is None
        client.interactions.upload(ID, tmp_path / "call.wav")


def test_budgets_of_one_script_are_not_spent_for_the_next() -> None:
    for _ in range(2):
        with Scripted() as scripted, scripted.client() as client:
            for number in range(5):
                scripted.answer("gen_ai.cx.ask", {"answer": str(number)})
                client.gen_ai.cx.ask(ID, question="Why?")
            with pytest.raises(QuotaExceededError):
                client.gen_ai.cx.ask(ID, question="Why?")


def test_a_question_whose_outcome_is_unknown_is_not_sent_again(scripted: Scripted) -> None:
    scripted.answer("gen_ai.cx.ask", status=500)

    with scripted, scripted.client() as client, pytest.raises(OutcomeUnknownError):
        client.gen_ai.cx.ask(ID, question="Why?")


@pytest.mark.parametrize(
    ("operation", "arguments", "message"),
    [
        (
            "gen_ai.cx.sumary",
            {},
            "unknown operation 'gen_ai.cx.sumary'; did you mean gen_ai.cx.summary",
        ),
        ("gen_ai.cx.summary", {"status": 418}, "documents no status 418; it has 200, 401, 404"),
        (
            "gen_ai.cx.summary",
            {"body": {"sumary": "x"}},
            r"the answer 200 does not fit the spec: \$: .*'sumary'.*; did you mean summary\?",
        ),
        ("gen_ai.cx.summary", {"body": {"summary": 3}}, r"\$\.summary: "),
        (
            "gen_ai.cx.summary_details",
            {"body": DETAILS | {"entities": [{"typ": "x", "value": "y"}]}},
            r"\$\.entities\[0\]: .*'typ'.*; did you mean type\?",
        ),
        ("gen_ai.cx.summary_details", {"body": {}}, '"reasons" is a required property'),
        ("gen_ai.cx.summary", {}, "the status 200 has a body"),
        ("transcripts.phrases", {"status": 204, "body": {}}, "the status 204 has no body"),
        ("gen_ai.cx.summary", {"body": {"summary": object()}}, "the answer is no JSON"),
        (
            "gen_ai.cx.ask",
            {"status": 404, "expect": {"qestion": "Why?"}},
            "unknown argument 'qestion'; did you mean question",
        ),
        (
            "gen_ai.cx.ask",
            {"status": 404, "expect": {"question": "?" * 251}},
            "can never be called so: question has 251 characters; the limit is 250",
        ),
        (
            "gen_ai.cx.summary",
            {"status": 404, "expect": {"interaction_identifier": "seven"}},
            "can never be called so: .*'seven' is not a GUID",
        ),
        (
            "gen_ai.cx.summary",
            {"status": 429, "headers": {"Retry-After": 1}},
            "cannot be the headers of an answer: expected string",
        ),
        (
            "gen_ai.cx.summary",
            {"status": 429, "headers": {"Retry After": "1"}},
            "'Retry After' is not a valid header name",
        ),
    ],
)
def test_what_the_spec_does_not_allow_is_refused_when_it_is_written(
    scripted: Scripted, operation: str, arguments: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(ArgumentError, match=message):
        scripted.answer(operation, **arguments)
    scripted.assert_done()


@pytest.mark.parametrize("operation", API.operations, ids=lambda operation: operation.id)
def test_every_documented_error_of_every_operation_can_be_scripted(
    scripted: Scripted, operation: Any
) -> None:
    assert operation.errors
    for status in operation.errors:
        scripted.answer(operation.id, status=status)

    assert len(scripted.problems) == len(operation.errors)


def test_a_call_takes_the_first_answer_that_expects_it(scripted: Scripted) -> None:
    for id in (ID, OTHER):
        expected = {"interaction_identifier": id, "accept_language": "pt-BR"}
        scripted.answer("gen_ai.cx.summary", {"summary": id}, expect=expected)

    with scripted, scripted.client() as client:
        for id in (OTHER, ID):
            assert client.gen_ai.cx.summary(id, accept_language="pt-BR").summary == id


CHAT = chat("customer: My money back!", "agent: It is on its way.")


@pytest.mark.parametrize(
    ("operation", "expected", "call", "message"),
    [
        (
            "gen_ai.cx.ask",
            {"interaction_identifier": ID, "question": "Why?"},
            lambda client: client.gen_ai.cx.ask(ID, question="When?"),
            "question is 'When.'; expected: 'Why.'",
        ),
        (
            "gen_ai.cx.summary",
            {"interaction_identifier": OTHER},
            lambda client: client.gen_ai.cx.summary(ID),
            f"interaction_identifier is '{ID}'; expected: '{OTHER}'",
        ),
        (
            "gen_ai.cx.summary",
            {"accept_language": "ja"},
            lambda client: client.gen_ai.cx.summary(ID),
            "accept_language is not given; expected: 'ja'",
        ),
        (
            "gen_ai.cx.summary",
            {"accept_language": None},
            lambda client: client.gen_ai.cx.summary(ID, accept_language="ja"),
            "accept_language is 'ja'; expected: not given",
        ),
        (
            "interactions.declare",
            {"body": CHAT},
            lambda client: client.interactions.declare(chat("customer: Hello!")),
            "body is {.*Hello!.*}; expected: {.*My money back!.*}",
        ),
    ],
)
def test_a_call_that_is_not_as_expected_fails_and_says_how_it_differs(
    scripted: Scripted,
    operation: str,
    expected: Mapping[str, object],
    call: Callable[[Client], object],
    message: str,
) -> None:
    scripted.answer(operation, status=401, expect=expected)

    told = f"{operation}: the script expects another.*{message}"
    with scripted.client() as client, pytest.raises(ScriptError, match=told):
        call(client)
    with pytest.raises(ScriptError, match=message):
        scripted.assert_done()


def test_a_body_is_as_expected_whatever_it_was_made_of(scripted: Scripted) -> None:
    scripted.answer("interactions.declare", {"interactionIdentifier": ID}, expect={"body": CHAT})

    with scripted, scripted.client() as client:
        client.interactions.declare(chat("customer: My money back!", "agent: It is on its way."))


def test_a_call_that_nobody_wrote_an_answer_for_fails_even_where_the_error_is_swallowed(
    scripted: Scripted,
) -> None:
    with scripted.client() as client, suppress(AssertionError):
        client.gen_ai.cx.topics(ID)

    with pytest.raises(ScriptError, match=r"topics: a call came .* no answer for; each attempt"):
        scripted.assert_done()


def test_an_answer_that_no_call_came_for_is_told_when_the_block_ends() -> None:
    scripted = Scripted()
    scripted.answer("gen_ai.cx.ask", status=404, expect={"question": "Why?"})

    with pytest.raises(ScriptError, match=r"ask\(question='Why\?'\): the answer 404 was not used"):
        scripted.__exit__(None, None, None)


def test_a_block_that_fails_tells_its_own_error_alone() -> None:
    def block() -> None:
        with Scripted() as scripted:
            scripted.answer("gen_ai.cx.topics", status=404)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        block()


def test_settings_of_ones_own_are_passed_on(scripted: Scripted) -> None:
    with scripted.client(base_url="https://mine.example/v1") as client:
        assert client.base_url == "https://mine.example/v1"
        assert ACCOUNT not in repr(client)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "this is not a chat: `turns` must be a list with at least one turn"),
        (("hello",), "'hello' has no speaker; write `customer: hello`"),
        (("customer:",), "'customer:' has no speaker"),
    ],
)
def test_a_chat_in_which_nobody_speaks_is_refused(lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        chat(*lines)
