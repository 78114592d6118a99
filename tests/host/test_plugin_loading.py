"""Loading: what is broken is listed with reason and remedy, and everything else works."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins import AuthScheme, ExporterSpec, RetryPolicySpec
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.errors import ConfigError, PluginError
from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.manager import PluginHost


def hook(text: str) -> str:
    return f"from elevatekit_plugins import hookimpl\n@hookimpl\n{text}\n"


BROKEN = {
    "an import error": (
        "import no_such_module_anywhere",
        r"it cannot be imported: ModuleNotFoundError: No module named 'no_such_module_anywhere';"
        r" install the package that provides no_such_module_anywhere, or upgrade or"
        r" uninstall a-broken-one",
    ),
    "a syntax error": (
        "def broken(:",
        r"SyntaxError: .*line 1\); upgrade or uninstall a-broken-one",
    ),
    "something raised at import": (
        "raise RuntimeError('too\\n\\nearly')",
        r"RuntimeError: too early; upgrade or uninstall a-broken-one",
    ),
    "a text that nobody would read": (
        "raise RuntimeError('x' * 5_000_000)",
        r"^it cannot be imported: RuntimeError: x{1000}… \(5,000,000 characters\); upgrade",
    ),
    "a call of sys.exit": ("import sys; sys.exit(7)", r"SystemExit: 7; upgrade or uninstall"),
    "no hook at all": ("x = 1", r"it implements no hook; mark functions with @hookimpl"),
    "a misspelt hook": (
        hook("def elevatekit_call_finnished(event): ..."),
        r"implements the unknown hook elevatekit_call_finnished; did you mean elevatekit_call_fini",
    ),
    "an async hook": (
        hook("async def elevatekit_call_finished(event): ..."),
        r"elevatekit_call_finished is async; make it a plain function",
    ),
    "an async generator": (
        hook("async def elevatekit_register_checks(): yield 1"),
        r"elevatekit_register_checks is async; make it a plain function",
    ),
    "a generator that is no registration": (
        hook("def elevatekit_call_finished(event): yield"),
        r"elevatekit_call_finished is a generator, which would never run; do not yield",
    ),
    "a hook without its mark beside one that has it": (
        "def elevatekit_drift_found(event): ...\n"
        + hook("def elevatekit_call_finished(event): ..."),
        r"its elevatekit_drift_found is not a function marked with @hookimpl; mark it, or",
    ),
    "a mark on what is no function": (
        "import functools\n"
        + hook("def elevatekit_call_finished(event): ...")
        + "elevatekit_drift_found = hookimpl(functools.partial(elevatekit_call_finished))",
        r"its elevatekit_drift_found is not a function marked with @hookimpl",
    ),
    "an argument that is none": (
        hook("def elevatekit_call_finished(call): ..."),
        r"hook impl: elevatekit_call_finished.*call|Argument\(s\) \{'call'\}",
    ),
    "an argument left out": (
        hook("def elevatekit_call_finished(): ..."),
        r"must take exactly \(event\), with no defaults",
    ),
    "a default": (
        hook("def elevatekit_call_finished(event=None): ..."),
        r"must take exactly \(event\), with no defaults",
    ),
    "a keyword-only argument": (
        hook("def elevatekit_call_finished(*, event): ..."),
        r"must take exactly \(event\), with no defaults",
    ),
    "a wrapper": (
        "from elevatekit_plugins import hookimpl\n@hookimpl(wrapper=True)\n"
        "def elevatekit_call_finished(event):\n    return (yield)\n",
        r"is a wrapper; register a span to wrap calls",
    ),
    "a newer plugin API": (
        "ELEVATEKIT_PLUGIN_API = 99\n" + hook("def elevatekit_call_finished(event): ..."),
        r"written for version 99 of the plugin API, this is 1; upgrade elevatekit",
    ),
    "a plugin API that is no version": (
        "ELEVATEKIT_PLUGIN_API = 'one'\n" + hook("def elevatekit_call_finished(event): ..."),
        r"its ELEVATEKIT_PLUGIN_API is 'one', not a version; write 1",
    ),
    "an attribute that raises when it is looked at": (
        "def __getattr__(name): raise OSError('not now')",
        r"OSError: not now; upgrade or uninstall a-broken-one",
    ),
    "a registration that raises": (
        hook("def elevatekit_register_exporters(): raise OSError('no disk')"),
        r"elevatekit_register_exporters failed: OSError: no disk; upgrade or uninstall",
    ),
    "a registration that raises halfway": (
        hook("def elevatekit_register_exporters():\n    yield\n    raise OSError('no disk')"),
        r"elevatekit_register_exporters failed: OSError: no disk",
    ),
    "a registration that returns nothing": (
        hook("def elevatekit_register_exporters(): ..."),
        r"elevatekit_register_exporters failed: TypeError: it returned NoneType, not a list",
    ),
    "a descriptor of the wrong kind": (
        hook("def elevatekit_register_exporters(): return ['csv']"),
        r"returned str, not ExporterSpec \(exporter\)",
    ),
    "a descriptor with an odd name": (
        "from elevatekit_plugins import ExporterSpec\n"
        + hook(
            "def elevatekit_register_exporters():"
            " return [ExporterSpec(name='My Lake', summary='s', build=print)]"
        ),
        r"name 'My Lake' must be lower-case letters",
    ),
    "aliases that are a text": (
        "from elevatekit_plugins import ExporterSpec\n"
        + hook(
            "def elevatekit_register_exporters():"
            " return [ExporterSpec(name='lake', summary='s', build=print, aliases='pond')]"
        ),
        r"exporter lake: aliases must be a tuple of names, not 'pond'",
    ),
    "an odd alias": (
        "from elevatekit_plugins import ExporterSpec\n"
        + hook(
            "def elevatekit_register_exporters():"
            " return [ExporterSpec(name='lake', summary='s', build=print, aliases=('a:b',))]"
        ),
        r"name 'a:b' must be lower-case letters",
    ),
    "a mode that is none": (
        "from elevatekit_plugins import ExporterSpec\n"
        + hook(
            "def elevatekit_register_exporters():"
            " return [ExporterSpec(name='lake', summary='s', build=print, mode='stream')]"
        ),
        r"exporter lake: mode 'stream' is not one of render and append",
    ),
    "settings that are no struct": (
        "from elevatekit_plugins import ExporterSpec\n"
        + hook(
            "def elevatekit_register_exporters():"
            " return [ExporterSpec(name='lake', summary='s', build=print, settings=dict)]"
        ),
        r"the settings of 'lake' are <class 'dict'>; declare a msgspec.Struct",
    ),
    "one name twice": (
        "from elevatekit_plugins import ExporterSpec\n"
        + hook(
            "def elevatekit_register_exporters():"
            " return [ExporterSpec(name='lake', summary='s', build=print)] * 2"
        ),
        r"it provides the exporter 'lake' twice; rename one",
    ),
}
POINTS = {
    "an attribute that is not there": (
        "bad = a_broken_one:plugin",
        r"AttributeError: .*plugin.*; upgrade or uninstall",
    ),
    "an object that is no plugin": (
        "bad = a_broken_one:number",
        r"it is 'int' and implements no hook; .* point the entry point to the module or class",
    ),
    "a function": ("bad = a_broken_one:function", r"it is 'function' and implements no hook"),
    "a class that wants arguments": (
        "bad = a_broken_one:Wanting",
        r"TypeError: .*missing 1 required.*; upgrade or uninstall",
    ),
    "an extra that is not installed": (
        "bad = a_broken_one_that_is_not_there [fast, big]",
        r'run pip install "a-broken-one\[(big,fast|fast,big)\]"',
    ),
    "a value that names nothing": (
        "bad = ???",
        r"ValueError: its entry point is '\?\?\?', which is not a module; upgrade or uninstall",
    ),
    "no value": ("bad =", r"its entry point is '', which is not a module"),
}
OBJECTS = "number = 1\ndef function(): ...\nclass Wanting:\n    def __init__(self, it): ...\n"


@pytest.mark.parametrize(("source", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_plugin_is_listed_with_a_remedy_and_the_others_work(
    install: Any, rows: Any, observer: str, caplog: Any, source: str, reason: str
) -> None:
    install("a-broken-one", source)
    install("z-good-one", observer)

    host = PluginHost()

    broken = rows(host, "a_broken_one")
    assert broken.status == "failed"
    assert re.search(reason, broken.reason), broken.reason
    assert "\n" not in broken.reason
    assert rows(host, "z_good_one").status == "active"
    assert host.listens("elevatekit_call_finished")
    told = [r.getMessage() for r in caplog.records]
    assert [m.startswith("plugin a_broken_one (a-broken-one 1.0) is not used") for m in told] == [
        True
    ]


def test_the_command_works_beside_all_of_them(
    install: Any, observer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, (source, _) in enumerate(BROKEN.values()):
        install(f"a-broken-one-{number}", source)
    for number, (point, _) in enumerate(POINTS.values()):
        point = point.replace("bad", f"bad-{number}").replace("a_broken_one", f"point_{number}")
        install(f"point-{number}", OBJECTS, points=f"[elevatekit]\n{point}\n")
    install("z-good-one", observer)

    codes = [main(API, ["plugins", *words]) for words in (["list", "--json"], ["list"], ["pin"])]

    out = capsys.readouterr().out
    listed = {row["name"]: row for row in json.loads(out[: out.index("\nNAME")])}
    assert codes == [0, 0, 0]
    assert listed["z_good_one"]["status"] == listed["csv"]["status"] == "active"
    failed = [row for row in listed.values() if row["status"] == "failed"]
    assert len(failed) == len(BROKEN) + len(POINTS)
    assert all(row["reason"] for row in failed)


@pytest.mark.parametrize(("point", "reason"), POINTS.values(), ids=POINTS.keys())
def test_an_entry_point_that_leads_to_no_plugin_says_so(
    install: Any, rows: Any, point: str, reason: str
) -> None:
    install("a-broken-one", OBJECTS, points=f"[elevatekit]\n{point}\n")

    row = rows(PluginHost(), "bad")

    assert row.status == "failed"
    assert re.search(reason, row.reason), row.reason


def test_entry_points_that_cannot_be_read_stop_nobody(
    install: Any, rows: Any, observer: str
) -> None:
    install("a-broken-one", "", points="[elevatekit]\nno equals sign\n")
    install("z-good-one", observer)
    (install.folder / "other-1.0.dist-info").mkdir()
    (install.folder / "other-1.0.dist-info" / "entry_points.txt").write_bytes(b"\xff[elevatekit]")

    host = PluginHost()

    for name in ("a-broken-one", "unknown"):
        assert "its entry_points.txt is damaged; upgrade" in rows(host, name).reason
    assert rows(host, "z_good_one").status == "active"


def test_metadata_in_another_encoding_or_of_an_old_form_names_the_distribution(
    install: Any, rows: Any, observer: str
) -> None:
    for name in ("first", "second", "third"):
        install(name, observer)
        info = install.folder / f"{name}-1.0.dist-info"
        text = (info / "METADATA").read_text() + "Author: René\n"
        (info / "METADATA").write_bytes(text.encode("latin-1"))
        if name != "first":
            (info / "METADATA").rename(info / "PKG-INFO")
            info.rename(install.folder / f"{name}.egg-info")
    discovery.forget()

    host = PluginHost()

    for name in ("first", "second", "third"):
        row = rows(host, name)
        assert (row.distribution, row.version, row.status) == (name, "1.0", "active")


def test_one_line_warns_of_a_broken_plugin_however_many_clients_there_are(
    install: Any, caplog: Any
) -> None:
    install("a-broken-one", "raise RuntimeError")

    for _ in range(3):
        PluginHost()

    assert len(caplog.records) == 1


@pytest.mark.parametrize("word", ["1", "true", "Yes", "ON"])
def test_strict_mode_raises_for_a_broken_plugin(
    install: Any, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    install("a-broken-one", "raise RuntimeError('early')")
    monkeypatch.setenv("ELEVATEKIT_PLUGINS_STRICT", word)

    with pytest.raises(PluginError, match=r"a-broken-one 1\.0\): .*RuntimeError: early") as caught:
        PluginHost()

    assert caught.value.plugin == "a_broken_one"
    assert PluginHost(strict=False).plugins, "the list of plugins works all the same"


@pytest.mark.parametrize("word", ["", "0", "false", "No", "off"])
def test_strict_mode_is_off_where_the_environment_says_so(
    install: Any, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    install("a-broken-one", "raise RuntimeError('early')")
    monkeypatch.setenv("ELEVATEKIT_PLUGINS_STRICT", word)

    assert PluginHost().plugins


def test_a_strict_mode_that_is_neither_on_nor_off_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ELEVATEKIT_PLUGINS_STRICT", "maybe")

    with pytest.raises(ConfigError, match="ELEVATEKIT_PLUGINS_STRICT is 'maybe'; set it to 1"):
        PluginHost()


@pytest.mark.parametrize("how", ["name", "object", "file"])
def test_a_plugin_that_was_named_and_is_broken_is_an_error(
    install: Any, tmp_path: Path, how: str
) -> None:
    install("a-broken-one", "x = 1")
    (tmp_path / "mine.py").write_text("x = 1")
    named = {"name": "a_broken_one", "object": object(), "file": tmp_path / "mine.py"}[how]

    with pytest.raises(PluginError, match="implements no hook"):
        PluginHost([named])


def test_interrupting_an_import_interrupts_the_program(install: Any) -> None:
    install("a-slow-one", "raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        PluginHost()


def test_the_built_in_plugins_come_through_entry_points() -> None:
    from elevatekit_plugins.host.listing import listing

    found = {r.name: r for r in listing(PluginHost())}

    assert {"csv", "jsonl", "standard", "token"} <= found.keys()
    assert all(r.distribution == "elevatekit" and r.status == "active" for r in found.values())
    assert found["token"].provides == ("auth scheme token",)
    assert found["token"].api_version == 1
    assert found["token"].load_ms > 0


def test_a_client_loads_no_built_in_plugin_that_it_does_not_use() -> None:
    host = PluginHost()
    host.select(AuthScheme, "token")

    assert [p.name for p in host.plugins if p.status == "active"] == ["token"]


def test_the_distributions_are_scanned_once_a_process(
    install: Any, observer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("z-good-one", observer)
    scans: list[int] = []
    real = discovery.distributions
    monkeypatch.setattr(discovery, "distributions", lambda: (scans.append(1), real())[1])

    for _ in range(3):
        PluginHost().registered(ExporterSpec)
        discovery.installed("elevatekit.commands")

    assert len(scans) == 1


# --- collisions -----------------------------------------------------------------------------------


def lake(name: str = "lake", **more: str) -> str:
    aliases = more.get("aliases", "()")
    return f"""
        from elevatekit_plugins import ExporterSpec, hookimpl
        @hookimpl
        def elevatekit_register_exporters():
            return [
                ExporterSpec(name="{name}", summary="s", build=lambda s, c: None, aliases={aliases})
            ]
    """


def test_plugins_of_one_name_are_all_refused_and_named(
    install: Any, rows: Any, observer: str
) -> None:
    install("first-dist", observer, name="same")
    install("second-dist", observer, name="same", version="2.0")
    install("z-good-one", observer)

    host = PluginHost()

    both = rows.all(host, "same")
    assert [row.status for row in both] == ["failed", "failed"]
    for row in both:
        assert "same (first-dist 1.0) and same (second-dist 2.0) have the same name" in row.reason
        assert row.reason.endswith("uninstall all but one")
    assert rows(host, "z_good_one").status == "active"


@pytest.mark.parametrize("third", [False, True], ids=["two", "three"])
@pytest.mark.parametrize(
    "other", [lake(), lake("pond", aliases="('lake',)")], ids=["name", "alias"]
)
def test_exporters_of_one_name_are_all_refused_and_named(
    install: Any, rows: Any, other: str, third: bool
) -> None:
    install("first-dist", lake())
    install("second-dist", other)
    if third:
        install("third-dist", lake())

    host = PluginHost()

    with pytest.raises(ConfigError, match="unknown exporter 'lake'"):
        host.select(ExporterSpec, "lake")
    named = ["first_dist", "second_dist", *(["third_dist"] if third else [])]
    assert {rows(host, name).status for name in named} == {"failed"}
    assert (
        "first_dist (first-dist 1.0) and second_dist (second-dist 1.0) provide the same exporter"
        " 'lake': none of them is used; uninstall all but one" in rows(host, "first_dist").reason
    )


def test_several_entry_points_of_one_module_are_one_plugin(
    install: Any, rows: Any, observer: str
) -> None:
    points = "".join(f"{name} = same_dist\n" for name in "abc")
    install("same-dist", observer, points=f"[elevatekit]\n{points}")

    host = PluginHost()

    assert rows(host, "a").status == "active"
    for name in "bc":
        assert rows(host, name).reason == "it is the same object as the plugin a; give it once"


@pytest.mark.parametrize("other", [lake("csv"), lake("pond", aliases="('csv',)")])
def test_nobody_takes_the_place_of_what_is_built_in(install: Any, rows: Any, other: str) -> None:
    """Else the installation of a package could change what a command does, or stop it."""
    install("a-first", other)
    install("b-second", lake("pond"), name="jsonl")

    host = PluginHost()

    assert host.select(ExporterSpec, "csv").target == "DIR/"
    assert "the built-in one is used; rename" in rows(host, "a_first").reason
    built_in, other = sorted(rows.all(host, "jsonl"), key=lambda row: row.status)
    assert (built_in.distribution, built_in.status) == ("elevatekit", "active")
    assert (other.distribution, other.status) == ("b-second", "failed")


def test_an_alias_selects_the_exporter(install: Any) -> None:
    install("first-dist", lake("pond", aliases="('puddle',)"))

    assert PluginHost().select(ExporterSpec, "puddle").name == "pond"


# --- selection ------------------------------------------------------------------------------------


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(
        ConfigError, match=r"unknown retry policy 'standart'; did you mean standard\?"
    ):
        PluginHost().select(RetryPolicySpec, "standart")


def test_a_name_of_a_failed_plugin_says_why_it_failed(install: Any) -> None:
    install("vault", "import no_such_module_anywhere")

    with pytest.raises(ConfigError, match=r"vault 1\.0.*is failed.*no_such_module_anywhere"):
        PluginHost().select(AuthScheme, "vault")
