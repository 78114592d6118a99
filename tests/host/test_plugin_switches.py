"""Switches, order and pins: what is loaded, and that nothing else ever is."""

from __future__ import annotations

import py_compile
from importlib.util import cache_from_source
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import json

from elevatekit import Client
from elevatekit_plugins import AuthScheme, Hooks, Request, RetryScheduled, hookimpl
from elevatekit_plugins.errors import ConfigError, PluginError
from elevatekit_plugins.host.contract import UnfitPluginError
from elevatekit_plugins.host.discovery import installed
from elevatekit_plugins.host.listing import listing
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.pinned import pin
from elevatekit_plugins.host.switches import PluginConfig
from elevatekit_plugins.messages import Attempt

EVENT = RetryScheduled(operation="it", attempt=Attempt(number=1, sent=True, elapsed=0.1), elapsed=1)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ({"plugins": False}, {}),
        ({"plugins": []}, {}),
        ({"disable": ["z_good_one"]}, {}),
        ({"disable": ["all"]}, {}),
        ({"config": PluginConfig(only=("other",))}, {}),
        ({"config": PluginConfig(disable=("z_good_one",))}, {}),
        ({}, {"ELEVATEKIT_DISABLE_PLUGINS": "other, z_good_one"}),
        ({}, {"ELEVATEKIT_DISABLE_PLUGINS": "all"}),
        ({"plugins": ["z_good_one"]}, {"ELEVATEKIT_DISABLE_PLUGINS": "z_good_one"}),
        ({}, {"ELEVATEKIT_PLUGINS": "other"}),
        ({}, {"ELEVATEKIT_PLUGINS": ""}),
        ({"config": PluginConfig(only=("z_good_one",))}, {"ELEVATEKIT_PLUGINS": "other"}),
    ],
    ids=str,
)
def test_a_plugin_can_be_switched_off(
    install: Any,
    rows: Any,
    observer: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: dict[str, Any],
    environment: dict[str, str],
) -> None:
    install("z-good-one", f"{observer}\n        raise SystemExit('imported')")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    host = PluginHost(**arguments)

    assert not host.listens("elevatekit_call_finished")
    row = rows(host, "z_good_one")
    assert row.status == "disabled"
    assert "disabled" in row.reason
    assert host.select(AuthScheme, "token").name == "token", "what is built in stays"


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ({"plugins": True}, {}),
        ({"plugins": ["z_good_one"]}, {}),
        ({"plugins": ["all"]}, {}),
        (
            {"plugins": ["all", SimpleNamespace()]},
            {"ELEVATEKIT_DISABLE_PLUGINS": "SimpleNamespace"},
        ),
        ({}, {"ELEVATEKIT_PLUGINS": "other,z_good_one"}),
        ({"config": PluginConfig(only=("other",))}, {"ELEVATEKIT_PLUGINS": "z_good_one"}),
        ({"config": PluginConfig(only=("other",))}, {"ELEVATEKIT_PLUGINS": "all"}),
    ],
    ids=str,
)
def test_a_plugin_that_is_wanted_is_loaded(
    install: Any,
    observer: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: dict[str, Any],
    environment: dict[str, str],
) -> None:
    install("z-good-one", observer)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert PluginHost(**arguments).listens("elevatekit_call_finished")


def test_a_name_that_is_not_installed_is_an_error_with_the_nearest(
    install: Any, observer: str
) -> None:
    install("z-good-one", observer)

    with pytest.raises(ConfigError, match=r"'z_god_one', which is not installed; did you mean z_g"):
        PluginHost(["z_god_one"])


@pytest.mark.parametrize(
    ("arguments", "environment", "source"),
    [
        ({"disable": ["z_god_one"]}, {}, "disable="),
        ({}, {"ELEVATEKIT_DISABLE_PLUGINS": "z_god_one"}, "ELEVATEKIT_DISABLE_PLUGINS"),
        ({"config": PluginConfig(disable=("z_god_one",))}, {}, "disable_plugins"),
        ({}, {"ELEVATEKIT_PLUGINS": "z_god_one"}, "ELEVATEKIT_PLUGINS"),
        ({"config": PluginConfig(only=("z_god_one",))}, {}, "only_plugins"),
    ],
    ids=str,
)
def test_a_misspelt_name_is_told_once_with_its_source_and_the_nearest(
    install: Any,
    observer: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    arguments: dict[str, Any],
    environment: dict[str, str],
    source: str,
) -> None:
    """In silence, what somebody meant to switch off would run."""
    install("z-good-one", observer)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    for _ in range(3):
        PluginHost(**arguments)

    assert [record.getMessage() for record in caplog.records] == [
        f"{source} names 'z_god_one', but no plugin of that name is installed;"
        " did you mean z_good_one?"
    ]


