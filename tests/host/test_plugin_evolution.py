"""A plugin of version 1 keeps working, whatever else changes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from elevatekit import AsyncClient, Client
from elevatekit.operations import API
from elevatekit_plugins import CheckSpec, DriftFound, Finding
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.errors import ConnectError, StatusError
from elevatekit_plugins.host.contract import HOOKS
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

FILE = Path(__file__).parent / "frozen" / "plugin_of_version_1.py"
ID = "7f0d6b1e-0000-4000-8000-000000000000"
IN = """{"id": "kept", "turns": [{"role": "customer", "text": "Hello!"}]}
{"id": "dropped", "turns": [{"role": "customer", "text": "Hello!"}]}
no json at all
"""


@pytest.fixture
def host() -> PluginHost:
    host = PluginHost([FILE], settings={"old-auth": {"secret": "x"}})
    plugin(host).told.clear()
    plugin(host).exported.clear()
    return host


def plugin(host: PluginHost) -> Any:
    """The module itself: named twice, it is the same."""
    return next(p for p in host.plugins if p.candidate.origin == "local").candidate.load()


def test_nobody_edited_the_plugin() -> None:
    """Mend what broke it, or raise the version of the plugin API and freeze another one."""
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() == (
        "ceb5ccb54c8a2cdc096cfde94c5730ad473bb9e4977beaef0e396315fe2287ef"
    )


def test_it_implements_every_hook_that_there_was(host: PluginHost, rows: Any) -> None:
    row = rows(host, "plugin_of_version_1")

    assert (row.status, row.api_version, row.reason) == ("active", 1, None)
    assert set(row.hooks) <= set(HOOKS)
    assert len(row.hooks) == 17
    assert len(row.provides) == 6


async def test_it_signs_decides_wraps_and_is_told_under_both_clients(
    host: PluginHost, elevatekit_simulator: Any
) -> None:
    told = plugin(host).told
    given: Any = {"plugins": host, "auth": "old-auth", "retry": "old-policy"}
    here, nowhere = elevatekit_simulator.base_url, "http://127.0.0.1:9/v1"

    with Client(TOKEN, base_url=here, **given) as client, pytest.raises(StatusError):
        client.interactions.status(ID)
    with Client(TOKEN, base_url=nowhere, **given) as client, pytest.raises(ConnectError):
        client.interactions.status(ID)
    synchronous = {what: len(each) for what, each in told.items()}
    told.clear()
    async with AsyncClient(TOKEN, base_url=here, **given) as client:
        with pytest.raises(StatusError):
            await client.interactions.status(ID)
    async with AsyncClient(TOKEN, base_url=nowhere, **given) as client:
        with pytest.raises(ConnectError):
            await client.interactions.status(ID)

    assert synchronous == {what: len(each) for what, each in told.items()}
    assert synchronous == {
        "span": 2,
        "sign": 3,
        "before": 3,
        "after": 3,
        "delay": 2,
        "retry": 1,
        "finished": 2,
        "span ended": 2,
    }
    assert not [use for use in host.use() if use.failures]


def test_it_is_told_of_drift(host: PluginHost) -> None:
    finding = Finding(path="$.summary", expected="string", found="integer")

    host.notify(
        "elevatekit_drift_found", DriftFound(operation="it", status=200, findings=(finding,))
    )

    assert plugin(host).told["drift"] == [("it", 200, [("$.summary", "string", "integer")])]


def test_its_check_can_be_run(host: PluginHost) -> None:
    assert host.registered(CheckSpec)["old-check"].run().ok


def test_it_exports_what_was_pulled(
    host: PluginHost,
    elevatekit_simulator: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", elevatekit_simulator.base_url)
    monkeypatch.setenv("ELEVATEKIT_TOKEN", TOKEN)
    (tmp_path / "in.jsonl").write_text(IN)
    (tmp_path / "elevatekit.toml").write_text('[plugins.old-exporter]\nprefix = "- "\n')
    use = ["--plugin", str(FILE)]

    pull = ["pull", "--declare", "in.jsonl", "--ask", "Why?", "--poll", "0.01", "--into", "run.db"]
    pulled = main(API, [*pull, *use])
    to = ["--to", "old-alias:there", "--transform", "old-transform"]
    exported = main(API, ["export", "run.db", *to, *use])

    err = capsys.readouterr().err
    assert (pulled, exported) == (3, 0), err
    first, record, last = plugin(host).exported
    assert (first, last) == ("open there", "finish")
    assert record.startswith("- kept kept ")
    told = plugin(host).told
    assert {"quota", "reject", "why", "export", "batch", "left", "error"} <= set(told)
    assert told["left"] == [("run.db", "old-alias:there", "done", 1, ("there",))]
    assert "plugin_of_version_1 failed" not in err
