"""Run time: whatever an observer does, no call and no other plugin suffers, and it is named."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from elevatekit import AsyncClient, Client
from elevatekit_plugins import CallFinished, Hooks, Request, SpanFactory, hookimpl
from elevatekit_plugins.errors import PluginError
from elevatekit_plugins.hooks import deprecations, events
from elevatekit_plugins.host.catalogue import REGISTERS
from elevatekit_plugins.host.contract import HOOKS
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.watchdog import Watchdog

TOKEN = "33333333-3333-4333-8333-333333333333"
EVENT = CallFinished(
    operation="it", outcome="ok", status=200, error=None, attempts=(), elapsed=0.1, received=2
)
HOOK = "elevatekit_call_finished"
ID = "7f0d6b1e-0000-4000-8000-000000000000"


def observer(name: str, does: Callable[[Any], Any], hook: str = HOOK) -> Any:
    if hook == "elevatekit_prepare_request":

        def function(request: Any) -> Any:
            return does(request)
    else:

        def function(event: Any) -> Any:
            return does(event)

    function.__name__ = hook
    return SimpleNamespace(__name__=name, **{hook: hookimpl(function)})


def raises(error: BaseException) -> Callable[[Any], Any]:
    def do(_: Any) -> Any:
        raise error

    return do


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even its text")


class Cancelling(Exception):
    def __str__(self) -> str:
        raise asyncio.CancelledError


class Unbound:
    @property
    def __class__(self) -> Any:
        raise RuntimeError("a proxy that stands for nothing")

    @__class__.setter
    def __class__(self, _: Any) -> None: ...


async def coroutine() -> None: ...


async def stubborn() -> None:
    try:
        await asyncio.sleep(0)
    finally:
        await asyncio.sleep(0)


def begun(event: Any) -> Any:
    begun = stubborn()
    begun.send(None)
    return begun


def assign(event: Any) -> None:
    event.outcome = "error"


def assign_below(event: Any) -> None:
    object.__setattr__(event, "outcome", "error")


MISBEHAVES = {
    "raises": (raises(ValueError("no")), "ValueError: no"),
    "is cancelled": (raises(asyncio.CancelledError()), "CancelledError"),
    "raises GeneratorExit": (raises(GeneratorExit()), "GeneratorExit"),
    "raises something without a text": (raises(Unspeakable()), "Unspeakable"),
    "raises something whose text cancels": (raises(Cancelling()), "Cancelling"),
    "raises what a terminal obeys": (raises(ValueError("\x1b[2J")), "ValueError: \\x1b[2J"),
    "raises in two lines": (raises(ValueError("no\n\nreally")), "ValueError: no really"),
    "returns something": (lambda event: event, "it returned CallFinished; an event hook returns"),
    "returns False": (lambda event: False, "it returned bool; an event hook returns nothing"),
    "returns a coroutine": (lambda event: coroutine(), "it returned coroutine"),
    "returns a coroutine that will not end": (begun, "coroutine ignored GeneratorExit"),
    "returns a proxy of nothing": (lambda event: Unbound(), "it returned Unbound"),
    "changes its event": (assign, "immutable type: 'CallFinished'"),
    "changes its event from below": (assign_below, "can't apply this __setattr__"),
    "recurses for ever": (lambda event: MISBEHAVES["recurses for ever"][0](event), "Recursion"),
}


@pytest.mark.parametrize(("does", "says"), MISBEHAVES.values(), ids=MISBEHAVES.keys())
def test_an_observer_that_misbehaves_is_named_and_harms_nobody(
    caplog: pytest.LogCaptureFixture, does: Any, says: str
) -> None:
    told: list[Any] = []
    host = PluginHost([observer("bad", does), observer("good", told.append)])

    for _ in range(3):
        host.notify(HOOK, EVENT)

    assert told == [EVENT] * 3
    (message,) = [record.getMessage() for record in caplog.records]
    assert message.startswith(f"plugin bad failed in {HOOK}: ")
    assert says in message
    bad, good = sorted(host.use(), key=lambda use: use.plugin)
    assert (bad.failures, bad.calls) == (3, 3)
    assert says in str(bad.problem)
    assert (good.failures, good.calls, good.problem) == (0, 3, None)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(7)], ids=repr)
def test_an_observer_may_end_the_program(error: BaseException) -> None:
    host = PluginHost([observer("bad", raises(error))])

    with pytest.raises(type(error)):
        host.notify(HOOK, EVENT)


@pytest.mark.parametrize("error", [ValueError("no"), asyncio.CancelledError()], ids=repr)
def test_no_call_is_harmed_by_its_observers(elevatekit_simulator: Any, error: Exception) -> None:
    hooks = [h for h in HOOKS if h not in REGISTERS and h != "elevatekit_prepare_request"]
    plugins = [observer(f"bad_{hook}", raises(error), hook) for hook in hooks]
    given: Any = {"base_url": elevatekit_simulator.base_url, "plugins": plugins}

    async def asynchronously() -> Any:
        async with AsyncClient(TOKEN, **given) as client:
            return await client.raw.interactions.status(ID), client.host.use()

    with Client(TOKEN, **given) as client, pytest.raises(Exception) as synchronous:  # noqa: PT011
        client.raw.interactions.status(ID)
    with pytest.raises(Exception) as awaited:  # noqa: PT011
        asyncio.run(asynchronously())

    # The simulator does not know the id; that, and nothing else, is what both say.
    assert type(synchronous.value).__name__ == type(awaited.value).__name__ == "NotFoundError"


def test_a_pipe_that_fails_raises_and_names_the_plugin() -> None:
    request = Request(operation="it", method="GET", url="http://127.0.0.1/")
    hook = "elevatekit_prepare_request"

    for does, says in (
        (raises(ValueError("no")), "ValueError: no"),
        (lambda r: "x", "returned str"),
    ):
        host = PluginHost([observer("bad", does, hook)])
        with pytest.raises(PluginError, match=f"plugin bad failed in {hook}: .*{says}") as caught:
            host.pipe(hook, request)
        assert "ELEVATEKIT_DISABLE_PLUGINS=bad" in str(caught.value)


def test_a_pipe_hands_on_what_each_returns_and_none_leaves_it_as_it_is() -> None:
    request = Request(operation="it", method="GET", url="http://127.0.0.1/")
    hook = "elevatekit_prepare_request"
    plugins = [
        observer("a", lambda r: r.with_header("X", "1"), hook),
        observer("b", lambda r: None, hook),
        observer("c", lambda r: r.with_header("X", dict(r.headers)["X"] + "2"), hook),
    ]

    assert PluginHost(plugins).pipe(hook, request).headers == (("X", "12"),)


class Spans:
    """A plugin with a span that fails at one of its moments."""

    def __init__(self, where: str, error: BaseException) -> None:
        self.where, self.error = where, error

    def _at(self, where: str) -> None:
        if where == self.where:
            raise self.error

    @hookimpl
    def elevatekit_register_spans(self) -> Any:
        def opened(started: Any) -> Any:
            self._at("open")
            return self

        return [SpanFactory(name="trace", summary="s", open=opened)]

    def __enter__(self) -> None:
        self._at("enter")

    def __exit__(self, *error: object) -> None:
        self._at("leave")


@pytest.mark.parametrize("where", ["open", "enter", "leave"])
@pytest.mark.parametrize("error", [OSError("no collector"), asyncio.CancelledError()], ids=repr)
def test_a_span_that_fails_harms_nobody(
    caplog: pytest.LogCaptureFixture, where: str, error: BaseException
) -> None:
    host = PluginHost([Spans(where, error)])
    started: Any = lambda: "a call"  # noqa: E731
    done = False

    with host.spans(started):
        done = True

    assert done
    assert "plugin Spans failed in span trace: " in caplog.text


# --- hanging --------------------------------------------------------------------------------------


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hanging() -> Any:
    """A host with one plugin that hangs until it is let go, in a thread, and one that does not."""
    inside, go, clock = threading.Event(), threading.Event(), Clock()
    told: list[Any] = []

    def hang(event: Any) -> None:
        inside.set()
        assert go.wait(30)

    watchdog = Watchdog(patience=5.0, clock=clock)
    watchdog.awake = True  # the test looks by itself
    slow = observer("slow", hang)
    slow.elevatekit_prepare_request = observer(
        "slow", lambda request: request.with_header("X", "1"), "elevatekit_prepare_request"
    ).elevatekit_prepare_request
    host = PluginHost([slow, observer("zz", told.append)], watchdog=watchdog)
    thread = threading.Thread(target=host.notify, args=(HOOK, EVENT))
    thread.start()
    assert inside.wait(30)

    def finish() -> None:
        go.set()
        thread.join(30)

    # The frame began by the real clock; what counts is what passes from here on.
    (frame,) = watchdog.frames
    frame.began = 0.0
    yield SimpleNamespace(host=host, watchdog=watchdog, clock=clock, told=told, finish=finish)
    finish()


def test_a_hook_that_hangs_is_reported_while_it_hangs(
    hanging: Any, caplog: pytest.LogCaptureFixture
) -> None:
    hanging.clock.now = 4.9
    hanging.watchdog.look()
    assert caplog.records == []

    hanging.clock.now = 6.0
    for _ in range(3):
        hanging.watchdog.look()

    (record,) = caplog.records
    assert record.getMessage() == (
        f"plugin slow has been hanging in {HOOK} for 6 s and blocks its caller;"
        " to disable it, set ELEVATEKIT_DISABLE_PLUGINS=slow"
    )
    assert hanging.told == [], "it hangs still"


def test_a_hook_that_hung_is_not_called_again_once_it_returns(hanging: Any, rows: Any) -> None:
    hanging.clock.now = 6.0
    hanging.watchdog.look()
    hanging.finish()

    hanging.host.notify(HOOK, EVENT)

    assert hanging.told == [EVENT, EVENT]
    assert [use.calls for use in hanging.host.use() if use.plugin == "slow"] == [1]
    row = rows(hanging.host, "slow")
    assert row.status == "disabled"
    assert f"it hung in {HOOK}" in row.reason
    request = Request(operation="it", method="GET", url="http://127.0.0.1/")
    changed = hanging.host.pipe("elevatekit_prepare_request", request)
    assert changed.headers == (("X", "1"),), "what it does to requests stays"
    assert hanging.watchdog.frames == set()


def test_nobody_hangs_while_the_whole_process_is_stopped(
    hanging: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for now in (1.0, 2.0, 60.0, 61.0):  # between the second and the third nobody could look
        hanging.clock.now = now
        hanging.watchdog.look()
    assert caplog.records == []

    hanging.clock.now = 62.5
    hanging.watchdog.look()
    assert "hanging in" in caplog.text


def test_a_program_that_is_interrupted_before_a_hook_is_called_leaves_nobody_hanging() -> None:
    class Interrupted(Watchdog):
        def wake(self) -> None:
            raise KeyboardInterrupt

    watchdog = Interrupted()
    watchdog.awake = True
    host = PluginHost([observer("quick", lambda event: None)], watchdog=watchdog)
    watchdog.awake = False

    with pytest.raises(KeyboardInterrupt):
        host.notify(HOOK, EVENT)

    assert watchdog.frames == set()


def test_hooks_are_called_where_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the end of the interpreter, where `atexit` may still make a call."""

    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    told: list[Any] = []
    host = PluginHost([observer("late", told.append)], watchdog=Watchdog())

    host.notify(HOOK, EVENT)

    assert told == [EVENT]


