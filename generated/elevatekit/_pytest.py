# Made by `elevatekit-codegen generate` from the spec. Do not edit: change the spec or a template.
"""The pytest fixtures of the SDK. It imports nothing heavy: every test run loads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from elevatekit_plugins.testing.cassettes.watch import pytest_configure
from elevatekit_plugins.testing.fixtures import (
    elevatekit_async_client,
    elevatekit_client,
    elevatekit_session_simulator,
    elevatekit_simulator,
    elevatekit_vcr_config,
)

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api

__all__ = [
    "elevatekit_api",
    "elevatekit_async_client",
    "elevatekit_client",
    "elevatekit_session_simulator",
    "elevatekit_simulator",
    "elevatekit_vcr_config",
    "pytest_configure",
]


@pytest.fixture(scope="session")
def elevatekit_api() -> Api:
    """The table of the API, which the other fixtures serve."""
    from elevatekit.operations import API

    return API
