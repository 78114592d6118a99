# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The pytest plugin of the SDK. It imports nothing heavy: every test run loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from elevatekit_plugins.testing import plugin
from elevatekit_plugins.testing.fixtures import (
    elevatekit_async_client,
    elevatekit_client,
    elevatekit_clock,
    elevatekit_faults,
    elevatekit_scripted,
    elevatekit_session_simulator,
    elevatekit_simulator,
    elevatekit_vcr_config,
)
from elevatekit_plugins.testing.plugin import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_runtest_call,
    pytest_runtest_setup,
)

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api

__all__ = [
    "elevatekit_api",
    "elevatekit_async_client",
    "elevatekit_client",
    "elevatekit_clock",
    "elevatekit_faults",
    "elevatekit_scripted",
    "elevatekit_session_simulator",
    "elevatekit_simulator",
    "elevatekit_vcr_config",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_call",
    "pytest_runtest_setup",
]


def pytest_configure(config: pytest.Config) -> None:
    """Read the options and start watching."""
    plugin.configure(config, _api)


@pytest.fixture(scope="session")
def elevatekit_api() -> Api:
    """The table of the API, which the other fixtures serve."""
    return _api()


def _api() -> Api:
    from elevatekit.operations import API

    return API
