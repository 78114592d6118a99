"""The plugin host: what is loaded, what is refused, and that nothing broken harms the rest."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import Struct

from elevatekit import Client
from elevatekit_plugins import (
    AuthScheme,
    ExporterSpec,
    Hooks,
    RetryPolicySpec,
    Secret,
    hookimpl,
)
from elevatekit_plugins.errors import ConfigError, PluginError
from elevatekit_plugins.host.listing import listing
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.settings import convert

GOOD = """
    from elevatekit_plugins import hookimpl
    told = []
    @hookimpl
    def elevatekit_call_finished(event):
        told.append(event)
"""

BROKEN = {
    "an import error": (
        "import no_such_module_anywhere",
        "No module named 'no_such_module_anywhere'",
    ),
    "a syntax error": ("def broken(:", "SyntaxError"),
    "something raised at import": ("raise RuntimeError('too early')", "RuntimeError: too early"),
    "a call of sys.exit": ("import sys; sys.exit(7)", "SystemExit: 7"),
    "no hook at all": ("x = 1", "it implements no hook"),
    "a misspelt hook": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_call_finnished(event): ...
        """,
        "did you mean elevatekit_call_finished",
    ),
    "an async hook": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        async def elevatekit_call_finished(event): ...
        """,
        "elevatekit_call_finished is async",
    ),
    "an argument that is none": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_call_finished(call): ...
        """,
        "call",
    ),
    "an argument left out": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_call_finished(): ...
        """,
        r"must take exactly \(event\)",
    ),
    "a default": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_call_finished(event=None): ...
        """,
        "no defaults",
    ),
    "a wrapper": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl(wrapper=True)
        def elevatekit_call_finished(event):
            return (yield)
        """,
        "register a span",
    ),
    "a newer plugin API": (
        """
        from elevatekit_plugins import hookimpl
        ELEVATEKIT_PLUGIN_API = 99
        @hookimpl
        def elevatekit_call_finished(event): ...
        """,
        "version 99 of the plugin API",
    ),
    "a registration that raises": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_register_exporters():
            raise OSError("no disk")
        """,
        "OSError: no disk",
    ),
    "a descriptor of the wrong kind": (
        """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_register_exporters():
            return ["csv"]
        """,
        "returned str where a ExporterSpec",
    ),
}


def row(host: PluginHost, name: str) -> Any:
    return next(r for r in listing(host) if r.name == name)


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_plugin_is_listed_as_failed_and_the_others_work(
    install: Any, caplog: pytest.LogCaptureFixture, source: str, reason: str
) -> None:
    install("a-broken-one", source)
    install("z-good-one", GOOD)

    host = PluginHost()

    broken = row(host, "a_broken_one")
    assert broken.status == "failed"
    assert re.search(reason, broken.reason)
    assert broken.hooks == () or broken.provides == ()
    assert row(host, "z_good_one").status == "active"
    assert host.listens("elevatekit_call_finished")
    assert "a_broken_one (a-broken-one 1.0) is not used" in caplog.text


