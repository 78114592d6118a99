"""Settings: where they come from, what is wrong with them, and that no secret shows."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from elevatekit_plugins import ConfigError, ExporterSpec, RetryPolicySpec, Secret
from elevatekit_plugins.cli.tracing import traced
from elevatekit_plugins.errors import ElevateKitError, PluginError
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.around import wrapping
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.settings import Settings, SettingsFile
from elevatekit_plugins.host.switches import PluginConfig


class Vault(Struct, frozen=True, kw_only=True):
    token: Secret
    url: str = "https://127.0.0.1"
    retries: Annotated[int, Meta(ge=0)] = 3
    tags: tuple[str, ...] = ()
    spare: Secret | None = None

    def __post_init__(self) -> None:
        if self.url == "nowhere":
            raise ValueError("url leads nowhere")


def file(path: str = "elevatekit.toml", **values: object) -> SettingsFile:
    return SettingsFile(path=path, plugins={"vault": values})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"tokn": "x"}, "setting 'tokn'; did you mean token? (from {source}; settings: token, url"),
        ({"token": "x", "retries": "three"}, "setting retries: Expected `int`, got `str` (from {"),
        ({"token": "x", "retries": "3"}, "setting retries: Expected `int`, got `str` (from {"),
        ({"token": "x", "retries": -1}, "setting retries: Expected `int` >= 0 (from {source})"),
        ({"token": "x", "tags": ["a", 1]}, "setting tags[1]: Expected `str`, got `int` (from {"),
        ({"token": 123456}, "setting token: Expected `str`, got `int` (from {source})"),
        ({}, "setting token is missing; set it in [plugins.vault] or ELEVATEKIT_VAULT__TOKEN"),
        ({"token": "x", "url": "nowhere"}, "settings: url leads nowhere"),
        (
            {"token": "x", "url": "$env:NO_SUCH"},
            "setting url: NO_SUCH is not set in the environment",
        ),
        ({"token": "x", "url": "$file:/no/such"}, "setting url: '/no/such' cannot be read"),
        (
            {"token": "x", "tags": ["$env:NO_SUCH"]},
            "setting tags: NO_SUCH is not set in the environ",
        ),
        (
            {"token": "x", "url": "$file:a\0b"},
            "setting url: 'a\\x00b' cannot be read: embed",
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("where", ["code", "file"])
def test_what_is_wrong_is_named_with_plugin_key_and_source(
    values: dict[str, Any], says: str, where: str
) -> None:
    source = "settings=" if where == "code" else "[plugins.vault] of elevatekit.toml"
    settings = Settings({"vault": values}) if where == "code" else Settings(None, [file(**values)])

    with pytest.raises(ConfigError) as caught:
        settings.of("vault", Vault)

    assert str(caught.value).startswith("plugin vault: ")
    assert says.replace("{source}", source).partition("{")[0] in str(caught.value)
    assert "123456" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("ELEVATEKIT_VAULT__TOKN", "x", "no setting 'tokn'; did you mean token?"),
        ("ELEVATEKIT_VAULT__RETRIES", "three", "setting retries: Expected `int`, got `str`"),
        (
            "ELEVATEKIT_VAULT__URL",
            "$env:NO_SUCH",
            "setting url: NO_SUCH is not set in the environment",
        ),
        ("ELEVATEKIT_VAULT__TAGS", "a,b", "got `str`; write a list or a table as JSON"),
        ("ELEVATEKIT_VAULT__TAGS", '["a", 1]', "setting tags[1]: Expected `str`, got `int`"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(ConfigError) as caught:
        Settings({"vault": {"token": "x"}}).of("vault", Vault)

    assert says in str(caught.value)
    assert f"(from {variable}" in str(caught.value)


def test_arguments_win_over_the_environment_and_that_over_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("URL", "RETRIES"):
        monkeypatch.setenv(f"ELEVATEKIT_VAULT__{name}", {"URL": "env", "RETRIES": "7"}[name])
    project = file(token="project", url="project", retries=1)
    own = file("config.toml", token="own", spare="own")

    converted = Settings({"vault": {"url": "code"}}, [project, own]).of("vault", Vault)

    made = converted.struct
    assert (made.url, made.retries, made.token.reveal()) == ("code", 7, "project")
    assert made.spare is None, "a table is of one file, whole"
    assert converted.sources == {
        "token": "[plugins.vault] of elevatekit.toml",
        "url": "settings=",
        "retries": "ELEVATEKIT_VAULT__RETRIES",
    }


def test_a_value_can_stand_in_the_environment_or_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "hunter2-hunter2")
    monkeypatch.setenv("VAULT_RETRIES", "5")
    (tmp_path / "url.txt").write_text("https://127.0.0.2\n")
    values = {
        "token": "$env:VAULT_TOKEN",
        "retries": "$env:VAULT_RETRIES",
        "url": f"$file:{tmp_path / 'url.txt'}",
        "tags": ["$env:VAULT_TOKEN"],
    }

    made = Settings({"vault": values}).of("vault", Vault).struct

    assert made.token.reveal() == "hunter2-hunter2"
    assert (made.retries, made.url) == (5, "https://127.0.0.2")
    assert made.tags == ("hunter2-hunter2",)


def test_a_variable_holds_lists_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELEVATEKIT_VAULT__TAGS", '["a", "b c"]')
    monkeypatch.setenv("ELEVATEKIT_VAULT__URL", "[1]")

    made = Settings({"vault": {"token": "x"}}).of("vault", Vault).struct

    assert (made.tags, made.url) == (("a", "b c"), "[1]")


def test_a_secret_that_is_empty_is_an_error_when_it_is_needed() -> None:
    made = Settings(None, [file(token="")]).of("vault", Vault).struct

    with pytest.raises(ConfigError, match=r"vault: setting token is empty \(from \[plugins.vault"):
        made.token.reveal()


def test_a_secret_that_is_not_there_is_an_error_when_it_is_needed() -> None:
    made = Settings(None, [file(token="$env:NO_SUCH")]).of("vault", Vault).struct

    assert "NO_SUCH" not in f"{made.token}"
    with pytest.raises(ConfigError) as caught:
        made.token.reveal()

    assert str(caught.value) == (
        "plugin vault: setting token: NO_SUCH is not set in the environment"
        " (from [plugins.vault] of elevatekit.toml)"
    )


def test_a_secret_setting_shows_nowhere() -> None:
    secret = Secret("hunter2-hunter2")

    shown = f"{secret} {secret!r} {secret:>20} {[secret]} {Vault(token=secret)}"

    assert "hunter2" not in shown
    assert secret.reveal() == "hunter2-hunter2"


def test_a_secret_is_known_wherever_it_stands_in_the_settings() -> None:
    class Many(Struct, frozen=True):
        tokens: tuple[Secret, ...] = ()
        by_name: dict[str, Secret] = {}
        missing: Secret | None = None

    values = {
        "tokens": ["hunter2-hunter2"],
        "by_name": {"spare": "hunter3-hunter3"},
        "missing": "$env:NO_SUCH",
    }

    made = Settings({"vault": values}).of("vault", Many)

    assert sorted(made.secrets()) == ["hunter2-hunter2", "hunter3-hunter3"]


@pytest.mark.parametrize("source", ["settings=", "[plugins] of elevatekit.toml", "variable"])
def test_settings_of_a_plugin_that_is_nowhere_are_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    discovery.forget()
    settings: dict[str, Any] = {"slcak": {"title": "x"}}
    arguments: dict[str, Any] = {}
    if source == "settings=":
        arguments["settings"] = settings
    elif source == "variable":
        source = "ELEVATEKIT_SLCAK__TITLE"
        monkeypatch.setenv(source, "x")
    else:
        files = (SettingsFile(path="elevatekit.toml", plugins=settings),)
        arguments["config"] = PluginConfig(settings=files)

    for _ in range(2):
        PluginHost(False, **arguments)

    assert caplog.messages == [
        f"{source} names 'slcak', but no plugin of that name is installed; did you mean slack?"
    ]


class Odd(Exception):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.inside = {"token": text}

    def __str__(self) -> str:
        return f"odd {self.inside}"


def chained(text: str) -> Exception:
    error = LookupError("the vault refuses")
    error.__cause__ = OSError(13, f"not for {text}", text)
    error.add_note(f"with {text}")
    return error


TELLS: dict[str, Callable[[str], BaseException]] = {
    "in its text": lambda text: ValueError(f"the vault refuses {text}"),
    "as repr writes it": lambda text: ValueError(f"the vault refuses {text!r}"),
    "in one line": lambda text: ValueError(f"the vault refuses {' '.join(text.split())}"),
    "as JSON": lambda text: ValueError(json.dumps({"the vault": text})),
    "as an argument": lambda text: KeyError("the vault", {"token": text}),
    "on purpose": lambda text: ConfigError(f"the vault refuses {text}"),
    "of the system": lambda text: OSError(2, f"no {text}", f"/{text}"),
    "in what it came from": chained,
    "where nobody can mask it": Odd,
    "in a group": lambda text: ExceptionGroup(f"with {text}", [ValueError(text)]),
}
SECRETS = {
    "plain": "hunter2-hunter2",
    "lines": "-----BEGIN KEY-----\nhunter2MIIEvQIBADANBgkq\n-----END KEY-----",
    "spaces": "correct  hunter2  battery",
    "quotes": "pa\\ss-hunter2'x\"y",
}


class Leaking:
    """An exporter, and an observer, that tells its secret in one place."""

    def __init__(self, tells: Callable[[str], BaseException], where: str) -> None:
        self.tells, self.where, self.secret = tells, where, ""

    def build(self, settings: Vault, *context: Any) -> Any:
        self.secret = settings.token.reveal()
        self._tell("build")
        return self

    def _tell(self, where: str) -> Any:
        if where == self.where:
            raise self.tells(self.secret)

    def open(self) -> None:
        self._tell("open")

    def write(self, batch: Any) -> None: ...
    def finish(self) -> Any: ...
    def abort(self) -> None:
        self._tell("abort")

    @hookimpl
    def elevatekit_register_exporters(self) -> Any:
        return [ExporterSpec(name="vault", summary="s", build=self.build, settings=Vault)]

    @hookimpl
    def elevatekit_quota_spent(self, event: Any) -> None:
        self._tell("hook")


@pytest.mark.parametrize("where", ["build", "open", "abort", "hook"])
@pytest.mark.parametrize("tells", TELLS.values(), ids=TELLS.keys())
def test_a_plugin_that_tells_its_secret_in_an_error_tells_it_nobody(
    tells: Callable[[str], BaseException],
    where: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, secret in SECRETS.items():
        caplog.clear()
        raised = ""
        with wrapping(traced):
            host = PluginHost([Leaking(tells, where)], settings={"vault": {"token": secret}})
            try:
                made = host.build(host.select(ExporterSpec, "vault"), None)
                host.notify("elevatekit_quota_spent", Vault(token=Secret("")))
                made.abort()
                made.open()
            except (ElevateKitError, OSError) as error:
                raised = "".join(traceback.format_exception(error))

        assert (raised != "") == (where in ("build", "open")), name
        assert raised or caplog.messages
        problems = [str(use.problem) for use in host.use()]
        shown = "".join([raised, caplog.text, *problems, *capsys.readouterr()])
        assert "hunter2" not in shown, name


def test_a_struct_of_settings_that_tells_a_secret_tells_it_nobody() -> None:
    class Refusing(Struct, frozen=True):
        token: Secret

        def __post_init__(self) -> None:
            raise LookupError(f"no vault takes {self.token.reveal()}")

    settings = Settings({"vault": {"token": SECRETS["plain"]}})

    with pytest.raises(ConfigError, match=r"vault: settings: no vault takes \*\*\*") as caught:
        settings.of("vault", Refusing)

    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


def test_a_secret_in_the_wrong_place_is_not_shown() -> None:
    class Moody(Struct, frozen=True):
        mode: Literal["slow", "fast"] = "slow"

    with pytest.raises(ConfigError) as caught:
        Settings({"vault": {"mode": "hunter2-hunter2"}}).of("vault", Moody)

    assert str(caught.value) == (
        "plugin vault: setting mode: Invalid enum value '***'; allowed: slow, fast (from settings=)"
    )


def test_settings_of_a_type_that_nobody_can_write_are_the_fault_of_the_plugin() -> None:
    class Odd(Struct):
        place: Path

    class Plugin:
        @hookimpl
        def elevatekit_register_retry_policies(self) -> Any:
            return [RetryPolicySpec(name="odd", summary="s", build=print, settings=Odd)]  # type: ignore[arg-type]

    host = PluginHost([Plugin()], settings={"odd": {"place": "x"}})

    with pytest.raises(PluginError, match=r"plugin Plugin failed in build.*cannot hold a "):
        host.build(host.select(RetryPolicySpec, "odd"))
