"""Each extra, alone in an empty environment, gives its part."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from elevatekit.operations import API
from elevatekit_plugins.simulator.server import Simulator

if TYPE_CHECKING:
    from tests.package.conftest import Environment

    Gives = Callable[[Environment, Path], object]

TOKEN = "44444444-4444-4444-8444-444444444444"
CONVERSATION = '{"id": "one", "turns": [{"role": "customer", "text": "My money back!"}]}'


@pytest.fixture(scope="module")
def install(
    new_environment: Callable[[], Environment], wheel: Path
) -> Callable[[str], Environment]:
    def install(extra: str) -> Environment:
        environment = new_environment()
        environment.pip_install(f"{wheel}[{extra}]")
        environment.run("python", "-m", "pip", "check")
        return environment

    return install


def simulates(environment: Environment, project: Path) -> None:
    command = [str(environment.bin / "elevatekit"), "simulate", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        variables = {"ELEVATEKIT_BASE_URL": url, "ELEVATEKIT_TOKEN": TOKEN}
        unknown = "00000000-0000-4000-8000-00000000abcd"
        done = environment.run("elevatekit", "gen-ai", "topics", unknown, ok=False, **variables)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert "answered 404" in done.stderr


def generates(environment: Environment, project: Path) -> None:
    spec, out = project / "spec" / "openapi.yaml", project / "generated"
    environment.run("elevatekit-codegen", "check", "--spec", spec, "--out", out)
    environment.run("elevatekit-codegen", "generate", "--spec", spec, "--out", "sdk")
    for path in out.rglob("*"):
        if path.is_file():
            made = environment.work / "sdk" / path.relative_to(out)
            assert made.read_bytes() == path.read_bytes(), path


def runs_a_suite(environment: Environment, project: Path) -> None:
    """The first test of the README, in a folder with nothing else."""
    blocks = re.findall(r"```python\n(.*?)```", (project / "README.md").read_text(), re.DOTALL)
    (first,) = (block for block in blocks if "elevatekit_client" in block)
    folder = environment.work / "empty"
    folder.mkdir()
    (folder / "test_first.py").write_text(first)
    done = environment.run("pytest", "-W", "error", "-p", "no:cacheprovider", "empty")
    assert "1 passed" in done.stdout


def posts(environment: Environment, project: Path) -> None:
    (environment.work / "one.jsonl").write_text(CONVERSATION)
    with Simulator(API) as simulator:
        variables = {"ELEVATEKIT_BASE_URL": simulator.base_url, "ELEVATEKIT_TOKEN": TOKEN}
        pull = ("pull", "--declare", "one.jsonl", "--poll", "0.1", "--into", "run.db")
        environment.run("elevatekit", *pull, **variables)
    done = environment.run("elevatekit", "export", "run.db", "--to", "slack:-")
    assert json.loads(done.stdout)["blocks"]


def imports(module: str) -> Gives:
    """The part is a library that the user's own plugins build on."""
    return lambda environment, project: environment.run("python", "-c", f"import {module}")


GIVES: dict[str, Gives] = {
    "codegen": generates,
    "fast": imports("aiohttp"),
    "otel": imports("opentelemetry.trace"),
    "parquet": imports("pyarrow.parquet"),
    "pytest": runs_a_suite,
    "report": imports("jinja2"),
    "simulator": simulates,
    "slack": posts,
    "xlsx": imports("xlsxwriter"),
}


@pytest.mark.parametrize(("extra", "gives"), GIVES.items(), ids=GIVES.keys())
def test_an_extra_gives_its_part(
    install: Callable[[str], Environment], extra: str, gives: Gives, project: Path
) -> None:
    gives(install(extra), project)


def test_all_is_all_of_them(
    install: Callable[[str], Environment], metadata: Message, project: Path
) -> None:
    requirements = [Requirement(text) for text in metadata.get_all("Requires-Dist", [])]

    environment = install("all")

    assert {r.name for r in requirements} <= set(environment.installed())
    generates(environment, project)
    simulates(environment, project)


def test_no_extra_is_left_out_here(metadata: Message) -> None:
    assert set(metadata.get_all("Provides-Extra", [])) == {*GIVES, "all"}
