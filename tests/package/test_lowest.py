"""The smallest versions that pyproject.toml allows are enough."""

from __future__ import annotations

from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

if TYPE_CHECKING:
    from tests.package.conftest import Environment

ROOT = Path(__file__).parents[2]


EXTRAS = "codegen,simulator,slack,pytest"
RUNNERS = ("hypothesis", "pytest-asyncio", "pytest-randomly", "pytest-xdist", "openapi-core")
"""What the tests need beside: no dependencies of the distribution, so of any version."""
SMOKE = ("calls", "host", "client", "transport", "cli", "simulator")


def lowest(requirement: Requirement) -> Version | None:
    floors = [Version(s.version) for s in requirement.specifier if s.operator in (">=", "==", "~=")]
    return max(floors, default=None)


@pytest.fixture(scope="module")
def floors(metadata: Message) -> dict[str, Version]:
    """The lowest version of every direct dependency."""
    requirements = map(Requirement, metadata.get_all("Requires-Dist", []))
    found = {r.name: lowest(r) for r in requirements if r.name != "elevatekit"}
    assert all(found.values()), "every dependency has a lower bound"
    return {name: floor for name, floor in found.items() if floor is not None}


@pytest.fixture(scope="module")
def environment(
    new_environment: Callable[[], Environment], wheel: Path, floors: dict[str, Version]
) -> Environment:
    environment = new_environment()
    constraints = environment.work / "constraints.txt"
    constraints.write_text("".join(f"{name}=={floor}\n" for name, floor in floors.items()))
    environment.pip_install(f"{wheel}[{EXTRAS}]", *RUNNERS, "-c", constraints)
    return environment


def test_the_lowest_versions_are_what_is_installed(
    environment: Environment, floors: dict[str, Version]
) -> None:
    found = environment.installed()

    there = {name: floor for name, floor in floors.items() if name in found}
    assert {"click", "httpx2", "msgspec", "pluggy", "starlette", "pytest"} <= set(there)
    assert {name: Version(found[name]) for name in there} == there


def test_the_tests_pass_with_them(environment: Environment) -> None:
    folders = [ROOT / "tests" / name for name in SMOKE if (ROOT / "tests" / name).is_dir()]

    done = environment.run(
        "pytest", "-q", "-n", "2", "--rootdir", ROOT, "-c", ROOT / "pyproject.toml", *folders
    )

    assert "passed" in done.stdout
