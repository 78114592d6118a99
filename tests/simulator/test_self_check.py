"""The self-check is what every other test here leans on: it has to see what is wrong."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.contract import Contract, contracts

CASE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def compiled(other_api: Api, other_document: dict[str, Any]) -> dict[str, Contract]:
    return contracts(other_api, other_document)


@pytest.mark.parametrize(
    ("operation", "status", "body", "problem"),
    [
        ("cases.open", 202, {"caseId": CASE}, None),
        ("cases.open", 202, {"caseId": "x"}, '$.caseId: the value is not a "uuid"'),
        ("cases.open", 202, {}, '$: "caseId" is a required property'),
        ("cases.open", 202, {"caseId": CASE, "more": 1}, "('more' was unexpected)"),
        ("cases.open", 202, msgspec.UNSET, "the status 202 has a body"),
        ("cases.open", 200, {"caseId": CASE}, "the status 200 is not documented"),
        ("cases.open", 422, {"reason": "no", "code": 5}, "('code' was unexpected)"),
        ("cases.drop", 204, {}, "the status 204 has no body"),
        ("cases.drop", 204, msgspec.UNSET, None),
        ("cases.show", 200, {"caseId": CASE, "kind": "a", "link": None, "urgent": True}, None),
        (
            "cases.show",
            200,
            {"caseId": CASE, "kind": "a", "link": None, "urgent": True, "colour": "red"},
            "('colour' was unexpected)",
        ),
        ("ai.questions", 200, [{"q": "?", "when": 1}], "$[0]: "),
    ],
)
def test_an_answer_that_breaks_the_spec_is_seen(
    operation: str,
    status: int,
    body: object,
    problem: str | None,
    compiled: dict[str, Contract],
) -> None:
    found = compiled[operation].problem(status, body)

    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert problem in found
