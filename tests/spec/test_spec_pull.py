"""What the spec says of a bulk run fits the operations and schemas that it names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from elevatekit_plugins.api import Pull


@pytest.fixture
def pull(spec: Any) -> Pull:
    return msgspec.convert(spec.document["x-pull"], Pull)


def test_operations_and_types_of_a_pull_exist(spec: Any, pull: Pull) -> None:
    kinds = spec.schemas["Interaction"]["discriminator"]
    assert {pull.declare, pull.upload.operation, pull.wait.operation} <= set(spec.operations)
    assert pull.type == kinds["propertyName"]
    assert {*pull.upload.types, *pull.wait.types, pull.turns.body[pull.type]} <= set(
        kinds["mapping"]
    )


def test_every_type_of_interaction_carries_the_callers_own_id(spec: Any, pull: Pull) -> None:
    for reference in spec.schemas["Interaction"]["discriminator"]["mapping"].values():
        assert pull.key in spec.follow({"$ref": reference})["properties"]


def test_declaration_answers_with_the_parameter_of_all_others(spec: Any, pull: Pull) -> None:
    content = spec.operations[pull.declare].node["responses"]["201"]["content"]
    answer = spec.follow(content["application/json"]["schema"])
    assert answer["required"] == [pull.identifier]
    assert pull.identifier in spec.document["components"]["parameters"]


def test_turns_make_a_complete_chat(spec: Any, pull: Pull) -> None:
    turns, chat = pull.turns, spec.schemas["ChatInteraction"]
    assert turns.participants[0] == turns.messages[0]
    assert {*turns.body, turns.messages[0]} == set(chat["required"])
    inner = spec.follow(chat["properties"][turns.messages[0]])["properties"]
    participant, message = (
        spec.follow(inner[path[1]]["items"])["required"]
        for path in (turns.participants, turns.messages)
    )
    assert {turns.participant, turns.name, turns.role} == set(participant)
    assert {turns.participant, turns.time, turns.text} == set(message)


def test_a_pull_reads_every_genai_result_and_asks_by_one_operation(spec: Any) -> None:
    kinds = {
        id: operation.node["x-pull"]["kind"]
        for id, operation in spec.operations.items()
        if "x-pull" in operation.node
    }
    results = {
        id
        for id, operation in spec.operations.items()
        if operation.method == "get"
        and id.startswith(("gen_ai.", "cx_ai.", "transcripts."))
        and not id.endswith(".ask_history")
    }
    assert len(results) == 13
    assert kinds == dict.fromkeys(results, "result") | {
        "gen_ai.cx.ask": "question",
        "interactions.status": "state",
        "interactions.get": "parameters",
    }
