"""openapi-core, an implementation that is not ours, judges what the simulator answers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from elevatekit.operations import API
from elevatekit_plugins.api import Operation
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.switches import Switches

AUDIO = {"type": "audio", "languageTag": "en", "vertical": "default"}
IDS = [operation.id for operation in API.operations]


def strict(node: Any) -> Any:
    """A copy in which an object has the properties that its schema names, and no other."""
    if isinstance(node, list):
        return [strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    copied = {name: strict(value) for name, value in node.items()}
    if isinstance(copied.get("properties"), dict):
        copied["additionalProperties"] = False
    return copied


@pytest.fixture(scope="module")
def judge() -> OpenAPI:
    return OpenAPI.from_dict(strict(copy.deepcopy(API.document())))


def accepts(judge: OpenAPI, operation: Operation[Any], path: str, got: httpx2.Response) -> None:
    request = MockRequest("https://api.elevateai.com", operation.method.lower(), f"/v1{path}")
    content_type = got.headers.get("content-type", "")
    judge.validate_response(
        request, MockResponse(got.content, got.status_code, dict(got.headers), content_type)
    )


def call(session: Any, operation: Operation[Any], path: str) -> httpx2.Response:
    more: dict[str, Any] = {}
    if operation.body is not None and operation.body.part is not None:
        more["files"] = {"filename.wav": ("call.wav", b"RIFF")}
    elif API.pull is not None and operation.id == API.pull.declare:
        more["json"] = AUDIO
    elif operation.body is not None:
        more["json"] = {"question": "What was bought?"}
    return session.send(operation.method, path, **more)


@pytest.mark.parametrize("kind", ["chat", "transcript", "audio", "unprocessed audio"])
@pytest.mark.parametrize("id", IDS)
def test_an_answer_fits_the_spec_for_every_operation_and_type(
    id: str, kind: str, session: Any, judge: OpenAPI, refund: Any, wav: Any, chat: Any
) -> None:
    operation = API.operation(id)
    bodies = {
        "chat": chat(refund),
        "transcript": {
            "type": "transcript",
            "languageTag": "en",
            "vertical": "default",
            "transcript": {
                "participantOne": {"phrases": ["How can I help?", "It has been sent."]},
                "participantTwo": {"phrases": ["I need a new kettle.", "Thanks."]},
            },
        },
    }
    body = bodies.get(kind, AUDIO)
    if "{" not in operation.path:
        got = session.post(operation.path, json=body)
        accepts(judge, operation, operation.path, got)
        assert got.status_code == 201
        return
    interaction = session.declare(body)
    if kind == "audio":
        session.upload(interaction, wav(*refund))
        session.simulator.clock.advance(60)
    path = operation.path.replace("/interactions/{interactionIdentifier}", interaction)

    got = call(session, operation, path)

    accepts(judge, operation, path, got)
    assert got.status_code == expected(operation, kind)


def expected(operation: Operation[Any], kind: str) -> int:
    """What the rules of the table say."""
    assert API.pull is not None
    rule, unprocessed = operation.pull, kind == "unprocessed audio"
    if operation.id == API.pull.upload.operation:
        return 201 if unprocessed else 409
    if operation.concurrency is not None and unprocessed:
        return 409
    lacking = rule is not None and bool(rule.types) and kind not in rule.types
    if rule is not None and rule.kind == "result" and (lacking or unprocessed):
        return 204 if 204 in operation.success else 404
    return operation.success[0]


def test_every_operation_is_refused_without_a_token_in_the_documented_form(
    open_session: Callable[..., Any], judge: OpenAPI
) -> None:
    session = open_session(token="nobody")
    for operation in API.operations:
        path = operation.path.replace(
            "{interactionIdentifier}", "11111111-1111-4111-8111-111111111111"
        )
        got = call(session, operation, path)
        accepts(judge, operation, path, got)
        assert (operation.id, got.status_code) == (operation.id, 401)


def test_every_operation_knows_no_interaction_that_was_never_declared(
    session: Any, judge: OpenAPI
) -> None:
    for operation in API.operations:
        if "{" in operation.path:
            path = operation.path.replace(
                "{interactionIdentifier}", "11111111-1111-4111-8111-111111111111"
            )
            got = call(session, operation, path)
            accepts(judge, operation, path, got)
            assert (operation.id, got.status_code) == (operation.id, 404)


@pytest.mark.parametrize("id", IDS)
def test_every_documented_error_of_every_operation_has_the_documented_form(
    id: str, session: Any, judge: OpenAPI, refund: Any
) -> None:
    operation = API.operation(id)
    path = operation.path.replace("/interactions/{interactionIdentifier}", session.chat(*refund))
    for status in operation.errors:
        session.simulator.faults.set([Fault(operation=id, status=status)])

        got = call(session, operation, path)

        accepts(judge, operation, path, got)
        assert (got.status_code, list(got.json())) == (status, ["errorMessage"])


def test_every_documented_success_is_sent_by_one_switch_or_another(
    session: Any, judge: OpenAPI, refund: Any, wav: Any
) -> None:
    sent: dict[str, set[int]] = {}
    for switches in (Switches(), Switches(upload_status=200)):
        session.simulator.reset(switches=switches, progress="immediate")
        for operation in API.operations:
            for interaction in (session.audio(), session.chat(*refund)):
                session.upload(session.audio(), wav())
                path = operation.path.replace("/interactions/{interactionIdentifier}", interaction)
                got = call(session, operation, path)
                accepts(judge, operation, path, got)
                sent.setdefault(operation.id, set()).add(got.status_code)

        processed = session.audio()
        session.upload(processed, wav(*refund))
        for operation in API.operations:
            if operation.id not in {"interactions.delete", "interactions.upload"}:
                path = operation.path.replace("/interactions/{interactionIdentifier}", processed)
                sent[operation.id].add(call(session, operation, path).status_code)

    missing = {o.id: set(o.success) - sent[o.id] for o in API.operations}
    assert {id: statuses for id, statuses in missing.items() if statuses} == {}
