"""What a probe calls, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.values import check_argument
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import ArgumentError, ConfigError, ElevateKitError, StatusError
from elevatekit_plugins.messages import Response
from elevatekit_plugins.probe.answers import PASSING

UNAUTHORIZED: Final = 401


class Call(Struct, frozen=True):
    """One operation to call, and the body that it gets."""

    operation: Operation[Any]
    body: Mapping[str, str] | None = None


class Answer(Struct, frozen=True):
    """What became of a call."""

    operation: Operation[Any]
    response: Response | None
    error: ElevateKitError | None = None

    @property
    def failed(self) -> bool:
        """Whether it says nothing about a result: another time it may be another."""
        return self.response is None or self.response.status >= PASSING


def plan(api: Api, question: str | None = None) -> list[Call]:
    """What is called: all that reads and needs nothing but the identifier.

    Args:
        question: asked once by each operation that takes one. Each costs a unit of its budget.

    Raises:
        ConfigError: the API does not say what an interaction is.
        ArgumentError: the question breaks a rule of the spec.
    """
    rule = api.pull
    if rule is None:
        raise ConfigError(f"{api.title} has no x-pull, so there is no interaction to probe")
    calls: list[Call] = []
    for operation in api.operations:
        needed = [p.name for p in operation.parameters if p.required]
        if needed != [rule.identifier]:
            continue
        if operation.method == "GET":
            calls.append(Call(operation))
        elif operation.quota is not None and operation.body is not None and question is not None:
            asked = operation.body.question
            if asked is not None:
                calls.insert(0, Call(operation, {asked.name: check_argument(asked, question)}))
    return calls


def made(client: SyncApiClient, identifier: str, call: Call) -> Answer:
    """Make a call.

    Raises:
        StatusError: the token is refused.
        ArgumentError: the identifier breaks a rule of the spec. Nothing was sent.
    """
    assert client.api.pull is not None
    arguments = {client.api.pull.identifier: identifier}
    try:
        response = client.send(call.operation, arguments, call.body)
    except StatusError as error:
        if error.status == UNAUTHORIZED:
            raise
        return Answer(call.operation, error.response, error)
    except (ArgumentError, ConfigError):
        raise  # nothing was sent, and nothing would be
    except ElevateKitError as error:
        # Of a question that may be lost, the status is told by the cause.
        cause = error.__cause__
        told = cause.response if isinstance(cause, StatusError) else None
        return Answer(call.operation, told, error)
    return Answer(call.operation, response)
