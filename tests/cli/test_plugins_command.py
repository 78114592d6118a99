"""`elevatekit plugins …` and the switches: in processes of their own, as people run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TOKEN = "33333333-3333-4333-8333-333333333333"
ID = "7f0d6b1e-0000-4000-8000-000000000000"
OBSERVER = """
from elevatekit_plugins import hookimpl
{before}
@hookimpl
def elevatekit_before_attempt(event):
    {body}
"""


class Shell:
    """Runs `elevatekit` in a folder of its own, beside the distributions that it installs."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.site = folder / "site"
        self.site.mkdir()
        self.environment = {
            "ELEVATEKIT_TOKEN": TOKEN,
            "ELEVATEKIT_BASE_URL": url,
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "PYTHONPATH": os.pathsep.join([str(self.site), os.environ.get("PYTHONPATH", "")]),
        }

    def install(self, name: str, source: str, points: str | None = None) -> Path:
        module = name.replace("-", "_")
        path = self.site / f"{module}.py"
        path.write_text(source)
        info = self.site / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(points or f"[elevatekit]\n{module} = {module}\n")
        (info / "RECORD").write_text(f"{module}.py,,\n{info.name}/METADATA,,\n")
        return path

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "elevatekit", *arguments],
            cwd=self.folder,
            env=os.environ | self.environment | environment,
            capture_output=True,
            text=True,
            timeout=60,
        )


@pytest.fixture
def shell(tmp_path: Path, elevatekit_simulator: Any) -> Shell:
    return Shell(tmp_path, elevatekit_simulator.base_url)