def test_strict_mode_raises_for_a_broken_plugin(
    install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("a-broken-one", "raise RuntimeError")
    monkeypatch.setenv("ELEVATEKIT_PLUGINS_STRICT", "1")

    with pytest.raises(PluginError, match=r"a-broken-one 1\.0"):
        PluginHost()


def test_two_plugins_of_one_name_are_both_refused_and_named(install: Any) -> None:
    install("first-dist", GOOD, name="same")
    install("second-dist", GOOD, name="same")

    rows = [r for r in listing(PluginHost()) if r.name == "same"]

    assert [r.status for r in rows] == ["failed", "failed"]
    assert "first-dist 1.0" in rows[0].reason
    assert "second-dist 1.0" in rows[0].reason


def test_two_exporters_of_one_name_are_both_refused_and_named(install: Any) -> None:
    exporter = """
        from elevatekit_plugins import ExporterSpec, hookimpl
        @hookimpl
        def elevatekit_register_exporters():
            return [ExporterSpec(name="lake", summary="s", build=lambda s, c: None)]
    """
    install("first-dist", exporter)
    install("second-dist", exporter)

    host = PluginHost()

    with pytest.raises(ConfigError, match="no exporter 'lake'"):
        host.select(ExporterSpec, "lake")
    assert row(host, "first_dist").status == row(host, "second_dist").status == "failed"
    assert "both provide the exporter 'lake'" in row(host, "first_dist").reason


def test_the_built_in_plugins_come_through_entry_points() -> None:
    rows = {r.name: r for r in listing(PluginHost())}

    assert {"csv", "jsonl", "standard", "token"} <= rows.keys()
    assert all(r.distribution == "elevatekit" and r.status == "active" for r in rows.values())
    assert rows["token"].provides == ("auth scheme token",)


def test_a_client_loads_no_built_in_plugin_that_it_does_not_use() -> None:
    host = PluginHost()
    host.select(AuthScheme, "token")

    loaded = [p.name for p in host.plugins if p.status == "active" and p.candidate.builtin]

    assert loaded == ["token"]


@pytest.mark.parametrize(
    "switch",
    [{"plugins": False}, {"disable": ["z_good_one"]}, {"disable": ["all"]}],
    ids=["all off", "one off", "all, by name"],
)
def test_third_party_plugins_can_be_switched_off(install: Any, switch: dict[str, Any]) -> None:
    install("z-good-one", GOOD)

    host = PluginHost(**switch)

    assert not host.listens("elevatekit_call_finished")
    assert row(host, "z_good_one").status == "disabled"
    assert host.select(AuthScheme, "token").name == "token"


def test_plugins_can_be_switched_off_by_the_environment(
    install: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("z-good-one", GOOD)
    monkeypatch.setenv("ELEVATEKIT_DISABLE_PLUGINS", "other, z_good_one")

    assert row(PluginHost(), "z_good_one").status == "disabled"


def test_plugins_given_in_code_replace_the_installed_ones(install: Any) -> None:
    install("z-good-one", GOOD)
    told: list[Any] = []

    class Mine(Hooks):
        @hookimpl
        def elevatekit_call_finished(self, event: Any) -> None:
            told.append(event)

    host = PluginHost([Mine()])
    host.notify("elevatekit_call_finished", Secret("an event"))  # type: ignore[arg-type]

    assert len(told) == 1
    assert row(host, "z_good_one").status == "disabled"
    assert not host.listens("elevatekit_after_attempt"), "what Hooks defines is not registered"


def test_the_order_is_by_band_and_then_by_name() -> None:
    order: list[str] = []

    def plugin(name: str, **mark: bool) -> Any:
        def elevatekit_call_finished(event: Any) -> None:
            order.append(name)

        return SimpleNamespace(
            __name__=name, elevatekit_call_finished=hookimpl(elevatekit_call_finished, **mark)
        )

    host = PluginHost(
        [plugin("b"), plugin("z", tryfirst=True), plugin("a", trylast=True), plugin("c")]
    )
    host.notify("elevatekit_call_finished", Secret("an event"))  # type: ignore[arg-type]

    assert order == ["z", "b", "c", "a"]


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(ConfigError, match=r"no retry policy 'standart'; did you mean standard\?"):
        PluginHost().select(RetryPolicySpec, "standart")


def test_a_name_of_a_failed_plugin_says_why_it_failed(install: Any) -> None:
    install("vault", "import no_such_module_anywhere")

    with pytest.raises(ConfigError, match=r"vault 1\.0.*is failed.*no_such_module_anywhere"):
        PluginHost().select(AuthScheme, "vault")


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


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"retry": 3}, "no setting 'retry'; did you mean retries"),
        ({"retries": "three"}, "setting retries: Expected `int`, got `str`"),
        ({"retries": -1}, "setting retries: Expected `int` >= 0"),
        ({"base": "$env:NO_SUCH_VARIABLE"}, "NO_SUCH_VARIABLE is not in the environment"),
        ({"base": "$file:/no/such/file"}, "/no/such/file cannot be read"),
    ],
)
def test_a_wrong_setting_names_plugin_and_key(values: dict[str, Any], says: str) -> None:
    host = PluginHost(settings={"standard": values})

    with pytest.raises(ConfigError, match=f"plugin standard: .*{says}"):
        host.build(host.select(RetryPolicySpec, "standard"))


def test_what_is_built_must_be_what_it_says() -> None:
    class Odd:
        @hookimpl
        def elevatekit_register_retry_policies(self) -> Any:
            return [RetryPolicySpec(name="odd", summary="s", build=lambda settings: object())]  # type: ignore[arg-type, return-value]

    host = PluginHost([Odd()])

    with pytest.raises(PluginError, match="built object where RetryPolicy is due"):
        host.build(host.select(RetryPolicySpec, "odd"))


def test_a_secret_of_the_wrong_type_is_named_and_not_shown() -> None:
    class Vault(Struct):
        token: Secret

    with pytest.raises(ConfigError, match="plugin vault: setting token: Expected `str`, got `int`"):
        convert("vault", Vault, {"token": 123456})


def test_a_secret_setting_shows_nowhere() -> None:
    secret = Secret("hunter2-hunter2")

    shown = f"{secret} {secret!r} {secret:>20} {[secret]}"

    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2-hunter2"


def test_a_descriptor_with_an_odd_name_is_refused() -> None:
    with pytest.raises(ValueError, match="must be lower-case letters"):
        RetryPolicySpec(name="My Policy", summary="s", build=lambda settings: None)  # type: ignore[arg-type, return-value]
