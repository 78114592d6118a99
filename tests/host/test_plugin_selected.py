"""What is selected by name: it is chosen by nobody but the user, and its failures are named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from elevatekit import AsyncClient, Client
from elevatekit_plugins import (
    AuthScheme,
    Blocking,
    ExporterSpec,
    Request,
    RetryPolicySpec,
    TransformSpec,
    hookimpl,
)
from elevatekit_plugins.errors import AuthError, ConfigError, PluginError, TransportError
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.watchdog import Watchdog

TOKEN = "33333333-3333-4333-8333-333333333333"
REQUEST = Request(operation="it", method="GET", url="http://127.0.0.1/")


class Registers:
    """A plugin with one descriptor of each kind, all of them called `mine`."""

    def __init__(self, built: Any) -> None:
        self.built = built

    def _build(self, *context: Any) -> Any:
        return self.built

    @hookimpl
    def elevatekit_register_auth_schemes(self) -> Any:
        return [AuthScheme(name="mine", summary="s", build=self._build)]

    @hookimpl
    def elevatekit_register_retry_policies(self) -> Any:
        return [RetryPolicySpec(name="mine", summary="s", build=self._build)]

    @hookimpl
    def elevatekit_register_exporters(self) -> Any:
        return [ExporterSpec(name="mine", summary="s", build=self._build)]

    @hookimpl
    def elevatekit_register_transforms(self) -> Any:
        return [TransformSpec(name="mine", summary="s", build=self._build)]


class Scripted:
    """Anything that can be selected; each of its methods does what it is told."""

    def __init__(self, does: Callable[[], Any]) -> None:
        self.does = does

    @property
    def credential(self) -> Any:
        return self.does()

    def _any(self, *arguments: Any) -> Any:
        return self.does()

    sign = refresh = delay = open = write = finish = abort = __call__ = _any


def raises(error: BaseException) -> Callable[[], Any]:
    def do() -> Any:
        raise error

    return do


def built(kind: Any, does: Callable[[], Any]) -> tuple[PluginHost, Any]:
    # runtime_checkable protocols look at a property while they check: it may raise only later.
    scripted = Scripted(lambda: None)
    host = PluginHost([Registers(scripted)])
    made = host.build(host.select(kind, "mine"), None)
    scripted.does = does
    return host, made


METHODS = [
    (AuthScheme, "credential", lambda it: it.credential),
    (AuthScheme, "sign", lambda it: it.signed(REQUEST, True)),
    (AuthScheme, "refresh", lambda it: next(it.refresh())),
    (RetryPolicySpec, "delay", lambda it: it.delay([], None, 0.5)),
    (ExporterSpec, "open", lambda it: it.open()),
    (ExporterSpec, "write", lambda it: it.write([])),
    (ExporterSpec, "finish", lambda it: it.finish()),
    (TransformSpec, "apply", lambda it: it(None)),
]


@pytest.mark.parametrize("patience", ["long", -1, float("nan"), 10**400, None])
def test_a_patience_that_is_no_time_is_told_when_the_policy_is_built(patience: Any) -> None:
    scripted = Scripted(lambda: None)
    scripted.patience = patience  # type: ignore[attr-defined]
    host = PluginHost([Registers(scripted)])

    with pytest.raises(PluginError, match="plugin Registers failed in patience of retry policy"):
        host.build(host.select(RetryPolicySpec, "mine"))


def test_an_auth_scheme_may_ask_for_blocking_work() -> None:
    def refresh() -> Any:
        try:
            yield Blocking(lambda _: 1 / 0)
        except ZeroDivisionError:
            return (yield REQUEST)

    _, made = built(AuthScheme, refresh)
    steps = made.refresh()

    assert isinstance(next(steps), Blocking)
    assert steps.throw(ZeroDivisionError()) is REQUEST
    with pytest.raises(StopIteration) as stop:
        steps.send(True)
    assert stop.value.value is True


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("no keyring"), ValueError),
        (asyncio.CancelledError(), PluginError),
        (GeneratorExit(), PluginError),
        (StopIteration(), PluginError),
    ],
    ids=repr,
)
def test_blocking_work_is_guarded_like_all_that_a_scheme_does(
    error: BaseException, told: type[Exception]
) -> None:
    def work(left: float) -> Any:
        raise error

    def refresh() -> Any:
        yield Blocking(work)

    host, made = built(AuthScheme, refresh)

    with pytest.raises(told) as caught:
        next(made.refresh()).run(3.0)
    assert told is ValueError or "plugin Registers failed in refresh of auth" in str(caught.value)
    assert sum(u.calls for u in host.use() if u.hook.startswith("refresh")) == 3


class Incomparable:
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        raise ValueError("neither true nor false")


@pytest.mark.parametrize("credential", [Incomparable(), [], float("nan")], ids=["eq", "[]", "nan"])
def test_a_credential_that_cannot_be_told_from_others_is_a_failure_of_its_plugin(
    credential: Any,
) -> None:
    _, made = built(AuthScheme, lambda: credential)

    with pytest.raises(PluginError, match="plugin Registers failed in credential of auth scheme"):
        _ = made.credential


def test_an_exporter_that_cannot_even_abort_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    host, made = built(ExporterSpec, raises(ValueError("no")))

    made.abort()

    assert "plugin Registers failed in abort of exporter mine: ValueError: no" in caplog.text
    (use,) = [u for u in host.use() if u.hook.startswith("abort of")]
    assert (use.failures, use.calls) == (1, 1)


@pytest.mark.parametrize(("seconds", "hangs"), [(59.0, False), (61.0, True)])
def test_an_exporter_may_take_a_minute_before_it_hangs(
    caplog: pytest.LogCaptureFixture, seconds: float, hangs: bool
) -> None:
    class Slow(Scripted):
        def write(self, batch: Any) -> None:
            (frame,) = watchdog.frames
            frame.began = 0.0
            watchdog.look()

    watchdog = Watchdog(clock=lambda: seconds)
    watchdog.awake = True  # the test looks by itself
    host = PluginHost([Registers(Slow(lambda: None))], watchdog=watchdog)

    host.build(host.select(ExporterSpec, "mine"), None).write([])

    assert ("hanging in write of exporter mine for 61 s" in caplog.text) is hangs


WRONG: dict[str, tuple[Any, ...]] = {
    "sign": (None, "signed"),
    "refresh": (None, [REQUEST]),
    "delay": ("soon", True, -1, float("nan"), float("inf"), 10**400),
    "finish": (None, "out/", 3),
    "apply": ("a record",),
}


@pytest.mark.parametrize(("kind", "method", "call"), METHODS, ids=[m for _, m, _ in METHODS])
@pytest.mark.parametrize(
    "error", [ValueError("no"), asyncio.CancelledError(), GeneratorExit()], ids=repr
)
def test_what_it_raises_names_plugin_method_and_remedy(
    kind: Any, method: str, call: Any, error: BaseException
) -> None:
    host, made = built(kind, raises(error))

    with pytest.raises(PluginError) as caught:
        call(made)

    assert (caught.value.plugin, caught.value.hook.partition(" ")[0]) == ("Registers", method)
    assert f"plugin Registers failed in {method} of " in str(caught.value)
    assert "ELEVATEKIT_DISABLE_PLUGINS=Registers" in str(caught.value)
    (use,) = [u for u in host.use() if u.hook.startswith(f"{method} of")]
    assert (use.failures, use.calls) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "method", "call", "wrong"),
    [(k, m, c, value) for k, m, c in METHODS for value in WRONG.get(m, ())],
    ids=[f"{m} {value!r:.20}" for _, m, _ in METHODS for value in WRONG.get(m, ())],
)
def test_what_it_returns_must_be_what_is_due(kind: Any, method: str, call: Any, wrong: Any) -> None:
    _, made = built(kind, lambda: wrong)

    with pytest.raises(PluginError, match=f"failed in {method} of .*it returned"):
        call(made)


@pytest.mark.parametrize(("kind", "method", "call"), METHODS, ids=[m for _, m, _ in METHODS])
def test_what_it_raises_on_purpose_and_interrupts_pass(kind: Any, method: str, call: Any) -> None:
    for error in (ConfigError("the vault is sealed"), KeyboardInterrupt()):
        host, made = built(kind, raises(error))

        with pytest.raises(type(error)):
            call(made)
        assert [use for use in host.use() if use.failures] == [], "it is no failure of the plugin"


def test_a_scheme_that_gets_no_credential_is_named() -> None:
    class Sealed(Scripted):
        def refresh(self) -> Any:
            yield REQUEST
            return False

    sealed = Sealed(lambda: None)
    host = PluginHost([Registers(sealed)])
    steps = host.build(host.select(AuthScheme, "mine"), None).refresh()
    next(steps)

    with pytest.raises(AuthError, match=r"auth scheme mine has no credential, .* check its sett"):
        steps.send(None)


def test_a_scheme_that_cannot_renew_what_it_has_says_so_with_false() -> None:
    class Fixed(Scripted):
        def refresh(self) -> Any:
            return False
            yield

    host = PluginHost([Registers(Fixed(lambda: "a credential"))])
    steps = host.build(host.select(AuthScheme, "mine"), None).refresh()

    with pytest.raises(StopIteration) as stop:
        next(steps)
    assert stop.value.value is False


def test_what_the_system_says_of_a_file_is_no_fault_of_an_exporter() -> None:
    _, made = built(ExporterSpec, raises(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        made.write([])
    assert made.abort() is None


@pytest.mark.parametrize("kind", [AuthScheme, RetryPolicySpec, ExporterSpec, TransformSpec])
def test_what_is_built_must_be_what_is_due(kind: Any) -> None:
    host = PluginHost([Registers(object())])

    with pytest.raises(
        PluginError, match=r"plugin Registers failed in build of .* mine: .* it built .*, not "
    ):
        host.build(host.select(kind, "mine"), None)


def test_a_refresh_is_driven_as_if_nobody_stood_between() -> None:
    seen: list[Any] = []

    class Vault(Scripted):
        def refresh(self) -> Any:
            seen.append((yield REQUEST))
            try:
                yield REQUEST
            except TransportError as error:
                seen.append(str(error))
            return True

    vault = Vault(lambda: "c")
    host = PluginHost([Registers(vault)])
    steps = host.build(host.select(AuthScheme, "mine"), None).refresh()

    assert next(steps) is REQUEST
    assert steps.send("a response") is REQUEST
    with pytest.raises(StopIteration) as stop:
        steps.throw(TransportError("the line went dead"))
    assert stop.value.value is True
    assert seen == ["a response", "the line went dead"]


@pytest.mark.parametrize(
    "settings", [{"auth": "mine"}, {"retry": "mine"}], ids=["auth scheme", "retry policy"]
)
async def test_a_call_whose_plugin_fails_says_which(settings: dict[str, str]) -> None:
    id = "7f0d6b1e-0000-4000-8000-000000000000"
    given: Any = {
        "base_url": "http://127.0.0.1:9/v1",  # nobody listens there: the policy is asked
        "plugins": [Registers(Scripted(lambda: "credential"))],
        **settings,
    }
    errors: list[PluginError] = []

    with Client(TOKEN, **given) as client, pytest.raises(PluginError) as caught:
        client.gen_ai.summary(id)
    errors.append(caught.value)
    async with AsyncClient(TOKEN, **given) as client:
        with pytest.raises(PluginError) as caught:
            await client.gen_ai.summary(id)
    errors.append(caught.value)

    for error in errors:
        assert error.plugin == "Registers"
        assert str(error).count("failed in") == 1


def test_an_installed_auth_scheme_signs_nothing_until_it_is_chosen(install: Any) -> None:
    install(
        "acme",
        """
        from elevatekit_plugins import AuthScheme, hookimpl
        def build(settings, context):
            raise ValueError("I was chosen")
        @hookimpl
        def elevatekit_register_auth_schemes():
            return [AuthScheme(name="a-first", summary="another", build=build)]
        """,
    )

    with Client("token-1") as client:
        assert "a-first" in client.host.registered(AuthScheme)
    with pytest.raises(PluginError, match="I was chosen"):
        Client("token-1", auth="a-first")


def test_an_exporter_without_its_extra_says_which_to_install(install: Any) -> None:
    install(
        "acme",
        """
        from elevatekit_plugins import ExporterSpec, hookimpl
        def build(settings, context):
            import no_such_module_anywhere
        @hookimpl
        def elevatekit_register_exporters():
            return [ExporterSpec(name="lake", summary="a lake", build=build, extra="lakes")]
        """,
    )
    host = PluginHost()

    with pytest.raises(ConfigError, match=r'lake needs no_such.* run pip install "acme\[lakes\]"'):
        host.build(host.select(ExporterSpec, "lake"), None)
