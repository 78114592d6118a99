"""The pytest fixtures. Nothing is imported until a fixture is used.

`elevatekit_api` comes from the generated package: it is the table of its API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api
    from elevatekit_plugins.simulator.server import Simulator

ACCOUNT: Final = "00000000-0000-4000-8000-000000000001"
"""The token of the fixtures' clients. The simulator takes any GUID; it is no secret."""


@pytest.fixture(scope="session")
def elevatekit_session_simulator(elevatekit_api: Api) -> Iterator[Simulator]:
    """One simulator for the whole session, on a free port of loopback."""
    from elevatekit_plugins.simulator.server import Simulator

    with Simulator(elevatekit_api, seed=1, self_check=True) as simulator:
        yield simulator


@pytest.fixture
def elevatekit_simulator(elevatekit_session_simulator: Simulator) -> Simulator:
    """The simulator, as if just started."""
    elevatekit_session_simulator.reset()
    elevatekit_session_simulator.faults.set([])
    return elevatekit_session_simulator


@pytest.fixture
def elevatekit_client(elevatekit_api: Api, elevatekit_simulator: Simulator) -> Iterator[Any]:
    """A `Client` of the generated package that talks to the simulator."""
    package = import_module(elevatekit_api.package)
    with package.Client(ACCOUNT, base_url=elevatekit_simulator.base_url) as client:
        yield client


@pytest.fixture
async def elevatekit_async_client(
    elevatekit_api: Api, elevatekit_simulator: Simulator
) -> AsyncIterator[Any]:
    """An `AsyncClient` of the generated package that talks to the simulator."""
    package = import_module(elevatekit_api.package)
    async with package.AsyncClient(ACCOUNT, base_url=elevatekit_simulator.base_url) as client:
        yield client
