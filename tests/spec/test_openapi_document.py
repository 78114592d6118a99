"""The spec is valid, complete, and says of everything how well it is known."""

from __future__ import annotations

import re
from typing import Any, get_args

import msgspec
import pytest
from openapi_spec_validator import validate

from elevatekit_plugins.api import Concurrency, Evidence, PullRule, Quota, RetryRule, Waiter

LEVELS = get_args(Evidence)


def test_is_valid_openapi_3_1(spec: Any) -> None:
    assert spec.document["openapi"] == "3.1.0"
    validate(spec.document)


def test_has_22_operations(spec: Any) -> None:
    assert len(spec.operations) == 22


def test_operations_outside_of_genai_stand_at_their_documented_paths(spec: Any) -> None:
    one = "/interactions/{interactionIdentifier}"
    assert {
        id: f"{operation.method} {operation.path}"
        for id, operation in spec.operations.items()
        if not id.startswith("gen_ai.")
    } == {
        "interactions.declare": "post /interactions",
        "interactions.upload": f"post {one}/upload",
        "interactions.status": f"get {one}/status",
        "interactions.get": f"get {one}",
        "interactions.delete": f"delete {one}",
        "transcripts.phrases": f"get {one}/transcript",
        "transcripts.punctuated": f"get {one}/transcripts/punctuated",
        "cx_ai.results": f"get {one}/ai",
    }


def test_operation_is_described_and_says_how_well_it_is_known(operation: Any) -> None:
    node = operation.node
    assert node["summary"]
    assert not node["summary"].endswith(".")
    assert len(node["description"]) > len(node["summary"])
    assert node["x-evidence"] in LEVELS


def test_operation_is_safe_to_repeat_exactly_if_it_creates_nothing(operation: Any) -> None:
    rule = msgspec.convert(operation.node["x-retry"], RetryRule, str_keys=True)
    assert rule.safe is (operation.method in ("get", "delete"))
    assert rule.deadline >= 60
    server_errors = {status: how for status, how in rule.statuses.items() if status >= 500}
    reads = operation.method == "get"
    assert server_errors == (dict.fromkeys((500, 502, 503, 504), "assumed") if reads else {})


def test_operation_has_no_extension_but_the_words_of_the_table(operation: Any) -> None:
    kinds = {"x-concurrency": Concurrency, "x-quota": Quota, "x-waiter": Waiter, "x-pull": PullRule}
    words = {word for word in operation.node if word.startswith("x-")}
    assert words - set(kinds) == {"x-evidence", "x-retry"}
    for word in words & set(kinds):
        msgspec.convert(operation.node[word], kinds[word])


def test_answers_say_how_well_they_are_known_and_errors_name_their_class(
    spec: Any, operation: Any
) -> None:
    for status, response in operation.node["responses"].items():
        answer = spec.follow(response)
        assert answer["x-evidence"] in LEVELS
        assert ("x-error" in answer) is (int(status) >= 400)


def test_identifier_of_an_interaction_is_a_guid_wherever_it_is_asked_for(
    spec: Any, operation: Any
) -> None:
    parameters = [spec.follow(p) for p in operation.node.get("parameters", [])]
    found = [(p["name"], p["schema"]["format"]) for p in parameters if p["in"] == "path"]
    wanted = re.findall(r"{(\w+)}", operation.path)
    assert found == [("interactionIdentifier", "uuid")] * len(wanted)


def test_one_status_is_one_error_class(spec: Any) -> None:
    classes: dict[str, set[str]] = {}
    for operation in spec.operations.values():
        for status, response in operation.node["responses"].items():
            if int(status) >= 400:
                classes.setdefault(status, set()).add(spec.follow(response)["x-error"])
    assert classes == {
        "400": {"BadRequestError"},
        "401": {"UnauthorizedError"},
        "404": {"NotFoundError"},
        "408": {"RequestTimeoutError"},
        "409": {"ConflictError"},
        "413": {"PayloadTooLargeError"},
        "422": {"UnprocessableError"},
        "429": {"RateLimitError"},
        "500": {"InternalServerError"},
        "504": {"GatewayTimeoutError"},
    }


def test_schema_says_how_well_it_is_known_and_requires_only_what_it_lists(schema: Any) -> None:
    assert schema["x-evidence"] in LEVELS
    assert set(schema.get("required", [])) <= set(schema.get("properties", {}))


def test_schema_requires_nothing_if_it_is_assumed(schema: Any) -> None:
    if schema["x-evidence"] == "assumed":
        assert "required" not in schema


def test_property_that_is_assumed_is_not_required(schema: Any) -> None:
    for name, node in schema.get("properties", {}).items():
        if node.get("x-evidence") == "assumed":
            assert name not in schema.get("required", [])


def test_no_object_forbids_what_it_does_not_list(spec: Any) -> None:
    assert [n for n in spec.nodes() if n.get("additionalProperties", True) is not True] == []


@pytest.mark.parametrize("kind", ["parameters", "responses", "schemas"])
def test_every_component_is_used(spec: Any, kind: str) -> None:
    used = {node["$ref"] for node in spec.nodes() if "$ref" in node}
    assert {f"#/components/{kind}/{name}" for name in spec.document["components"][kind]} <= used


def test_states_of_the_wait_are_states_of_an_interaction(spec: Any) -> None:
    waiter = spec.operations["interactions.status"].node["x-waiter"]
    properties = spec.schemas["InteractionStatus"]["properties"]
    states = properties[waiter["property"]]["anyOf"][0]["enum"]
    assert len(states) == 13
    assert {*waiter["done"], *waiter["failed"]} <= set(states)
    assert waiter["message"] in properties
    assert waiter["intervals"] == {"audio": 30, "chat": 5, "transcript": 5}
