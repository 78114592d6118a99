"""Three distributions of other people, built and installed: they have the public names and no
more, and work under both clients and on the command line."""

from __future__ import annotations

import ast
import hashlib
import hmac
import importlib
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins import Attempt
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.errors import AuthError
from elevatekit_plugins.hooks.descriptors import RetryPolicySpec
from elevatekit_plugins.host import discovery
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.testing.accounts import ACCOUNT

SOURCES = sorted((Path(__file__).parent / "distributions").iterdir())
NAMES = ["acme-office-hours", "acme-vault", "acme-webhook"]
SECRET = "sesame-open-wide"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pip has installed them."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-index", "--no-build-isolation", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, *options, *map(str, SOURCES)], check=True)
    return folder


@pytest.fixture
def installed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """They are installed for the length of a test."""
    monkeypatch.syspath_prepend(str(site))
    discovery.forget()
    yield site
    for name in NAMES:
        sys.modules.pop(name.replace("-", "_"), None)
    discovery.forget()


@pytest.fixture
def folder(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elevatekit_simulator: Any
) -> Path:
    """A working directory, and a home without configuration."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("ELEVATEKIT_TOKEN", ACCOUNT)
    monkeypatch.setenv("ELEVATEKIT_BASE_URL", elevatekit_simulator.base_url)
    return tmp_path


def turns(*keys: str) -> str:
    return "".join(
        json.dumps({"id": key, "turns": [{"role": "customer", "text": "Hi!"}]}) + "\n"
        for key in keys
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_they_import_public_names_alone(source: Path) -> None:
    public = importlib.import_module("elevatekit_plugins")
    (module,) = source.glob("*.py")
    found = set[str]()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert not [a for a in node.names if a.name.startswith("elevatekit")]
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("elevatekit"):
            assert node.module == "elevatekit_plugins"
            found |= {alias.name for alias in node.names}

    assert found <= set(dir(public))
    assert "hookimpl" in found


def test_they_are_listed_as_what_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [path.name for path in SOURCES] == NAMES
    assert main(API, ["plugins", "list", "--json"]) == 0

    rows = {row["distribution"]: row for row in json.loads(capsys.readouterr().out)}
    assert [(rows[name]["status"], rows[name]["version"]) for name in NAMES] == [
        ("active", "1.0")
    ] * 3


class TestAVault:
    """Its tokens are good for thirty requests."""

    def settings(self, gateway: Any, **more: Any) -> dict[str, Any]:
        vault = {"url": gateway.origin, "role_id": "reader", "secret_id": SECRET, **more}
        return {"auth": "vault", "plugins": True, "settings": {"vault": vault}}

    @pytest.mark.usefixtures("installed")
    def test_each_token_is_used_up_and_no_call_notices(self, gateway: Any, caller: Any) -> None:
        gateway.uses = 30

        statuses = caller.read(*[10] * 12, **self.settings(gateway))

        assert statuses == [200] * 120
        assert (gateway.logins, gateway.passed) == (4, 120)

    @pytest.mark.usefixtures("installed")
    def test_a_login_that_is_refused_is_told_by_its_plugin(self, gateway: Any, caller: Any) -> None:
        [error] = caller.read(1, **self.settings(gateway, secret_id="wrong-and-secret"))

        assert type(error) is AuthError
        assert "the vault refused role reader with status 400" in str(error)
        assert "wrong-and-secret" not in str(error)

    def test_a_pull_signs_with_it_when_the_user_s_own_file_says_so(
        self,
        gateway: Any,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        gateway.uses = 30
        own = folder / "home" / ".config" / "elevatekit" / "config.toml"
        own.parent.mkdir(parents=True)
        own.write_text(
            f'auth = "vault"\nbase_url = "{gateway.base_url}"\n[plugins.vault]\n'
            f'url = "{gateway.origin}"\nrole_id = "reader"\nsecret_id = "$env:VAULT_SECRET"\n'
        )
        monkeypatch.setenv("VAULT_SECRET", SECRET)
        monkeypatch.delenv("ELEVATEKIT_BASE_URL")
        (folder / "calls.jsonl").write_text(turns(*"abcdefgh"))
        pull = ["pull", "--declare", "calls.jsonl", "--poll", "0.05", "--into", "run.db"]

        assert main(API, pull) == 0, capsys.readouterr().err

        assert gateway.passed > 60
        assert gateway.logins == -(-gateway.passed // 30)

    def test_a_folder_cannot_choose_it(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (folder / "elevatekit.toml").write_text('auth = "vault"\n')

        assert main(API, ["interactions", "status", "x"]) == 2

        assert "must not set 'auth'" in capsys.readouterr().err


class TestOfficeHours:
    """From nine to five, on weekdays."""

    FRIDAY = datetime(2026, 1, 2, tzinfo=UTC)

    @pytest.mark.usefixtures("installed")
    @pytest.mark.parametrize(
        ("ended", "next"),
        [
            (timedelta(hours=12), timedelta(hours=12, seconds=45)),
            (timedelta(hours=16, minutes=59, seconds=30), timedelta(days=3, hours=9)),
            (timedelta(hours=3), timedelta(hours=9)),
            (timedelta(days=1, hours=12), timedelta(days=3, hours=9)),
            (timedelta(days=-1, hours=18), timedelta(hours=9)),
        ],
        ids=["at noon", "before the weekend", "at night", "on Saturday", "in the evening"],
    )
    def test_it_tries_again_when_somebody_is_there(self, ended: timedelta, next: timedelta) -> None:
        host = PluginHost(["office-hours"])
        policy = host.build(host.select(RetryPolicySpec, "office-hours"))
        at = (self.FRIDAY + ended).timestamp()
        attempt = Attempt(number=1, status=503, sent=True, elapsed=1.0, ended=at)

        delay = policy.delay([attempt], API.operations[0].retry, 0.5)

        assert timedelta(seconds=delay) == next - ended
        assert policy.patience == 4 * 86_400

    @pytest.mark.usefixtures("installed")
    def test_a_call_outlasts_an_outage_with_it(
        self, gateway: Any, caller: Any, elevatekit_faults: Any
    ) -> None:
        elevatekit_faults.add("interactions.status", status=503, times=4)
        always = {"opens": 0, "closes": 24, "weekends": True, "pause": 1e-3}
        settings = {"oauth2": oauth2(gateway), "office-hours": always}

        statuses = caller.read(
            1, auth="oauth2", retry="office-hours", plugins=["office-hours"], settings=settings
        )

        assert statuses == [200]


def oauth2(gateway: Any) -> dict[str, str]:
    return {
        "token_url": f"{gateway.origin}/oauth/token",
        "client_id": "the client",
        "client_secret": SECRET,
    }


class Receiver:
    """Takes what is signed, and each key once."""

    def __init__(self) -> None:
        self.taken: dict[str, list[Any]] = {}
        self.posts = Counter[str]()
        self.lose = 0
        """So many answers get lost, after all was taken."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(dict(self.headers), body)
                if status is not None:
                    self.send_response(status)
                    self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def take(self, headers: dict[str, str], body: bytes) -> int | None:
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, headers["X-Signature"]):
            return 401
        key = headers["Idempotency-Key"]
        self.posts[key] += 1
        self.taken.setdefault(key, json.loads(body)["interactions"])
        if self.lose:
            self.lose -= 1
            return None
        return 204

    @property
    def rows(self) -> list[Any]:
        return [row for rows in self.taken.values() for row in rows]

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class TestAWebhook:
    """Each interaction is taken once, whatever gets lost."""

    @pytest.fixture
    def receiver(self) -> Iterator[Receiver]:
        receiver = Receiver()
        yield receiver
        receiver.stop()

    @pytest.fixture
    def journal(self, folder: Path) -> str:
        (folder / "calls.jsonl").write_text(turns(*"abc"))
        arguments = ["pull", "--declare", "calls.jsonl", "--only", "*.topics", "--into", "run.db"]
        assert main(API, arguments) == 0
        return "run.db"

    @pytest.fixture
    def secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ELEVATEKIT_WEBHOOK__SECRET", SECRET)

    @pytest.mark.usefixtures("secret")
    def test_a_batch_whose_answer_was_lost_is_taken_once(
        self, journal: str, receiver: Receiver, capsys: pytest.CaptureFixture[str]
    ) -> None:
        receiver.lose = 1

        assert main(API, ["export", journal, "--to", f"webhook:{receiver.url}"]) == 0

        assert "3 interactions posted" in capsys.readouterr().err
        assert sum(receiver.posts.values()) == 2
        assert len(receiver.rows) == 3

    @pytest.mark.usefixtures("secret")
    def test_an_export_that_broke_off_goes_on_where_it_was(
        self, journal: str, receiver: Receiver, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        export = ["export", journal, "--to", f"webhook:{receiver.url}"]
        receiver.lose = 3

        assert main(API, export) == 1
        assert main(API, export) == 0
        assert main(API, export) == 0
        (folder / "calls.jsonl").write_text(turns(*"abcd"))
        assert main(API, ["pull", "--declare", "calls.jsonl", "--into", journal]) == 0
        assert main(API, export) == 0

        assert [len(rows) for rows in receiver.taken.values()] == [3, 1]
        assert list(receiver.posts.values()) == [4, 1]

    def test_a_wrong_secret_is_refused_and_not_shown(
        self,
        journal: str,
        receiver: Receiver,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("ELEVATEKIT_WEBHOOK__SECRET", "wrong-and-secret")

        assert main(API, ["export", journal, "--to", f"webhook:{receiver.url}"]) == 1

        told = capsys.readouterr()
        assert "the webhook answered 401" in told.err
        assert "wrong-and-secret" not in told.out + told.err
        assert receiver.taken == {}

    @pytest.mark.usefixtures("secret")
    def test_it_works_in_a_process_of_its_own(
        self, journal: str, receiver: Receiver, installed: Path
    ) -> None:
        command = ["-m", "elevatekit", "export", journal, "--to", f"webhook:{receiver.url}"]
        environment = os.environ | {"PYTHONPATH": str(installed)}

        subprocess.run([sys.executable, *command], env=environment, check=True, timeout=60)

        assert len(receiver.rows) == 3
