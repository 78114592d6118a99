"""A small API of its own, and a driver that needs no network and no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.api import Api, ApiKey, Concurrency, Operation, Quota, RetryRule
from elevatekit_plugins.builtin.retry.standard import StandardPolicy, StandardSettings
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.contact import Contact
from elevatekit_plugins.calls.drivers import drive, drive_async
from elevatekit_plugins.calls.effects import Effect, Steps
from elevatekit_plugins.calls.engine import call
from elevatekit_plugins.calls.group import Group
from elevatekit_plugins.calls.job import Job, Runtime
from elevatekit_plugins.calls.limiter import Slot, Slots
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.calls.refreshing import Refreshing
from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.hooks.descriptors import (
    AuthContext,
    AuthScheme,
    RetryPolicySpec,
)
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.selected import GuardedAuth, GuardedPolicy
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.transport.custom import AsyncCheckedTransport, CheckedTransport

BASE = "https://api.example.com/v1"
WALL = 1_900_000_000.0
"""Seconds since 1970 at which the world's time is 0."""


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
LIMITED_ASK = structs.replace(ASK, concurrency=LIMITED.concurrency)
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


class Recorder:
    """A plugin that keeps every event, in order."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    @hookimpl
    def elevatekit_before_attempt(self, event: Any) -> None:
        self.events.append(event)

    @hookimpl
    def elevatekit_after_attempt(self, event: Any) -> None:
        self.events.append(event)

    @hookimpl
    def elevatekit_retry_scheduled(self, event: Any) -> None:
        self.events.append(event)

    @hookimpl
    def elevatekit_call_finished(self, event: Any) -> None:
        self.events.append(event)

    @hookimpl
    def elevatekit_quota_spent(self, event: Any) -> None:
        self.events.append(event)


class Holder:
    """Somebody who takes slots, and gives them back in the order in which they came."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._taken: list[Slot] = []

    def acquire(self, timeout: float = 0.0) -> bool:
        slot = Slot(self._slots)
        taken = self._slots.acquire(slot, timeout)
        self._taken += [slot] * taken
        return taken

    def release(self) -> None:
        self._slots.release(self._taken.pop(0))


class Queue(Slots):
    """Slots in which nobody waits: time that passes is the world's alone."""

    def __init__(self, limit: int, world: World) -> None:
        super().__init__(limit)
        self._world = world
        self.others = Holder(self)

    def try_acquire(self, slot: Slot) -> bool:
        return self._world.interrupt is None and super().try_acquire(slot)

    def acquire(self, slot: Slot, timeout: float) -> bool:
        if self._world.interrupt is not None:
            raise self._world.interrupt
        taken = super().acquire(slot, 0.0)
        self._world.now += 0.0 if taken else timeout
        return taken

    async def acquire_async(self, slot: Slot, timeout: float) -> bool:
        # Without an event loop there is no waiting, so this is the same.
        return self.acquire(slot, timeout)


class Selected:
    """A plugin with the auth scheme and the retry policy that a world has."""

    def __init__(self, world: World) -> None:
        self._world = world

    @hookimpl
    def elevatekit_register_auth_schemes(self) -> Any:
        return [AuthScheme(name="of-the-world", summary="signs", build=lambda *_: self._world.auth)]

    @hookimpl
    def elevatekit_register_retry_policies(self) -> Any:
        build: Any = lambda _: self._world.policy  # noqa: E731
        return [RetryPolicySpec(name="of-the-world", summary="retries", build=build)]


