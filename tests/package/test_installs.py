"""Every way to install it gives the same thing: wheel, sdist, folder, and editable."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.package.conftest import Environment

SAYS = """
import json
from importlib.metadata import distribution
from importlib.resources import files
import elevatekit, elevatekit_codegen, elevatekit_plugins
from elevatekit.operations import API

packages = (elevatekit, elevatekit_codegen, elevatekit_plugins)
assert all(files(package).joinpath("py.typed").is_file() for package in packages)
assert files(elevatekit_plugins).joinpath("journal/schema.sql").is_file()
assert files(elevatekit_codegen).joinpath("templates/client.py.jinja").is_file()
assert API.document()["openapi"].startswith("3.1")
points = sorted(f"{p.group} {p.name} {p.value}" for p in distribution("elevatekit").entry_points)
print(json.dumps({"from": elevatekit.__file__, "points": points, "calls": len(API.operations)}))
"""

TYPES = """
from elevatekit import AsyncClient, Client

def read(client: Client, id: str) -> None:
    reveal_type(client.gen_ai.cx.summary(id))

async def read_async(client: AsyncClient, id: str) -> None:
    reveal_type(await client.gen_ai.cx.summary(id))

def misspell(client: Client, id: str) -> None:
    client.gen_ai.cx.sumary(id)
"""


SUITE_TYPES = """
from elevatekit.testing import FaultPlan, Scripted, Simulator, VirtualClock, simulator

def test_it(
    elevatekit_simulator: Simulator,
    elevatekit_faults: FaultPlan,
    elevatekit_clock: VirtualClock,
    elevatekit_scripted: Scripted,
) -> None:
    elevatekit_faults.add("gen_ai.cx.topics", "html_502", nth=2)
    elevatekit_clock.advance(60)
    with elevatekit_scripted.client() as client:
        reveal_type(client.gen_ai.cx.summary(elevatekit_simulator.base_url))
    with simulator(quota=1, progress="immediate") as service:
        reveal_type(service.ledger.declared)

def misspell(elevatekit_faults: FaultPlan) -> None:
    elevatekit_faults.add("gen_ai.cx.topics", nht=2)
    with simulator(progress="sometimes"):
        pass
"""


@pytest.fixture(scope="module", params=["wheel", "sdist", "folder", "editable"])
def environment(
    request: pytest.FixtureRequest,
    new_environment: Callable[[], Environment],
    wheel: Path,
    sdist: Path,
    project: Path,
) -> Environment:
    how: dict[str, tuple[str | Path, ...]] = {
        "wheel": (wheel,),
        "sdist": (sdist,),
        "folder": (project,),
        "editable": ("--editable", project),
    }
    environment = new_environment()
    environment.pip_install(*how[request.param])
    return environment


def test_it_is_complete(environment: Environment, project: Path) -> None:
    said = json.loads(environment.python(SAYS))

    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    points = [("console_scripts", *item) for item in declared["scripts"].items()]
    for group, members in declared["entry-points"].items():
        points += [(group, *item) for item in members.items()]
    assert said["points"] == sorted(map(" ".join, points))
    assert said["calls"] > 0


def test_the_command_line_works(environment: Environment) -> None:
    assert environment.run("elevatekit", "plugins", "list").stderr == ""
    assert environment.run("elevatekit", "--version").stdout.startswith("elevatekit ")


def test_type_checkers_see_its_types(environment: Environment) -> None:
    environment.pip_install("mypy>=2.4,<3")
    (environment.work / "user.py").write_text(TYPES)

    done = environment.run("mypy", "--strict", "user.py", ok=False)

    assert done.stdout.count('Revealed type is "elevatekit.models.') == 2
    assert 'has no attribute "sumary"; maybe "summary"?' in done.stdout
    assert "Found 1 error" in done.stdout


def test_type_checkers_see_the_objects_of_the_fixtures(
    new_environment: Callable[[], Environment], wheel: Path
) -> None:
    environment = new_environment()
    environment.pip_install(f"{wheel}[pytest]", "mypy>=2.4,<3")
    (environment.work / "suite.py").write_text(SUITE_TYPES)

    done = environment.run("mypy", "--strict", "suite.py", ok=False)

    assert 'Revealed type is "elevatekit.models.CxSummary"' in done.stdout
    assert 'Revealed type is "int"' in done.stdout
    assert 'Unexpected keyword argument "nht"' in done.stdout
    assert "Found 2 errors" in done.stdout


def test_an_sdist_is_enough_to_check_and_test_the_project(
    project: Path, tmp_path: Path, new_environment: Callable[[], Environment]
) -> None:
    """As a packager would: by the verbs of the Makefile, with the locks that come along."""
    folder = shutil.copytree(project, tmp_path / "project")
    environment = new_environment()
    environment.work = folder

    environment.run("python", ".ci/environment.py", "test")
    environment.bin = folder / ".venv" / "bin"
    environment.run("elevatekit-codegen", "check")
    done = environment.run("pytest", "-q", "tests/calls", "tests/client", "tests/house")

    assert "passed" in done.stdout
    assert "failed" not in done.stdout
