"""The simulator for a `with` block, and faults that are scheduled by hand."""

from __future__ import annotations

from typing import Any

import pytest

from elevatekit import Client, ConfigError, NotFoundError, RateLimitError
from elevatekit.testing import ACCOUNT, FaultPlan, Scene, chat, simulator

TURNS = chat("customer: My money back!", "agent: It is on its way.")


def test_a_block_has_a_service_of_its_own_as_the_scene_says() -> None:
    with simulator(status={"gen_ai.cx.topics": 404}) as service:
        with Client(ACCOUNT, base_url=service.base_url) as client:
            id = client.interactions.declare(TURNS).interaction_identifier
            with pytest.raises(NotFoundError):
                client.gen_ai.cx.topics(id)
            assert client.gen_ai.cx.summary(id).summary
        assert service.ledger.declared == 1


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        ({"status": 503}, "a fault never fired: status 503, for call 1 of all operations"),
        (
            {"faults": [{"operation": "gen_ai.topics", "kind": "html_502"}]},
            "a fault never fired: html_502, for call 1 of gen_ai.topics",
        ),
    ],
)
def test_what_is_left_over_fails_the_block(scene: Scene, message: str) -> None:
    with pytest.raises(AssertionError, match=message), simulator(**scene):
        pass


def test_a_block_that_fails_tells_its_own_error_alone() -> None:
    with pytest.raises(ZeroDivisionError), simulator(status=503):
        raise ZeroDivisionError


def test_a_word_that_there_is_not_is_refused_and_the_nearest_named() -> None:
    wrong: Any = {"statuses": 503}
    with pytest.raises(ConfigError, match="unknown keyword 'statuses'; did you mean status"):
        simulator(**wrong).__enter__()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("gen_ai.cx.topic", "html_502"),
            "an unknown operation: .*did you mean gen_ai.cx.topics",
        ),
        (
            ("gen_ai.cx.topics", "html_520"),
            "unknown kind of fault 'html_520'; did you mean html_50",
        ),
        (("gen_ai.cx.topics",), "either a `kind` or a `status`"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_when_it_is_scheduled(
    elevatekit_faults: FaultPlan, arguments: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ConfigError, match=f"the fault cannot be scheduled: .*{message}"):
        elevatekit_faults.add(*arguments)
    assert elevatekit_faults.unfired == ()


def test_an_answer_of_ones_own_is_sent_as_it_is(
    elevatekit_client: Client, elevatekit_faults: FaultPlan
) -> None:
    body = {"errorMessage": "come back later"}
    elevatekit_faults.add(
        "gen_ai.cx.topics", status=429, body=body, headers={"retry-after": "600"}, nth=2
    )
    id = elevatekit_client.interactions.declare(TURNS).interaction_identifier

    assert elevatekit_client.gen_ai.cx.topics(id).topics
    with pytest.raises(RateLimitError, match="come back later") as caught:
        elevatekit_client.gen_ai.cx.topics(id)

    assert caught.value.attempts[-1].retry_after == 600