@dataclass
class World:
    """What surrounds a call: time that passes only when told, and answers from a script.

    It is its own transport, for both drivers.
    """

    asynchronous: bool = False
    now: float = 1000.0
    auth: FakeAuth = field(default_factory=FakeAuth)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    bucket: RetryBucket = field(default_factory=RetryBucket)
    contact: Contact = field(default_factory=Contact)
    plugins: list[object] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    policy: Any = field(default_factory=lambda: StandardPolicy(StandardSettings()))
    chance: float = 0.0
    attempt_timeout: float | None = None
    """None: that of the call."""
    interrupt: BaseException | None = None
    """Raised while a slot is awaited."""
    decode: Callable[[Response], Any] = lambda response: response
    _answers: Iterator[Any] = field(default_factory=lambda: iter(()))
    _host: tuple[list[object], PluginHost] | None = None
    _built: tuple[tuple[int, int], GuardedAuth, GuardedPolicy] | None = None

    def __post_init__(self) -> None:
        self.group = Group(2, "busy")
        self.slots = self.group.slots = Queue(2, self)
        self.refreshing = Refreshing(Queue(1, self))

    def run(self, operation: Operation[Any], *script: Any, timeout: float = 60.0) -> Any:
        """Drive a call by a script of statuses, responses, errors and callables."""
        self._answers = iter(script)
        steps = self._noted(call(self.job(operation, timeout), self.runtime(), self.decode))
        return self.drive(steps)

    def drive(self, steps: Steps[Any]) -> Any:
        """Carry out what is asked for, by the driver that is on trial."""
        if not self.asynchronous:
            return drive(steps, CheckedTransport(self), self.sleep)
        # Nothing in this world really waits, so one step is all, and no event loop is needed.
        coroutine = drive_async(steps, AsyncCheckedTransport(Awaited(self)), self.sleep_async)
        try:
            coroutine.send(None)
        except StopIteration as stop:
            return stop.value
        raise AssertionError("something waited for the real world")

    def job(self, operation: Operation[Any], timeout: float) -> Job[Any]:
        attempt_timeout = timeout if self.attempt_timeout is None else self.attempt_timeout
        request = Request(operation=operation.id, method=operation.method, url=BASE + "/things")
        return Job(
            operation=operation,
            request=request,
            timeout=timeout,
            attempt_timeout=attempt_timeout,
            arguments=(("id", "it"),),
            resource="it" if operation.quota else None,
            question="what is it?" if operation.quota else None,
        )

    def host(self) -> PluginHost:
        """The host of the plugins; made anew only where there are others than before."""
        if self._host is None or self._host[0] != self.plugins:
            self._host = ([*self.plugins], PluginHost([*self.plugins, Selected(self)]))
            self._built = None
        return self._host[1]

    def selected(self) -> tuple[GuardedAuth, GuardedPolicy]:
        """The auth scheme and the retry policy, as the host guards them."""
        host = self.host()
        if self._built is None or self._built[0] != (id(self.auth), id(self.policy)):
            context = AuthContext(token=None, key=API.key, token_variable="TOKEN")
            auth = host.build(host.select(AuthScheme, "of-the-world"), context)
            policy = host.build(host.select(RetryPolicySpec, "of-the-world"))
            self._built = ((id(self.auth), id(self.policy)), auth, policy)
        return self._built[1:]

    def runtime(self) -> Runtime:
        auth, policy = self.selected()
        return Runtime(
            api=API,
            host=self.host(),
            auth=auth,
            refreshing=self.refreshing,
            policy=policy,
            ledger=self.ledger,
            account="of the world",
            bucket=self.bucket,
            contact=self.contact,
            group=lambda operation: self.group if operation.concurrency else None,
            clock=lambda: self.now,
            wall=lambda: WALL + self.now,
            chance=lambda: self.chance,
        )

    def send(self, request: Request, deadline: float) -> Any:
        self.sent.append(request)
        answer = next(self._answers)
        if isinstance(answer, Callable):  # type: ignore[arg-type]
            answer = answer()
        if isinstance(answer, BaseException):
            raise answer
        return response(answer) if isinstance(answer, int) else answer

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)

    def close(self) -> None:
        """There is nothing to close."""

    def _noted(self, steps: Steps[Any]) -> Steps[Any]:
        """The same steps; each effect is kept."""
        try:
            effect = next(steps)
            while True:
                self.effects.append(effect)
                try:
                    outcome = yield effect
                except BaseException as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(outcome)
        except StopIteration as stop:
            return stop.value


class Awaited:
    """A transport for the async driver."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def send(self, request: Request, deadline: float) -> Any:
        return self._world.send(request, deadline)

    async def aclose(self) -> None:
        """There is nothing to close."""


def response(status: int, **headers: str) -> Response:
    """A response with a small JSON body."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(operation="things", status=status, headers=pairs, body=b"{}")


def lost(*, sent: bool = True) -> TransportError:
    """No answer came."""
    return TransportError("the line went dead", sent=sent)


@pytest.fixture(params=["sync", "async"])
def world(request: pytest.FixtureRequest) -> World:
    """Each test runs twice: by the driver of each client, which therefore cannot differ."""
    return World(asynchronous=request.param == "async")


@pytest.fixture
def things() -> Any:
    """The operations and makers of this module, for tests that cannot import a conftest."""
    import types

    return types.SimpleNamespace(
        READ=READ,
        LIMITED=LIMITED,
        ASK=ASK,
        LIMITED_ASK=LIMITED_ASK,
        API=API,
        World=World,
        Holder=Holder,
        response=response,
        lost=lost,
        operation=operation,
    )


@pytest.fixture
def recorder() -> Recorder:
    """A plugin that keeps the events of the calls in `.events`; add it to `world.plugins`."""
    return Recorder()