def test_a_hook_that_is_only_slow_is_called_again(hanging: Any) -> None:
    hanging.finish()

    hanging.host.notify(HOOK, EVENT)

    assert [use.calls for use in hanging.host.use() if use.plugin == "slow"] == [2]


def test_the_watchdog_looks_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    """The real thread: it is told of the hook by the log, and lets it go."""
    go = threading.Event()

    class Release(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            go.set()

    release = Release()
    logging.getLogger("elevatekit.plugins").addHandler(release)
    try:
        host = PluginHost(
            [observer("slow", lambda event: None if go.wait(30) else 1)],
            watchdog=Watchdog(patience=0.0),
        )
        host.notify(HOOK, EVENT)
    finally:
        logging.getLogger("elevatekit.plugins").removeHandler(release)

    assert "plugin slow has been hanging in" in caplog.text
    assert not host.listens(HOOK)


# --- what the contract says -----------------------------------------------------------------------


def test_every_hook_registers_observes_or_hands_on() -> None:
    """So that a new hook is called in one of the three ways, and checked by them."""
    notes = {name: getattr(Hooks, name).__annotations__ for name in HOOKS}

    for name, noted in notes.items():
        if name in REGISTERS:
            assert set(noted) == {"return"}
        elif name == "elevatekit_prepare_request":
            assert noted == {"request": "Request", "return": "Request | None"}
        else:
            assert set(noted) == {"event", "return"}
            assert noted["return"] == "None"


@pytest.mark.parametrize(
    "event",
    [
        it
        for it in vars(events).values()
        if isinstance(it, type) and issubclass(it, Struct) and it is not Struct
    ],
    ids=lambda event: event.__name__,
)
def test_no_event_holds_anything_that_could_be_changed(event: type[Struct]) -> None:
    """Frozen all the way down: a list in a frozen struct is changed for those who come next."""
    seen: set[object] = set()

    def look(type_: Any, path: str) -> None:
        if isinstance(type_, type) and issubclass(type_, Struct):
            assert type_.__struct_config__.frozen, path
            if type_ not in seen:
                seen.add(type_)
                for name, inner in get_type_hints(type_).items():
                    if name in type_.__struct_fields__:
                        look(inner, f"{path}.{name}")
            return
        assert type_ not in (list, dict, set, bytearray), path
        assert get_origin(type_) not in (list, dict, set), path
        if get_origin(type_) is not Literal:
            for inner in get_args(type_):
                look(inner, path)

    look(event, event.__name__)
    assert seen


def test_a_hook_that_is_deprecated_says_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(deprecations.HOOKS, HOOK, "since 9.0: implement elevatekit_call_ended")
    told: list[Any] = []

    host = PluginHost([observer("old", told.append)])
    host.notify(HOOK, EVENT)

    assert told == [EVENT], "it works all the same"
    assert (
        f"plugin old (given in code) implements {HOOK}, which is deprecated: since" in caplog.text
    )


def test_a_field_that_was_renamed_reads_the_new_one_and_warns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Event(Struct, frozen=True):
        received: int
        size = deprecations.Renamed("received")

    monkeypatch.setitem(deprecations.FIELDS, "Event.size", "since 9.0: read `received`")

    with pytest.warns(DeprecationWarning, match=r"Event\.size: since 9\.0: read `received`"):
        assert Event(3).size == 3


def test_every_text_of_a_deprecation_belongs_to_something() -> None:
    assert set(deprecations.HOOKS) <= set(HOOKS)
    for name in deprecations.FIELDS:
        owner, _, attribute = name.partition(".")
        assert isinstance(vars(getattr(events, owner))[attribute], deprecations.Renamed)
