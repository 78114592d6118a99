"""A credential that has to be got first, and one refresh for all who need it."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins.calls.drivers import drive_async
from elevatekit_plugins.calls.effects import Run
from elevatekit_plugins.calls.engine import call
from elevatekit_plugins.calls.refreshing import Refreshing
from elevatekit_plugins.errors import AuthError, PluginError, StatusError, TransportError
from elevatekit_plugins.hooks.descriptors import Blocking
from elevatekit_plugins.messages import Request

TOKEN = Request(operation="auth", method="POST", url="https://api.example.com/t", purpose="auth")


class Scheme:
    """Has no credential at first, and gets one by the generator that it is given."""

    def __init__(self, refresh: Any) -> None:
        self.credential: Any = None
        self.refreshes = 0
        self._refresh = refresh

    def sign(self, request: Request) -> Request:
        return request.with_header("X-Key", f"key-{self.credential}")

    def refresh(self) -> Any:
        got = yield from self._refresh()
        self.refreshes += 1
        if got:
            self.credential = self.refreshes
        return got


def asks() -> Any:
    answer = yield TOKEN
    return answer.status == 200


def refuses() -> Any:
    yield TOKEN
    raise AuthError("no token: invalid_client")


def is_busy() -> Any:
    answer = yield TOKEN
    if answer.status != 200:
        raise AuthError("no token: come back later", temporary=True)
    return True


def test_a_first_credential_is_got_before_anything_is_sent(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(asks)

    answer = world.run(things.READ, 200, 200)

    assert [request.purpose for request in world.sent] == ["auth", "call"]
    assert dict(world.sent[1].headers)["X-Key"] == "key-1"
    assert len(answer.attempts) == 1


def test_a_scheme_that_never_names_its_credential_signs_once_it_is_refreshed(
    world: Any, things: SimpleNamespace
) -> None:
    class Nameless(Scheme):
        def sign(self, request: Request) -> Request:
            return request.with_header("X-Key", f"key-{self.refreshes}")

        def refresh(self) -> Any:
            self.refreshes += 1
            return True
            yield

    world.auth = Nameless(None)

    assert world.run(things.READ, 401, 200).status == 200
    assert [dict(request.headers)["X-Key"] for request in world.sent] == ["key-1", "key-2"]


def test_where_there_is_no_credential_to_be_had_nothing_is_sent_or_spent(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(refuses)

    with pytest.raises(AuthError, match="invalid_client") as caught:
        world.run(things.ASK, 401)

    assert [request.purpose for request in world.sent] == ["auth"]
    assert (caught.value.operation, caught.value.sent) == ("things.ask", False)
    assert [a.decision for a in caught.value.attempts] == ["a rejected credential is not retried"]
    assert world.ledger.spent("things.ask", "it").unknown == 0


def test_a_token_server_that_is_busy_is_asked_again_by_the_retry_policy(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(is_busy)

    answer = world.run(things.ASK, 503, 200, 200)

    assert [request.purpose for request in world.sent] == ["auth", "auth", "call"]
    assert [attempt.sent for attempt in answer.attempts] == [False, True]
    assert world.ledger.spent("things.ask", "it").successes == 1


@pytest.mark.parametrize(
    ("answers", "says", "temporary"),
    [([401], "its refresh returned none", False), ("lost", "the line went dead", True)],
)
def test_a_scheme_that_does_not_say_why_is_no_answer_of_the_api(
    world: Any, things: SimpleNamespace, answers: Any, says: str, temporary: bool
) -> None:
    world.auth = Scheme(asks)
    script = [things.lost()] * 3 if answers == "lost" else answers

    with pytest.raises(AuthError, match=says) as caught:
        world.run(things.READ, *script)

    assert caught.value.temporary is temporary
    assert not isinstance(caught.value, StatusError)


def test_after_a_401_the_reason_of_the_scheme_is_told_and_a_question_is_not_spent(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(refuses)
    world.auth.credential = 7

    with pytest.raises(AuthError, match="invalid_client"):
        world.run(things.ASK, 401, 400)

    assert world.ledger.spent("things.ask", "it").unknown == 0
    assert world.ledger.spent("things.ask", "it").errors == 0


def test_a_credential_that_became_due_while_its_request_was_refused_is_renewed(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(asks)
    world.auth.credential = 7

    def refused() -> int:
        world.auth.credential = None
        return 401

    assert world.run(things.READ, refused, 200, 200).status == 200
    assert world.auth.refreshes == 1


def test_blocking_work_is_done_with_the_time_that_is_left(
    world: Any, things: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[float] = []

    def here(work: Any, *arguments: Any) -> Any:
        async def do() -> Any:
            return work(*arguments)

        return do()

    monkeypatch.setattr(asyncio, "to_thread", here)

    def works() -> Any:
        return (yield Blocking(lambda seconds: left.append(seconds) or True))

    world.auth = Scheme(works)

    assert world.run(things.READ, 200, timeout=40).status == 200
    assert left == [40.0]
    assert isinstance(world.effects[0], Run)


def test_what_blocking_work_raises_is_raised_in_the_scheme(
    world: Any, things: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    if world.asynchronous:
        pytest.skip("its thread needs an event loop: the next test has one")

    def works() -> Any:
        def fail(_: float) -> Any:
            raise KeyError("vault")

        try:
            yield Blocking(fail)
        except KeyError as error:
            raise AuthError(f"no {error}") from error

    world.auth = Scheme(works)

    with pytest.raises(AuthError, match="no 'vault'"):
        world.run(things.READ)


async def test_the_tasks_of_an_async_client_go_on_while_a_scheme_blocks(
    things: SimpleNamespace,
) -> None:
    others = threading.Event()
    world = things.World()

    def works() -> Any:
        return (yield Blocking(lambda _: others.wait(30)))

    world.auth = Scheme(works)

    class Transport:
        async def send(self, request: Request, deadline: float) -> Any:
            return things.response(200)

    steps = call(world.job(things.READ, 60.0), world.runtime(), world.decode)
    waiting = asyncio.create_task(drive_async(steps, Transport()))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    others.set()

    assert (await waiting).status == 200


class TestTenThousandCallsThatAreRefusedTogether:
    """They run as tasks, with a queue that is real."""

    COUNT = 10_000

    async def outcomes(self, things: SimpleNamespace, scheme: Any, answer: int) -> Any:
        world = things.World()
        world.auth, world.refreshing = scheme, Refreshing()
        asked, together = 0, asyncio.Event()

        class Transport:
            async def send(self, request: Request, deadline: float) -> Any:
                nonlocal asked
                if request.purpose == "auth":
                    return things.response(answer)
                if dict(request.headers)["X-Key"] != "key-old":
                    return things.response(200)
                asked += 1
                if asked == TestTenThousandCallsThatAreRefusedTogether.COUNT:
                    together.set()
                await together.wait()
                return things.response(401)

        runtime, transport = world.runtime(), Transport()
        job = world.job(things.READ, 600.0)
        return await asyncio.gather(
            *(
                drive_async(call(job, runtime, world.decode), transport)  # type: ignore[arg-type]
                for _ in range(self.COUNT)
            ),
            return_exceptions=True,
        )

    async def test_make_one_refresh(self, things: SimpleNamespace) -> None:
        scheme = Scheme(asks)
        scheme.credential = "old"

        outcomes = await self.outcomes(things, scheme, 200)

        assert {outcome.status for outcome in outcomes} == {200}
        assert scheme.refreshes == 1

    async def test_share_its_failure_as_well(self, things: SimpleNamespace) -> None:
        asked: list[int] = []

        def counts() -> Any:
            asked.append(1)
            return (yield from refuses())

        scheme = Scheme(counts)
        scheme.credential = "old"

        outcomes = await self.outcomes(things, scheme, 400)

        assert {type(outcome) for outcome in outcomes} == {AuthError}
        assert len({id(outcome) for outcome in outcomes}) == self.COUNT
        assert len(asked) == 1


def test_a_refresh_that_was_interrupted_is_made_by_the_next(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(asks)

    with pytest.raises(KeyboardInterrupt):
        world.run(things.READ, KeyboardInterrupt())

    assert world.run(things.READ, 200, 200).status == 200
    assert world.auth.refreshes == 1


def test_a_scheme_that_fails_while_it_refreshes_is_named(
    world: Any, things: SimpleNamespace
) -> None:
    def breaks() -> Any:
        yield TOKEN
        raise ZeroDivisionError

    world.auth = Scheme(breaks)

    with pytest.raises(PluginError, match="failed in refresh"):
        world.run(things.READ, 200)


def test_a_transport_error_that_names_no_operation_is_told_with_it(
    world: Any, things: SimpleNamespace
) -> None:
    with pytest.raises(TransportError) as caught:
        world.run(things.READ, things.lost(), things.lost(), things.lost())

    assert caught.value.operation == "things.read"


class Slow:
    """A scheme whose token server is slower than the caller has time."""

    def __init__(self, world: Any) -> None:
        self.world, self.credential, self.asked = world, None, 0
        self.sign = lambda request: request.with_header("X-Key", "key")

    def refresh(self) -> Any:
        self.asked += 1
        yield TOKEN
        self.credential = "got"
        return True


def test_what_the_deadline_of_one_caller_ended_is_no_failure_of_the_others(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Slow(world)

    def too_late() -> TransportError:
        # Somebody else waits meanwhile, who has more time.
        world.now += 0.3
        error: TransportError = things.lost()
        return error

    with pytest.raises(AuthError):
        world.run(things.READ, too_late, timeout=0.3)

    assert world.refreshing.ended == 0
    assert world.run(things.READ, 200, 200, timeout=30.0).status == 200
    assert world.auth.asked == 2


def test_a_scheme_that_breaks_is_not_tried_by_each_who_waited(
    world: Any, things: SimpleNamespace
) -> None:
    def breaks() -> Any:
        yield TOKEN
        raise ZeroDivisionError

    world.auth = Scheme(breaks)
    with pytest.raises(PluginError) as caught:
        world.run(things.READ, 200)

    with pytest.raises(PluginError) as again:
        world.refreshing.shared(0, None, None)

    assert str(again.value) == str(caught.value)
    assert again.value is not caught.value


def test_a_scheme_that_never_gives_up_is_ended_by_the_deadline(
    world: Any, things: SimpleNamespace
) -> None:
    turns: list[int] = []

    def stubborn() -> Any:
        while True:
            turns.append(1)
            assert len(turns) < 10, "it goes on for ever"
            try:
                yield TOKEN
            except TransportError:
                continue

    world.auth = Scheme(stubborn)

    def dies() -> TransportError:
        world.now += 30.0
        error: TransportError = things.lost()
        return error

    with pytest.raises(AuthError, match="the deadline of 60 s passed"):
        world.run(things.READ, dies, dies, dies, timeout=60.0)

    assert len(turns) == 3


def test_a_request_is_signed_when_its_turn_to_be_sent_has_come(
    world: Any, things: SimpleNamespace
) -> None:
    world.group.paused_until = world.now + 3600.0

    def sleep(seconds: float) -> None:
        world.now += seconds
        world.auth.number = 7  # it was renewed meanwhile

    world.sleep = sleep
    world.run(things.LIMITED, 200, timeout=7200.0)

    assert dict(world.sent[0].headers)["X-Key"] == "key-7"


def test_a_credential_that_became_due_in_the_queue_is_got_without_a_slot(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth = Scheme(asks)
    world.auth.credential = "old"
    world.group.paused_until = world.now + 60.0
    taken: list[int] = []

    def sleep(seconds: float) -> None:
        world.now += seconds
        world.auth.credential = None

    def token() -> int:
        taken.append(world.slots.taken)
        return 200

    world.sleep = sleep
    world.run(things.LIMITED, token, 200, timeout=600.0)

    assert [request.purpose for request in world.sent] == ["auth", "call"]
    assert taken == [0]
