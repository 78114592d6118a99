"""The distribution as people meet it: built here, installed into empty environments, and used.

All of it happens in processes of other environments. What runs these tests takes part only as the
server on the other side: the simulator.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
TOKEN = "33333333-3333-4333-8333-333333333333"


class Environment:
    """A virtual environment with nothing in it but pip, and a folder to work in."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder / "env", with_pip=True)
        self.bin = folder / "env" / "bin"
        self.work = folder / "work"
        self.work.mkdir()

    def run(
        self, program: str, *arguments: str | Path, ok: bool | None = True, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment; `ok` is whether it should succeed, None for either."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ELEVATEKIT_", "PYTEST_", "PYTHON"))
        }
        done = subprocess.run(
            [str(self.bin / program), *map(str, arguments)],
            cwd=self.work,
            env=inherited | variables,
            capture_output=True,
            text=True,
            timeout=300,
        )
        said = done.stdout + done.stderr
        if ok is not None:
            assert (done.returncode == 0) == ok, f"{program} ended with {done.returncode}:\n{said}"
        return done

    def python(self, code: str, **variables: str) -> str:
        return self.run("python", "-c", code, **variables).stdout

    def pip_install(self, *arguments: str | Path) -> None:
        options = ("--quiet", "--disable-pip-version-check")
        self.run("python", "-m", "pip", "install", *options, *arguments)

    def installed(self) -> dict[str, str]:
        """The version of every installed distribution, by its normalised name."""
        code = (
            "from importlib.metadata import distributions;"
            "print(*(f\"{d.metadata['Name']}=={d.version}\" for d in distributions()))"
        )
        pairs = [word.partition("==") for word in self.python(code).split()]
        return {canonicalize_name(name): version for name, _, version in pairs}


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, by the command that everybody knows."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="session")
def wheel(dist: Path) -> Path:
    (path,) = dist.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def sdist(dist: Path) -> Path:
    (path,) = dist.glob("*.tar.gz")
    return path


@pytest.fixture(scope="session")
def metadata(wheel: Path) -> Message:
    """What the wheel says of itself: `Requires-Dist`, `Provides-Extra` …"""
    with ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return HeaderParser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="session")
def project(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist, unpacked."""
    folder = tmp_path_factory.mktemp("project")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="session")
def new_environment(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Environment]:
    return lambda: Environment(tmp_path_factory.mktemp("environment"))


@pytest.fixture(scope="session")
def served() -> Iterator[dict[str, str]]:
    """What leads a client to the simulator, which runs in an environment of its own: ours."""
    command = [sys.executable, "-m", "elevatekit", "simulate", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        yield {"ELEVATEKIT_BASE_URL": url, "ELEVATEKIT_TOKEN": TOKEN}
        process.terminate()


@pytest.fixture
def conversations(tmp_path: Path) -> Path:
    """A file for `pull --declare`."""
    turns = [
        {"role": "customer", "text": "I want my money back for the broken headphones."},
        {"role": "agent", "text": "I have refunded $20.50 to your card."},
    ]
    path = tmp_path / "conversations.jsonl"
    path.write_text(json.dumps({"id": "call-1", "turns": turns}) + "\n")
    return path
