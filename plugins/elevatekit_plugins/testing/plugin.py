"""The hooks of the pytest plugin. Importing it imports nothing but pytest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from elevatekit_plugins.testing.cassettes import watch
from elevatekit_plugins.testing.leftovers import pytest_runtest_call
from elevatekit_plugins.testing.scene import MARK, Scene, problem_of
from elevatekit_plugins.testing.target import add_options, check_target

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api

__all__ = [
    "configure",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_runtest_call",
    "pytest_runtest_setup",
]


def configure(config: pytest.Config, api: Callable[[], Api]) -> None:
    """Make the mark known, look at the options, and begin to watch cassettes.

    Args:
        api: Gives the table of the API. It is called only where something is needed of it.

    Raises:
        UsageError: the options cannot be used.
    """
    words = ", ".join(f"{word}=…" for word in Scene.__annotations__)
    config.addinivalue_line("markers", f"{MARK}({words}): how the service behaves for this test")
    check_target(config, api)
    watch.pytest_configure(config)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that begin with `--elevatekit`."""
    add_options(parser)
    watch.add_options(parser.getgroup("elevatekit"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Look at the words of every mark before anything runs.

    Raises:
        UsageError: one is unknown. (In a worker of pytest-xdist that would be a crash without a
            word: there the test itself fails.)
    """
    if not hasattr(config, "workerinput"):
        for item in items:
            if problem := problem_of(item):
                raise pytest.UsageError(problem)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose mark has an unknown word."""
    if problem := problem_of(item):
        pytest.fail(problem, pytrace=False)
