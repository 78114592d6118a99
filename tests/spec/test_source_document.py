"""The spec honours the source document on the GenAI endpoints, which stands above all others."""

from __future__ import annotations

import re
from typing import Any

import pytest

# Its endpoints in its order, below /v1/interactions/{interactionIdentifier}/gen-ai.
SOURCE = {
    "gen_ai.cx.summary": "get cx/summary",
    "gen_ai.cx.summary_details": "get cx/summary/details",
    "gen_ai.cx.agent_action_items": "get cx/agent/action-items",
    "gen_ai.cx.coaching_assistant": "get cx/agent/coaching-assistant",
    "gen_ai.cx.topics": "get cx/topics",
    "gen_ai.cx.conversation_composition": "get cx/conversation-composition",
    "gen_ai.cx.ask": "post cx/ask",
    "gen_ai.cx.ask_history": "get cx/ask",
    "gen_ai.summary": "get summary",
    "gen_ai.summary_details": "get summary/details",
    "gen_ai.action_items": "get action-items",
    "gen_ai.topics": "get topics",
    "gen_ai.ask": "post ask",
    "gen_ai.ask_history": "get ask",
}
ASKS = ["gen_ai.cx.ask", "gen_ai.ask"]
each = pytest.mark.parametrize("id", SOURCE)
each_ask = pytest.mark.parametrize("id", ASKS)


def test_has_the_14_genai_operations_in_their_order(spec: Any) -> None:
    base = "/interactions/{interactionIdentifier}/gen-ai/"
    written = {
        id: f"{operation.method} {operation.path.removeprefix(base)}"
        for id, operation in spec.operations.items()
        if id.startswith("gen_ai.")
    }
    assert list(written.items()) == list(SOURCE.items())


@each
def test_says_when_an_interaction_can_be_read(spec: Any, id: str) -> None:
    node = spec.operations[id].node
    assert node["x-evidence"] == "source"
    assert "Audio must have completed processing first" in node["description"]
    assert "chats and transcripts can be" in node["description"]
    assert "right after they are declared" in node["description"]


@each
def test_shares_the_limit_of_the_account_and_lists_its_statuses(spec: Any, id: str) -> None:
    node = spec.operations[id].node
    assert node["x-concurrency"] == {"group": "gen_ai", "limit": 10, "scope": "account"}
    assert {"200", "404", "408", "409", "422", "429", "500", "504"} <= set(node["responses"])
    statuses = node["x-retry"]["statuses"]
    assert {s for s, how in statuses.items() if how == "documented"} == {"408", "429"}


@each_ask
def test_question_is_limited_to_250_characters_and_not_blank(spec: Any, id: str) -> None:
    node = spec.operations[id].node
    body = spec.follow(node["requestBody"]["content"]["application/json"]["schema"])
    question = body["properties"]["question"]
    assert body["required"] == ["question"]
    assert (question["minLength"], question["maxLength"]) == (1, 250)
    assert question["x-evidence"] == "source"
    assert re.search(question["pattern"], " \n") is None
    assert "up to 250 characters" in node["description"]


@each_ask
def test_five_questions_or_five_errors_are_allowed_for_an_interaction(spec: Any, id: str) -> None:
    node = spec.operations[id].node
    quota = node["x-quota"]
    assert (quota["per"], quota["successes"], quota["errors"]) == ("interactionIdentifier", 5, 5)
    assert "a maximum of 5 successful questions or 5 error responses" in node["description"]


@each_ask
def test_all_prior_questions_are_read_at_the_same_path(spec: Any, id: str) -> None:
    operation = spec.operations[id]
    history = spec.operations[operation.node["x-quota"]["history"]]
    assert (history.method, history.path) == ("get", operation.path)
    assert "All prior pairs of question and answer" in history.node["description"]
    assert "failed questions and responses included" in history.node["description"]


def test_only_summaries_take_a_language(spec: Any) -> None:
    takers = {
        id
        for id, operation in spec.operations.items()
        for parameter in operation.node.get("parameters", [])
        if spec.follow(parameter)["name"] == "Accept-Language"
    }
    assert takers == {"gen_ai.cx.summary", "gen_ai.summary"}


@pytest.mark.parametrize(
    ("language", "fits"),
    [("pt-BR", True), ("pt-BR, en;q=0.5", True), ("*", True), ("pt_BR", False), ("", False)],
)
def test_language_is_what_http_allows_in_its_header(spec: Any, language: str, fits: bool) -> None:
    schema = spec.document["components"]["parameters"]["acceptLanguage"]["schema"]
    assert (re.search(schema["pattern"], language) is not None) is fits


def test_result_is_assumed_where_it_is_published_nowhere(spec: Any) -> None:
    evidence = {id: spec.follow(spec.answer(id))["x-evidence"] for id in SOURCE}
    assert {id: level for id, level in evidence.items() if level != "assumed"} == {
        "gen_ai.cx.summary": "documented",
        "gen_ai.cx.summary_details": "documented",
        "gen_ai.cx.ask": "likely",
        "gen_ai.summary": "code",
        "gen_ai.ask": "code",
    }


def test_no_result_shares_its_schema_with_another(spec: Any) -> None:
    assert len({spec.answer(id)["$ref"] for id in SOURCE}) == len(SOURCE)
