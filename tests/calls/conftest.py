"""A small API of its own, and a driver that needs no network and no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from elevatekit_plugins.api import Api, ApiKey, Concurrency, Operation, Quota, RetryRule
from elevatekit_plugins.builtin.retry.standard import StandardPolicy, StandardSettings
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.effects import Effect, Send, Sleep, Take
from elevatekit_plugins.calls.engine import Job, Runtime, call
from elevatekit_plugins.calls.limiter import Slots
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.messages import Request, Response

BASE = "https://api.example.com/v1"


def operation(id: str, **changes: Any) -> Operation[Any]:
    """A GET that is safe to repeat, unless said otherwise."""
    settings: dict[str, Any] = {
        "id": id,
        "method": "GET",
        "path": "/things",
        "summary": "A thing.",
        "success": (200,),
        "retry": RetryRule(
            deadline=60.0, statuses={408: "documented", 429: "documented"}, safe=True
        ),
        "evidence": "documented",
    }
    return Operation(**(settings | changes))


READ = operation("things.read")
LIMITED = operation("things.limited", concurrency=Concurrency(group="busy", limit=2))
ASK = operation(
    "things.ask",
    method="POST",
    retry=RetryRule(deadline=60.0, statuses={408: "documented", 429: "documented"}, safe=False),
    quota=Quota(per="id", successes=5, errors=5, free=(400, 401, 429), history="things.asked"),
)
API = Api(
    name="elevatekit",
    title="Things",
    version="1",
    package="elevatekit",
    base_url=BASE,
    key=ApiKey(header="X-Key"),
    error_message="errorMessage",
    operations=(READ, LIMITED, ASK),
)


class FakeAuth:
    """A credential that counts its refreshes."""

    def __init__(self) -> None:
        self.number = 1
        self.refreshes = 0
        self.can_refresh = False

    @property
    def credential(self) -> int:
        return self.number

    def sign(self, request: Request) -> Request:
        return request.with_header("X-Key", f"key-{self.number}")

    def refresh(self) -> Any:
        if not self.can_refresh:
            return False
        answer = yield Request(operation="auth", method="POST", url=f"{BASE}/token", purpose="auth")
        self.refreshes += 1
        if answer.status == 200:
            self.number += 1
        return answer.status == 200


@dataclass
class World:
    """What surrounds a call: time that passes only when told, and answers from a script."""

    now: float = 1000.0
    auth: FakeAuth = field(default_factory=FakeAuth)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    bucket: RetryBucket = field(default_factory=RetryBucket)
    slots: Slots = field(default_factory=lambda: Slots(2))
    plugins: list[object] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    policy: Any = field(default_factory=lambda: StandardPolicy(StandardSettings()))
    interrupt: BaseException | None = None
    """Raised while a slot is awaited."""

    def run(self, operation: Operation[Any], *script: Any, timeout: float = 60.0) -> Any:
        """Drive a call by a script of statuses, responses, errors and callables."""
        steps = call(self.job(operation, timeout), self.runtime(), lambda response: response)
        answers = iter(script)
        outcome: Any = None
        try:
            effect = next(steps)
            while True:
                self.effects.append(effect)
                try:
                    outcome = self._perform(effect, answers)
                except BaseException as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(outcome)
        except StopIteration as stop:
            return stop.value

    def job(self, operation: Operation[Any], timeout: float) -> Job[Any]:
        request = Request(operation=operation.id, method=operation.method, url=BASE + "/things")
        return Job(
            operation=operation,
            request=request,
            timeout=timeout,
            arguments=(("id", "it"),),
            resource="it" if operation.quota else None,
        )

    def runtime(self) -> Runtime:
        return Runtime(
            api=API,
            host=PluginHost(self.plugins),
            auth=self.auth,
            auth_turn=Slots(1),
            policy=self.policy,
            ledger=self.ledger,
            bucket=self.bucket,
            slots=lambda operation: self.slots if operation.concurrency else None,
            clock=lambda: self.now,
            chance=lambda: 0.0,
        )

    def _perform(self, effect: Effect, answers: Iterator[Any]) -> Any:
        match effect:
            case Send(request=request):
                self.sent.append(request)
                answer = next(answers)
                if isinstance(answer, Callable):  # type: ignore[arg-type]
                    answer = answer()
                if isinstance(answer, BaseException):
                    raise answer
                if isinstance(answer, int):
                    answer = response(answer)
                return answer
            case Sleep(seconds=seconds):
                self.slept.append(seconds)
                self.now += seconds
                return None
            case Take() if self.interrupt is not None:
                raise self.interrupt
            case Take(slots=slots):
                return slots.take(0.0)


def response(status: int, **headers: str) -> Response:
    """A response with a small JSON body."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(operation="things", status=status, headers=pairs, body=b"{}")


def lost(*, sent: bool = True) -> TransportError:
    """No answer came."""
    return TransportError("the line went dead", sent=sent)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def things() -> Any:
    """The operations and makers of this module, for tests that cannot import a conftest."""
    import types

    return types.SimpleNamespace(
        READ=READ,
        LIMITED=LIMITED,
        ASK=ASK,
        API=API,
        World=World,
        response=response,
        lost=lost,
        operation=operation,
    )
