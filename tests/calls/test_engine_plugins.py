"""The plugins of a call: the order of their hooks, and what it takes when one of them fails."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import pytest

from elevatekit_plugins import SpanFactory, hookimpl
from elevatekit_plugins.errors import (
    PluginError,
    StatusError,
)


def test_plugins_are_told_in_the_documented_order(
    world: Any, things: SimpleNamespace, recorder: Any
) -> None:
    world.plugins.append(recorder)

    world.run(things.ASK, 429, 200)

    assert [type(e).__name__ for e in recorder.events] == [
        "AttemptStarted",
        "AttemptFinished",
        "RetryScheduled",
        "AttemptStarted",
        "QuotaSpent",
        "AttemptFinished",
        "CallFinished",
    ]


def test_a_policy_cannot_change_what_was_tried(world: Any, things: SimpleNamespace) -> None:
    given: list[Any] = []
    world.policy = SimpleNamespace(delay=lambda attempts, *_: given.append(attempts))

    with pytest.raises(StatusError):
        world.run(things.READ, 408)

    assert type(given[0]) is tuple


def test_an_observer_that_raises_harms_nobody(
    world: Any, things: SimpleNamespace, recorder: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        @hookimpl
        def elevatekit_before_attempt(self, event: Any) -> None:
            raise RuntimeError("my own fault")

    world.plugins += [Broken(), recorder]

    assert world.run(things.READ, 200).status == 200
    assert recorder.events
    assert "plugin Broken failed in elevatekit_before_attempt: RuntimeError" in caplog.text


def test_a_pipe_changes_the_request_once_for_all_attempts(
    world: Any, things: SimpleNamespace
) -> None:
    class Numbering:
        count = 0

        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            self.count += 1
            return request.with_header("X-Request-Id", f"id-{self.count}")

    world.plugins.append(Numbering())

    world.run(things.READ, 429, 200)

    assert [dict(r.headers)["X-Request-Id"] for r in world.sent] == ["id-1", "id-1"]


def test_a_pipe_that_fails_names_plugin_and_hook(world: Any, things: SimpleNamespace) -> None:
    class Broken:
        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            return "not a request"

    world.plugins.append(Broken())

    with pytest.raises(PluginError, match="plugin Broken failed in elevatekit_prepare_request"):
        world.run(things.READ)

    assert world.sent == []


class Tracer:
    """A plugin with one span."""

    def __init__(self, span: Any) -> None:
        self.span = span

    @hookimpl
    def elevatekit_register_spans(self) -> Any:
        return [SpanFactory(name="trace", summary="a trace", open=self.span)]


def test_a_span_sees_the_error_and_cannot_make_it_go_away(
    world: Any, things: SimpleNamespace
) -> None:
    seen: list[Any] = []

    @contextmanager
    def span(call: Any) -> Any:
        seen.append(call.operation)
        with suppress(StatusError):
            yield
        seen.append("left")

    world.plugins.append(Tracer(span))

    with pytest.raises(StatusError):
        world.run(things.READ, 404)

    assert seen == ["things.read", "left"]


def test_a_span_that_fails_is_logged_and_harms_nobody(
    world: Any, things: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(call: Any) -> Any:
        raise OSError("no collector")

    world.plugins.append(Tracer(broken))

    assert world.run(things.READ, 200).status == 200
    assert "plugin Tracer failed in span trace: OSError: no collector" in caplog.text


def test_an_auth_scheme_that_fails_is_named(
    world: Any, things: SimpleNamespace, recorder: Any
) -> None:
    world.plugins.append(recorder)
    world.auth.sign = lambda request: {}["no such key"]

    with pytest.raises(PluginError, match=r"Selected failed in sign of auth scheme .*: KeyError"):
        world.run(things.READ)

    assert [e.error for e in recorder.events if hasattr(e, "outcome")] == ["PluginError"]


def test_an_auth_scheme_that_returns_no_request_is_named(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.sign = lambda request: None

    with pytest.raises(PluginError, match=r"failed in sign of .*: it returned NoneType"):
        world.run(things.READ)

    assert world.sent == []


@pytest.mark.parametrize("delay", ["1", True, -1.0, float("nan"), float("inf")], ids=repr)
def test_a_retry_policy_that_returns_nonsense_is_named(
    world: Any, things: SimpleNamespace, delay: Any
) -> None:
    world.policy = SimpleNamespace(delay=lambda attempts, rule, chance: delay)

    with pytest.raises(PluginError, match=r"failed in delay of .*: (Type|Value)Error: "):
        world.run(things.READ, 429)

    assert world.slept == []


def test_a_retry_policy_that_fails_is_named(world: Any, things: SimpleNamespace) -> None:
    class Broken:
        def delay(self, attempts: Any, rule: Any, chance: float) -> float:
            raise ZeroDivisionError

    world.policy = Broken()

    with pytest.raises(PluginError, match="Selected failed in delay of retry policy"):
        world.run(things.READ, 429)
