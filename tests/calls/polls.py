"""Polls without a network, for tests of those who wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.api import Waiter
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.waiter import Following, wait

WAITER = Waiter(
    method="wait",
    property="state",
    done=("ready",),
    failed=("broken",),
    message="why",
    intervals={"slow": 30.0, "quick": 5.0},
)
Script = Callable[[str, int], Any]
"""What the nth poll of an id is answered with: a state, or an error."""


class Polls:
    """Polls that are answered by a script, and what they were asked."""

    def __init__(self, world: Any, things: SimpleNamespace, script: Script) -> None:
        self.world, self.things, self.script = world, things, script
        self.made: list[tuple[float, str]] = []
        """When which was polled."""
        self.cost: Callable[[str], float] = lambda id: 0.0
        """Seconds that a poll of an id takes."""
        self.told: list[str] = []
        """The states that `progress` was told of."""
        self.counts = Counter[str]()

    def following(self, *, every: float = 5.0, timeout: float = 60.0) -> Following[dict[str, Any]]:
        return Following(
            operation=self.things.operation("things.state", waiter=WAITER),
            waiter=WAITER,
            poll=self.poll,
            read=lambda answer, name: answer[name],
            every=every,
            timeout=timeout,
            progress=lambda answer: self.told.append(answer["state"]),
            clock=lambda: self.world.now,
        )

    def poll(self, arguments: Mapping[str, object], left: float) -> Steps[dict[str, Any]]:
        assert left > 0, "a call with no time left would be refused as an argument"
        id = str(arguments["id"])
        self.made.append((self.world.now, id))
        self.counts[id] += 1
        self.world.now += self.cost(id)
        answer = self.script(id, self.counts[id])
        if isinstance(answer, BaseException):
            raise answer
        return {"state": answer, "why": "no audio"}
        yield

    def one(self, *, timeout: float = 60.0) -> Any:
        return self.world.drive(wait(self.following(timeout=timeout), {"id": "it"}))


def through(*states: Any) -> Script:
    """One state after another; the last one stays."""
    return lambda id, number: states[min(number, len(states)) - 1]


@pytest.fixture
def polls(world: Any, things: SimpleNamespace) -> Callable[[Script], Polls]:
    return lambda script: Polls(world, things, script)
