"""Every error, and everything that a client returns, survives pickle and copy with its facts."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

import elevatekit.errors
from elevatekit import models
from elevatekit_plugins import errors
from elevatekit_plugins.calls.waiter import Waited
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.messages import Attempt, LostQuestion, Request, Response, Settlement

ATTEMPTS = (
    Attempt(number=1, error="TransportError: lost", sent=True, elapsed=0.5, delay=0.25),
    Attempt(number=2, status=429, sent=True, elapsed=0.1, retry_after=7.0, crowded=True),
)
ANSWER = Response(
    operation="gen_ai.cx.ask",
    status=429,
    headers=(("X-Request-Id", "abc"),),
    body=b'{"errorMessage": "too many"}',
    attempts=ATTEMPTS,
)
LOST = LostQuestion(
    operation="gen_ai.cx.ask",
    resource="it",
    question="Why?",
    lost_at=1.0,
    reservation="1",
    account="a",
)
FACTS: dict[str, Any] = {
    "operation": "gen_ai.cx.ask",
    "attempts": ATTEMPTS,
    "response": ANSWER,
    "error_message": "too many",
    "path": "$.a",
    "sent": True,
    "temporary": False,
    "lost": LOST,
    "state": "broken",
    "plugin": "vault",
    "hook": "elevatekit_prepare_request",
}
CLASSES = [
    cls
    for module in (errors, elevatekit.errors)
    for cls in vars(module).values()
    if isinstance(cls, type) and issubclass(cls, ElevateKitError)
]
RESULTS: list[Any] = [
    ANSWER,
    LOST,
    Request(operation="a.b", method="POST", url="https://h/v1", body=b"{}"),
    Settlement(question="Why?", asked=True, answer="So."),
    Waited(id="it", error=errors.WaitFailedError("broken", state="broken")),
    Waited(id="it", answer=models.Summary(summary="Refunded.")),
]


def twins(value: Any) -> Iterator[Any]:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.loads(pickle.dumps(value, protocol))
    yield copy.copy(value)
    yield copy.deepcopy(value)


@pytest.mark.parametrize("cls", dict.fromkeys(CLASSES), ids=lambda cls: cls.__name__)
def test_every_error_survives_with_all_its_facts(cls: type[ElevateKitError]) -> None:
    takes = inspect.signature(cls).parameters
    error = cls("what happened", **{name: FACTS[name] for name in takes if name != "message"})
    error.add_note("in row 7")

    for twin in twins(error):
        assert type(twin) is cls
        assert (str(twin), twin.__notes__) == ("what happened", ["in row 7"])
        assert vars(twin) == vars(error)
        for name in takes.keys() - {"message"}:
            assert getattr(twin, name) == FACTS[name], name


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_every_result_survives(result: Any) -> None:
    for twin in twins(result):
        assert type(twin) is type(result)
        assert repr(twin) == repr(result)
