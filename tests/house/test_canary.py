"""No byte that is written holds the token: who watches the suite finds what is planted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.testing.accounts import ACCOUNT
from elevatekit_plugins.testing.cassettes.canary import hidden

TESTS = Path(__file__).parents[1]

PLANTS = """
import base64, csv, gzip, logging, os, sqlite3, subprocess, sys, tempfile, urllib.parse
import pytest
from elevatekit_plugins import Response
from elevatekit_plugins.errors import ConfigError, StatusError
from elevatekit_plugins.testing.accounts import ACCOUNT
from elsewhere import holding

def test_harmless(tmp_path, capsys, elevatekit_client):
    print(ACCOUNT[:8])
    (tmp_path / "token").write_text(ACCOUNT)
    assert ACCOUNT not in capsys.readouterr().out
    with pytest.raises(ConfigError):
        raise ConfigError("a message")

def test_printed():
    print("token:", ACCOUNT.upper())

def test_printed_and_read(capsys):
    print(ACCOUNT)
    capsys.readouterr()

def test_logged():
    logging.getLogger("some.library").debug("header %r", ACCOUNT)

def test_in_base64_in_a_file(tmp_path):
    (tmp_path / "a.db").write_bytes(b"\\0\\1" + base64.b64encode(b"a:" + ACCOUNT.encode()))

def test_in_hexadecimal_in_a_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text(ACCOUNT.encode().hex())

def test_in_gzip_data_in_a_temporary_file():
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(gzip.compress(ACCOUNT.encode()))

def test_in_a_journal():
    base = sqlite3.connect(tempfile.mkdtemp() + "/run.db")
    with base:
        base.execute("CREATE TABLE payloads (body)")
        base.execute("INSERT INTO payloads VALUES (?)", [ACCOUNT])
    base.close()

def test_in_a_cassette_that_is_put_in_its_place():
    folder = tempfile.mkdtemp()
    with open(folder + "/a.tmp", "w") as file:
        file.write(ACCOUNT)
        file.write(" and more")
    os.replace(folder + "/a.tmp", folder + "/a.yaml")

def test_in_an_export():
    with open(tempfile.mkdtemp() + "/interactions.csv", "w") as file:
        csv.writer(file).writerow(["id", ACCOUNT])

def test_in_the_repr_of_an_error():
    with pytest.raises(Shown):
        raise Shown

class Shown(ConfigError):
    def __init__(self): super().__init__("m")
    def __repr__(self): return ACCOUNT

def test_url_encoded_in_an_error():
    with pytest.raises(ConfigError):
        raise ConfigError("".join(f"%{ord(c):02X}" for c in ACCOUNT))

def test_in_a_note():
    with pytest.raises(ValueError):
        error = ValueError("x")
        error.add_note(ACCOUNT)
        raise error

def test_in_a_pickle():
    with pytest.raises(StatusError):
        raise StatusError("m", response=Response(operation="a", status=400, body=ACCOUNT.encode()))

def test_in_a_variable_of_a_traceback():
    with pytest.raises(ValueError):
        holding(ACCOUNT)

def test_in_the_arguments_of_a_command():
    subprocess.run([sys.executable, "-c", "", ACCOUNT], check=True)

def test_in_what_a_command_writes():
    command = [sys.executable, "-c", "import sys; print(sys.stdin.read())"]
    subprocess.run(command, input=ACCOUNT, text=True, capture_output=True, check=True)
"""

ELSEWHERE = """
def holding(token):
    raise ValueError("x")
"""

FAILING = """
import os
import elevatekit

def test_failing(elevatekit_simulator):
    with elevatekit.Client(base_url=os.environ["URL"], timeout=0.5) as client:
        client.gen_ai.summary("00000000-0000-4000-8000-000000000001")

def test_misconfigured():
    elevatekit.Client(os.environ["ELEVATEKIT_TOKEN"], base_url="http://api.example.com")
"""


class Suite:
    """A suite of its own, watched as ours is."""

    def __init__(self, folder: Path) -> None:
        self.tests = folder / "tests"
        self.tests.mkdir()
        (folder / "library").mkdir()
        (folder / "library" / "elsewhere.py").write_text(ELSEWHERE)
        (folder / "pytest.ini").write_text("[pytest]\npythonpath = library\n")
        shutil.copy(TESTS / "canary.py", self.tests / "conftest.py")
        self._folder = folder

    def run(self, source: str, *options: str, **environment: str) -> str:
        (self.tests / "test_it.py").write_text(source)
        plugins = ("no:randomly", "no:cacheprovider", "no:xdist")
        command = [sys.executable, "-m", "pytest", *(f"-p{name}" for name in plugins), *options]
        done = subprocess.Popen(
            command,
            cwd=self._folder,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Read past `communicate`, which is watched here: what is planted is to be found there.
        assert done.stdout is not None
        with done.stdout:
            output = done.stdout.read()
        done.wait(60)
        return output


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


def test_each_planted_leak_is_found_and_nothing_else(suite: Suite) -> None:
    output = suite.run(PLANTS, "-rA", "--tb=short")

    planted = {line.split("(")[0][4:] for line in PLANTS.splitlines() if line.startswith("def ")}
    planted -= {"test_harmless"}
    found = {word.split("::")[1] for word in output.split() if "::" in word}
    errors = [line for line in output.splitlines() if line.startswith("ERROR ")]
    failed = {line.split("::")[1].split()[0] for line in errors}
    assert len(planted) == 16
    assert failed == planted, output
    assert found == planted | {"test_harmless"}


def test_a_traceback_with_variables_shows_no_token(suite: Suite, wire: Any) -> None:
    wire.answers_once(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")

    output = suite.run(FAILING, "--showlocals", "-vv", URL=wire.url, ELEVATEKIT_TOKEN=ACCOUNT)

    assert "2 failed" in output, output
    assert "request    = Request(" in output, "no variables are shown"
    assert "headers=" in output
    assert hidden(ACCOUNT, output.encode()) is None
