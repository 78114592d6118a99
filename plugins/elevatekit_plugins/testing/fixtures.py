"""The pytest fixtures. Nothing is imported until a fixture is used.

`elevatekit_api` comes from the generated package: it is the table of its API.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pytest

from elevatekit_plugins.testing.cassettes.watch import RECIPE

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api
    from elevatekit_plugins.simulator.server import Simulator

ACCOUNT: Final = "00000000-0000-4000-8000-000000000001"
"""The token of the fixtures' clients. The simulator takes any GUID; it is no secret."""


@pytest.fixture(scope="session")
def elevatekit_session_simulator(elevatekit_api: Api) -> Iterator[Simulator]:
    """One simulator for the whole session, on a free port of loopback.

    Raises:
        ConfigError: the extra `pytest` is not installed.
    """
    from elevatekit_plugins.errors import missing_extra

    try:
        from elevatekit_plugins.simulator.server import Simulator
    except ModuleNotFoundError as error:
        raise missing_extra("this fixture", error, "pytest") from None
    with Simulator(elevatekit_api, seed=1, self_check=True) as simulator:
        yield simulator


@pytest.fixture
def elevatekit_simulator(elevatekit_session_simulator: Simulator) -> Simulator:
    """The simulator, as if just started."""
    elevatekit_session_simulator.reset()
    return elevatekit_session_simulator


@pytest.fixture
def elevatekit_client(elevatekit_api: Api, elevatekit_simulator: Simulator) -> Iterator[Any]:
    """A `Client` of the generated package that talks to the simulator."""
    with _client(elevatekit_api, elevatekit_simulator, "Client") as client:
        yield client


@pytest.fixture
def elevatekit_async_client(elevatekit_api: Api, elevatekit_simulator: Simulator) -> Any:
    """An `AsyncClient` of the generated package that talks to the simulator.

    It is not open yet, so that it works with every async plugin: `async with` opens it.
    """
    return _client(elevatekit_api, elevatekit_simulator, "AsyncClient")


def _client(api: Api, simulator: Simulator, name: str) -> Any:
    from elevatekit_plugins.calls.quota import MemoryLedger

    make = getattr(import_module(api.package), name)
    # A ledger of its own: the simulator forgets what was asked from test to test, and so must we.
    return make(ACCOUNT, base_url=simulator.base_url, ledger=MemoryLedger())


@pytest.fixture(scope="session")
def elevatekit_vcr_config(elevatekit_api: Api, pytestconfig: pytest.Config) -> dict[str, Any]:
    """Options for cassettes that can be committed: merge them into your own `vcr_config`.

    Addresses of this machine become that of the API, all headers but a few are dropped, bodies are
    decoded and compared, interactions have one order; what holds a token is not written.

    Example:
        ```python
        @pytest.fixture
        def vcr_config(elevatekit_vcr_config):
            return {**elevatekit_vcr_config, "ignore_hosts": ["example.com"]}
        ```
    """
    from elevatekit_plugins.testing.cassettes.recipe import Recipe

    recipe = pytestconfig.stash.setdefault(RECIPE, Recipe(elevatekit_api))
    return recipe.options()