def rows(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return {row["name"]: row for row in json.loads(done.stdout)}


def test_broken_plugins_are_listed_and_leave_the_exit_code_alone(shell: Shell) -> None:
    shell.install("a-broken", "import sys; sys.exit(3)")
    shell.install("b-loud", "import os; print('hello'); os.write(2, b'x'); def f(: ...")
    shell.install("c-good", OBSERVER.format(before="", body="pass"))

    for strict in ("", "1"):
        done = shell("plugins", "list", "--json", ELEVATEKIT_PLUGINS_STRICT=strict)
        found = rows(done)
        assert found["a_broken"]["status"] == "failed"
        assert found["a_broken"]["reason"].endswith("upgrade or uninstall a-broken")
        assert found["b_loud"]["status"] == "failed"
        assert found["c_good"]["status"] == "active"
        assert found["c_good"]["api_version"] == 1
        assert found["c_good"]["load_ms"] > 0
        assert "Traceback" not in done.stderr


def test_the_list_shows_what_is_switched_off_only_when_asked(shell: Shell) -> None:
    shell.install("c-good", OBSERVER.format(before="", body="pass"))

    for switch in (["--no-plugins"], ["--disable", "c_good"], ["--disable", "all"]):
        assert "c_good" not in rows(shell("plugins", "list", "--json", *switch))
    shown = rows(shell("plugins", "list", "--all", "--json", "--no-plugins"))["c_good"]

    assert shown["status"] == "disabled"
    assert shown["api_version"] is None
    table = shell("plugins", "list", "--all", "--disable", "c_good").stdout
    assert "c_good    c-good 1.0" in table
    assert "disabled by disable=" in table


def test_the_list_can_be_of_one_hook(shell: Shell) -> None:
    shell.install("c-good", OBSERVER.format(before="", body="pass"))

    hook = "elevatekit_before_attempt"
    assert set(rows(shell("plugins", "list", "--json", "--hook", hook))) == {"c_good"}
    wrong = shell("plugins", "list", "--hook", "elevatekit_before_atempt")

    assert wrong.returncode == 2
    assert f"did you mean {hook}" in wrong.stderr


def test_a_file_is_a_plugin_where_it_is_named(shell: Shell) -> None:
    (shell.folder / "mine.py").write_text(OBSERVER.format(before="", body="1 / 0"))
    (shell.folder / "broken.py").write_text("x = 1")

    assert "mine" not in rows(shell("plugins", "list", "--json"))
    listed = rows(
        shell("plugins", "list", "--json", "--plugin", "mine.py", "--plugin", "broken.py")
    )
    called = shell("interactions", "status", ID, "--plugin", "mine.py")
    broken = shell("interactions", "status", ID, "--plugin", "broken.py")

    assert (listed["mine"]["status"], listed["broken"]["status"]) == ("active", "failed")
    assert "plugin mine failed in elevatekit_before_attempt: ZeroDivisionError" in called.stderr
    assert broken.returncode == 1
    assert "broken (file broken.py): it implements no hook" in broken.stderr


def test_the_trace_shows_each_call_of_a_plugin_and_how_it_ended(shell: Shell) -> None:
    shell.install("c-good", OBSERVER.format(before="", body="pass"))
    shell.install("d-bad", OBSERVER.format(before="", body="raise OSError('no disk')"))

    done = shell("plugins", "trace", "--", "interactions", "status", ID, "--json")

    assert done.returncode == 1, "that of the command: the simulator does not know the id"
    lines = [line.split(maxsplit=3) for line in done.stderr.splitlines() if "trace " in line]
    seen = [(line[3].split("  ")) for line in lines]
    assert all(line[0] == "trace" and float(line[1]) >= 0 for line in lines)
    assert ["c_good", "loading", "ok"] in seen
    assert ["token", "elevatekit_register_auth_schemes", "ok"] in seen
    assert ["c_good", "elevatekit_before_attempt", "ok"] in seen
    assert ["d_bad", "elevatekit_before_attempt", "OSError: no disk"] in seen
    assert ["token", "sign of auth scheme token", "ok"] in seen


def test_pins_are_printed_as_the_configuration_wants_them(shell: Shell) -> None:
    path = shell.install("acme-vault", OBSERVER.format(before="", body="pass"))

    config = shell("plugins", "pin").stdout
    (shell.folder / "elevatekit.toml").write_text(config)
    before = rows(shell("plugins", "list", "--json"))
    path.write_text("raise SystemExit('imported')")
    after = rows(shell("plugins", "list", "--json"))

    assert config.startswith('[pins]\nacme-vault = "sha256:')
    assert before["acme_vault"]["status"] == "active"
    assert after["acme_vault"]["status"] == "failed"
    assert "pin acme-vault again" in after["acme_vault"]["reason"]
    wrong = shell("plugins", "pin", "acme-valt")
    assert (wrong.returncode, "did you mean acme-vault" in wrong.stderr) == (1, True)


LOUD = """
import io, logging, os, sys
from elevatekit_plugins import ExporterSpec, hookimpl

print("imported")
sys.stdout.reconfigure(line_buffering=True)
logging.basicConfig(stream=sys.stdout, force=True, level=logging.DEBUG)

@hookimpl
def elevatekit_before_attempt(event):
    print("told")
    sys.stdout.write("again")
    sys.stdout.buffer.write(b"bytes")
    sys.__stdout__.write("beneath")
    os.write(1, b"below")
    os.system("echo program")

class Exporter:
    def __init__(self, settings, context):
        self.target = context.target

    def open(self): ...

    def write(self, batch):
        print("written to", self.target)

    def finish(self):
        sys.stdout = io.StringIO()
        return []

    def abort(self): ...

@hookimpl
def elevatekit_register_exporters():
    return [ExporterSpec(name="loud", summary="s", build=Exporter)]
"""


def test_what_plugins_print_does_not_reach_the_data(shell: Shell) -> None:
    shell.install("b-loud", LOUD)
    conversation = '{"id": "a", "turns": [{"role": "customer", "text": "Hello!"}]}\n'
    (shell.folder / "in.jsonl").write_text(conversation)

    pulled = shell("pull", "--declare", "in.jsonl", "--poll", "0.1", "--into", "run.db")
    exported = shell("export", "run.db", "--to", "loud:x", "--to", "jsonl:-")
    asked = shell("export", "run.db", "--to", "loud:-")
    listed = shell("plugins", "list", "--json")

    assert (pulled.returncode, pulled.stdout) == (0, ""), pulled.stderr
    assert (asked.returncode, asked.stdout) == (0, "written to -\n"), asked.stderr
    assert exported.returncode == 0, exported.stderr
    assert [json.loads(line)["key"] for line in exported.stdout.splitlines()] == ["a"]
    assert rows(listed)["b_loud"]["status"] == "active"
    for done in (pulled, exported, listed):
        assert done.stderr.count("plugin b_loud printed to stdout, which is for data") == 1
        assert "imported\n" in done.stderr
    for printed in ("told", "again", "bytes", "beneath", "below", "program\n"):
        assert printed in pulled.stderr
    assert "written to x\n" in exported.stderr


FROM_THREADS = """
import sys, threading
from elevatekit_plugins import hookimpl

def tell(text):
    print(text, flush=True)
    sys.stdout.buffer.write(b"bytes ")

def outlive():
    threading.main_thread().join()
    print("at the end")

thread = threading.Thread(target=tell, args=("at import",), name="early")
thread.start()
thread.join()
threading.Thread(target=outlive, name="late").start()

@hookimpl
def elevatekit_before_attempt(event):
    thread = threading.Thread(target=tell, args=("in a hook",), name="worker")
    thread.start()
    thread.join()
"""


def test_what_threads_of_plugins_print_does_not_reach_the_data(shell: Shell) -> None:
    shell.install("b-loud", FROM_THREADS)
    conversation = '{"id": "a", "turns": [{"role": "customer", "text": "Hello!"}]}\n'
    (shell.folder / "in.jsonl").write_text(conversation)

    pulled = shell("pull", "--declare", "in.jsonl", "--poll", "0.1", "--into", "run.db")
    listed = shell("plugins", "list", "--json")

    assert (pulled.returncode, pulled.stdout) == (0, ""), pulled.stderr
    assert rows(listed)["b_loud"]["status"] == "active"
    for thread, text in (("early", "at import"), ("worker", "in a hook"), ("late", "at the end")):
        warning = (
            f"the thread {thread} printed to stdout, which is for data; its output goes to stderr"
        )
        assert pulled.stderr.count(warning) == 1
        assert text in pulled.stderr


def test_a_pull_reports_what_failed_in_plugins_and_no_time_that_is_none(shell: Shell) -> None:
    shell.install("b-bad", OBSERVER.format(before="", body="raise OSError('no disk')"))
    (shell.folder / "ids.txt").write_text(f"{ID}\n")

    done = shell("pull", "--ids", "ids.txt", "--into", "run.db", "--only", "gen_ai.summary")

    assert " 0.00 s" not in done.stderr
    assert "plugin b_bad failed in 1 of 1 calls" in done.stderr
    assert "of elevatekit_before_attempt, the last time with OSError: no disk" in done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("where", ["import", "hook"])
def test_a_child_that_a_plugin_forks_does_no_work_of_its_parent(shell: Shell, where: str) -> None:
    fork = "import os; os.fork()"
    before, body = (fork, "pass") if where == "import" else ("", fork)
    shell.install("b-forks", OBSERVER.format(before=before, body=body))

    done = shell("plugins", "trace", "--", "interactions", "status", ID)

    assert done.returncode == 1
    assert done.stderr.count("sign of auth scheme token") == 1, "one of the two went on"
    assert "plugin b_forks forked in " in done.stderr


@pytest.mark.parametrize("point", ["a_user", "a_user:Plugin"])
def test_a_plugin_may_import_and_use_elevatekit_while_it_loads(shell: Shell, point: str) -> None:
    """Its client has the other plugins, and nobody complains that half a module has no hook."""
    source = """
import elevatekit
from elevatekit_plugins import Hooks, hookimpl

with elevatekit.Client("token-1") as client:
    assert client.host.listens("elevatekit_before_attempt")

class Plugin(Hooks):
    @hookimpl
    def elevatekit_call_finished(self, event): ...

elevatekit_call_finished = hookimpl(lambda event: None, specname="elevatekit_call_finished")
"""
    shell.install("a-user", source, f"[elevatekit]\na_user = {point}\n")
    shell.install("c-good", OBSERVER.format(before="", body="pass"))

    done = shell("plugins", "list", "--json", ELEVATEKIT_PLUGINS_STRICT="1")

    found = rows(done)
    assert found["a_user"]["status"] == found["c_good"]["status"] == "active"
    assert found["a_user"]["hooks"] == ["elevatekit_call_finished"]
    assert done.stderr == ""


def test_three_hundred_distributions_are_no_burden(shell: Shell) -> None:
    for number in range(300):
        shell.install(f"other-{number}", "raise SystemExit", "[console_scripts]\nx = y:z\n")
    shell.install("c-good", OBSERVER.format(before="", body="pass"))
    count = (
        "import importlib.metadata as m, sys\n"
        "real, scans = m.Distribution.discover, []\n"
        "m.Distribution.discover = classmethod(lambda c, **k: (scans.append(1), real(**k))[1])\n"
        "from elevatekit.operations import API\n"
        "from elevatekit_plugins.cli.app import main\n"
        "code = main(API, ['plugins', 'list', '--json'])\n"
        "print(len(scans), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", count],
        env=os.environ | shell.environment,
        cwd=shell.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert rows(done)["c_good"]["status"] == "active"
    assert done.stderr == "1\n", "one scan of the distributions"