def test_what_is_built_in_or_given_can_be_named_too(caplog: pytest.LogCaptureFixture) -> None:
    host = PluginHost(["all", SimpleNamespace()], disable=["csv", "SimpleNamespace", "all"])

    assert host.plugins
    assert caplog.records == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"plugins": "vault"}, "plugins= must be True, False or a list of plugins, not 'vault'"),
        ({"plugins": 1}, "plugins= must be True, False or a list of plugins, not 1"),
        ({"disable": "vault"}, "disable= must be a list of plugin names, not 'vault'"),
        ({"settings": {"vault": "hunter2"}}, "settings= must map names of plugins to mappings"),
        ({"pins": ["acme-vault"]}, "pins= must map names of distributions to pins, not ['acme-"),
        (
            {"pins": {"Acme_Vault": "sha256:1"}},
            "pins=: 'sha256:1' is not a pin of acme-vault; `eleva",
        ),
        (
            {"config": PluginConfig(pins={"a": "md5:1"})},
            "[pins]: 'md5:1' is not a pin of a; `elevat",
        ),
    ],
)
def test_an_argument_of_the_wrong_form_is_an_error(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PluginHost(**arguments)

    assert says in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_plugins_given_in_code_replace_the_installed_ones(
    install: Any, rows: Any, observer: str
) -> None:
    install("z-good-one", observer)
    told: list[Any] = []

    class Mine(Hooks):
        @hookimpl
        def elevatekit_retry_scheduled(self, event: RetryScheduled) -> None:
            told.append(event)

    host = PluginHost([Mine()])
    host.notify("elevatekit_retry_scheduled", EVENT)

    assert told == [EVENT]
    assert rows(host, "z_good_one").status == "disabled"
    assert not host.listens("elevatekit_after_attempt"), "what Hooks defines is not registered"


class Numbered(SimpleNamespace):
    __name__ = 5


class Proxy:
    @property
    def __name__(self) -> str:
        raise LookupError("nothing is bound")


@pytest.mark.parametrize(
    "odd", [Numbered(), Proxy(), Path("no\udcffne.py")], ids=["number", "proxy", "bytes"]
)
def test_an_object_without_a_name_that_can_be_told_is_named_all_the_same(
    odd: object, rows: Any
) -> None:
    with pytest.raises(PluginError, match=r"plugin (Numbered|Proxy|no\\udcffne) \("):
        PluginHost([odd])


def test_two_objects_of_one_class_are_two_plugins(rows: Any) -> None:
    class Mine:
        @hookimpl
        def elevatekit_retry_scheduled(self, event: RetryScheduled) -> None: ...

    host = PluginHost([Mine(), Mine()])

    assert rows(host, "Mine").status == rows(host, "Mine#2").status == "active"


def test_a_file_is_a_plugin_when_it_is_named_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    source = "from elevatekit_plugins import hookimpl\n@hookimpl\n"
    source += "def elevatekit_retry_scheduled(event): ...\n"
    (tmp_path / "mine.py").write_text(source)
    (tmp_path / "other.py").write_text("raise SystemExit('nobody named this')")

    (tmp_path / "\udcff.py").write_text(source)

    host = PluginHost([Path("mine.py"), Path("\udcff.py")])

    assert rows(host, "mine").status == rows(host, r"\udcff").status == "active"
    assert json.encode(listing(host))
    assert rows(host, "mine").distribution == "file mine.py"
    assert rows.all(host, "other") == []
    with pytest.raises(PluginError, match=r"FileNotFoundError: .*missing.py.*; fix the file"):
        PluginHost([Path("missing.py")])


def test_a_client_takes_a_host_that_was_made_before() -> None:
    host = PluginHost(False)

    with Client("token-1", plugins=host) as client:
        assert client.host is host
    with pytest.raises(ConfigError, match="plugins= is already a host"):
        Client("token-1", plugins=host, disable=["all"])
    with pytest.raises(ConfigError, match="plugins= is already a host"):
        Client("token-1", plugins=host, pins={"acme-vault": "sha256:" + 64 * "0"})


# --- order ----------------------------------------------------------------------------------------


def listener(name: str, calls: list[str], **mark: bool) -> Any:
    def elevatekit_retry_scheduled(event: Any) -> None:
        calls.append(name)

    def elevatekit_prepare_request(request: Request) -> Request:
        calls.append(name)
        return request.with_header("X-By", name)

    return SimpleNamespace(
        __name__=name,
        elevatekit_retry_scheduled=hookimpl(elevatekit_retry_scheduled, **mark),
        elevatekit_prepare_request=hookimpl(elevatekit_prepare_request, **mark),
    )


def test_the_order_is_by_band_and_then_by_name() -> None:
    calls: list[str] = []
    first, last = {"tryfirst": True}, {"trylast": True}
    given = [("b", {}), ("z", first), ("a", last), ("c", {}), ("y", first)]

    host = PluginHost([listener(name, calls, **mark) for name, mark in given])
    host.notify("elevatekit_retry_scheduled", EVENT)

    assert calls == ["y", "z", "b", "c", "a"]


def test_the_order_of_a_pipe_is_the_one_of_the_user() -> None:
    calls: list[str] = []
    request = Request(operation="it", method="GET", url="http://127.0.0.1/")

    host = PluginHost([listener("c", calls), listener("a", calls), listener("b", calls)])
    prepared = host.pipe("elevatekit_prepare_request", request)

    assert calls == ["c", "a", "b"]
    assert prepared.headers == (("X-By", "b"),)


def test_the_allow_list_orders_pipes_too(install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        install(
            f"{name}-plugin",
            f"""
            from elevatekit_plugins import hookimpl
            @hookimpl
            def elevatekit_prepare_request(request):
                return request.with_header("X-By", f"{{dict(request.headers)['X-By']}} {name}")
            """,
        )
    monkeypatch.setenv("ELEVATEKIT_PLUGINS", "c_plugin, a_plugin, b_plugin")
    request = Request(operation="it", method="GET", url="http://x/", headers=(("X-By", ""),))

    prepared = PluginHost().pipe("elevatekit_prepare_request", request)

    assert prepared.headers == (("X-By", " c a b"),)


# --- pins -----------------------------------------------------------------------------------------


def pin_of(distribution: str) -> str:
    (metadata,) = [c.metadata for c in installed() if c.distribution == distribution]
    assert metadata is not None
    return pin(metadata)


def test_a_pin_that_matches_lets_the_plugin_in(install: Any, rows: Any, observer: str) -> None:
    install("acme-vault", observer)
    pins = {"Acme_Vault": pin_of("acme-vault")}

    assert rows(PluginHost(pins=pins), "acme_vault").status == "active"


@pytest.mark.parametrize("source", ["argument", "environment", "file"])
def test_a_file_that_changed_since_it_was_pinned_is_not_imported(
    install: Any, rows: Any, observer: str, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    path = install("acme-vault", observer)
    right, other = {"Acme.Vault": pin_of("acme-vault")}, {"acme-vault": "sha256:" + 64 * "0"}
    path.write_text("raise SystemExit('imported')")

    # What comes first counts: argument, environment, file.
    arguments: dict[str, Any] = {"config": PluginConfig(pins=other)}
    if source == "file":
        arguments = {"config": PluginConfig(pins=right)}
    elif source == "environment":
        monkeypatch.setenv("ELEVATEKIT_PLUGIN_PINS", "acme-vault = " + right["Acme.Vault"])
    else:
        monkeypatch.setenv("ELEVATEKIT_PLUGIN_PINS", "acme-vault=" + other["acme-vault"])
        arguments["pins"] = right
    row = rows(PluginHost(**arguments), "acme_vault")

    assert row.status == "failed"
    assert "its files have changed since they were pinned (sha256:" in row.reason
    assert f"the pin is {right['Acme.Vault']});" in row.reason
    assert "pin acme-vault again" in row.reason


def test_a_pin_of_nothing_that_is_installed_is_told(
    install: Any, observer: str, caplog: pytest.LogCaptureFixture
) -> None:
    install("acme-vault", observer)

    PluginHost(pins={"acme-valt": "sha256:" + 64 * "0"})

    assert caplog.messages == [
        "pins= names 'acme-valt', but no distribution with a plugin of that name is installed;"
        " did you mean acme-vault?"
    ]


def test_a_pin_does_not_depend_on_where_and_by_whom_it_was_installed(
    install: Any, observer: str
) -> None:
    path = install("acme-vault", observer)
    before = pin_of("acme-vault")
    info = path.parent / "acme_vault-1.0.dist-info"
    (info / "INSTALLER").write_text("uv\n")
    with (info / "RECORD").open("a") as record:
        record.write("__pycache__/acme_vault.cpython-311.pyc,,\n../../bin/acme,,\n")

    assert pin_of("acme-vault") == before


def test_a_module_from_elsewhere_is_not_covered_by_a_pin(
    install: Any, rows: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, observer: str
) -> None:
    install("acme-vault", observer)
    pins = {"acme-vault": pin_of("acme-vault")}
    (tmp_path / "front").mkdir()
    (tmp_path / "front" / "acme_vault.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(tmp_path / "front"))

    row = rows(PluginHost(pins=pins), "acme_vault")

    assert row.status == "failed"
    assert "which the pin does not cover; install it from a wheel" in row.reason


def test_bytecode_that_is_not_of_the_source_does_not_run(
    install: Any, rows: Any, observer: str, tmp_path: Path
) -> None:
    path = install("acme-vault", observer)
    pins = {"acme-vault": pin_of("acme-vault")}
    (tmp_path / "other.py").write_text("raise SystemExit('tampered')")
    py_compile.compile(
        str(tmp_path / "other.py"),
        cache_from_source(str(path)),
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )

    row = rows(PluginHost(pins=pins), "acme_vault")

    assert (row.status, row.reason) == ("active", None)


def test_a_folder_beside_a_module_that_was_pinned_does_not_take_its_place(
    install: Any, rows: Any, observer: str
) -> None:
    path = install("acme-vault", observer)
    pins = {"acme-vault": pin_of("acme-vault")}
    (path.parent / "acme_vault").mkdir()
    (path.parent / "acme_vault" / "__init__.py").write_text("raise SystemExit('tampered')")

    row = rows(PluginHost(pins=pins), "acme_vault")

    assert row.status == "failed"
    assert "acme_vault/__init__.py, which the pin does not cover" in row.reason


def test_a_module_that_is_imported_later_has_to_be_the_one_that_was_pinned(
    install: Any, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
        from elevatekit_plugins import hookimpl
        @hookimpl
        def elevatekit_retry_scheduled(event):
            import acme_later
    """
    path = install("acme-vault", source)
    later = path.parent / "acme_later.py"
    later.write_text("")
    with (path.parent / "acme_vault-1.0.dist-info" / "RECORD").open("a") as record:
        record.write("acme_later.py,,\n")
    host = PluginHost(pins={"acme-vault": pin_of("acme-vault")})
    later.write_text("raise SystemExit('tampered')")

    host.notify("elevatekit_retry_scheduled", EVENT)

    (use,) = host.use()
    assert "module acme_later comes from" in str(use.problem)


@pytest.mark.parametrize("record", [b"\xff\xfe,,\n", b"a\0b,,\n", b"a,,,,\n", b",,\n"], ids=repr)
def test_a_record_that_is_damaged_stops_nobody(
    install: Any, rows: Any, observer: str, record: bytes
) -> None:
    path = install("acme-vault", observer)
    install("z-good-one", observer)
    (path.parent / "acme_vault-1.0.dist-info" / "RECORD").write_bytes(record)

    host = PluginHost(pins={"acme-vault": "sha256:" + 64 * "0"})

    assert rows(host, "acme_vault").status == "failed"
    assert rows(host, "z_good_one").status == "active"


def test_what_no_installer_recorded_cannot_be_pinned(install: Any, observer: str) -> None:
    path = install("acme-vault", observer)
    (path.parent / "acme_vault-1.0.dist-info" / "RECORD").unlink()

    with pytest.raises(UnfitPluginError, match="recorded no files; install it with pip or uv"):
        pin_of("acme-vault")
