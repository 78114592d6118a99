"""A transport that breaks its contract: what a call makes of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.errors import (
    OutcomeUnknownError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.messages import Response


class TestATransportThatBreaksItsContract:
    """Somebody's own transport may do anything. What it does is an error of ours."""

    ODD = (
        None,
        "a string",
        {"status": 200},
        Response(operation="things", status="200"),  # type: ignore[arg-type]
        Response(operation="things", status=200, body="text"),  # type: ignore[arg-type]
        *(Response(operation="things", status=status) for status in (0, -5, 100, 199, 1000)),
        *(
            Response(operation="things", status=200, headers=headers)  # type: ignore[arg-type]
            for headers in (None, {"a": "b"}, ((1, 2),), (("a", "b", "c"),), (("a", None),))
        ),
        ValueError("oops"),
        OSError(5, "i/o"),
        StopIteration(),
        TimeoutError(),
    )

    @pytest.mark.parametrize("odd", ODD, ids=repr)
    def test_a_safe_operation_is_tried_again_and_then_says_what_it_did(
        self, world: Any, things: SimpleNamespace, odd: Any
    ) -> None:
        with pytest.raises(TransportError, match=r"the transport (returned|raised)") as caught:
            world.run(things.LIMITED, odd, odd, odd)

        assert len(caught.value.attempts) == 3
        assert [
            world.slots.others.acquire(),
            world.slots.others.acquire(),
            world.slots.others.acquire(),
        ] == [
            True,
            True,
            False,
        ]

    @pytest.mark.parametrize("odd", ODD, ids=repr)
    def test_a_question_may_have_been_asked(
        self, world: Any, things: SimpleNamespace, odd: Any
    ) -> None:
        with pytest.raises(OutcomeUnknownError):
            world.run(things.ASK, odd)

        assert len(world.sent) == 1
        assert world.ledger.spent("things.ask", "it").unknown == 1

    def test_while_a_credential_is_refreshed_the_401_stays(
        self, world: Any, things: SimpleNamespace
    ) -> None:
        world.auth.can_refresh = True

        with pytest.raises(StatusError) as caught:
            world.run(things.READ, 401, None)

        assert caught.value.status == 401
        assert world.refreshing.turn.others.acquire()
