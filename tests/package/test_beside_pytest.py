"""pytest loads our plugin wherever both are installed: it must harm no suite, and need no extra."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.package.conftest import Environment


@pytest.fixture(scope="module")
def suite(new_environment: Callable[[], Environment], wheel: Path) -> Environment:
    """The core and pytest, without the extra, and a suite of somebody else."""
    environment = new_environment()
    environment.pip_install(wheel, "pytest>=9.2,<10")
    work = environment.work
    (work / "test_theirs.py").write_text("def test_theirs(): assert True\n")
    (work / "test_ours.py").write_text("def test_ours(elevatekit_client): assert False\n")
    return environment


def test_a_suite_that_does_not_ask_for_it_passes(suite: Environment) -> None:
    done = suite.run("pytest", "-W", "error", "-p", "no:cacheprovider", "test_theirs.py")

    assert "1 passed" in done.stdout


def test_a_fixture_says_what_to_install(suite: Environment) -> None:
    done = suite.run("pytest", "-p", "no:cacheprovider", "test_ours.py", ok=False)

    assert 'pip install "elevatekit[pytest]"' in done.stdout
    assert "1 error" in done.stdout


def test_scripted_answers_say_it_too(suite: Environment) -> None:
    done = suite.run("python", "-c", "from elevatekit.testing import Scripted", ok=False)

    assert done.stderr.endswith('is not installed: run pip install "elevatekit[pytest]"\n')


def test_starting_pytest_imports_nothing_that_takes_time(suite: Environment) -> None:
    code = (
        "import sys, elevatekit._pytest;"
        "print(sorted({'httpx2', 'msgspec', 'pluggy', 'click'} & set(sys.modules)))"
    )

    assert suite.python(code) == "['pluggy']\n", "pytest has pluggy imported already"
