"""The pytest fixtures. Nothing is imported until a fixture is used.

`elevatekit_api` comes from the generated package: it is the table of its API.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from elevatekit_plugins.testing.accounts import AT_ONCE, account, forget
from elevatekit_plugins.testing.cassettes.watch import RECIPE
from elevatekit_plugins.testing.leftovers import watched
from elevatekit_plugins.testing.scene import scene_of
from elevatekit_plugins.testing.target import needs_simulator, target

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api
    from elevatekit_plugins.simulator.clock import VirtualClock
    from elevatekit_plugins.simulator.server import Simulator
    from elevatekit_plugins.testing.staging import FaultPlan


@pytest.fixture(scope="session")
def elevatekit_session_simulator(elevatekit_api: Api) -> Iterator[Simulator]:
    """One simulator for the whole session (for each worker), on a free port of loopback."""
    with _plain_failures():
        from elevatekit_plugins.errors import missing_extra

        try:
            from elevatekit_plugins.testing.staging import started
        except ModuleNotFoundError as error:
            raise missing_extra("the simulator", error, "pytest") from None
    with started(elevatekit_api) as simulator:
        yield simulator


@pytest.fixture
def elevatekit_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The simulator as if just started, and as the mark `elevatekit` says.

    A fault that never fired fails the test, and so does an answer that broke the spec.
    """
    needs_simulator("elevatekit_simulator", request.config)
    simulator: Simulator = request.getfixturevalue("elevatekit_session_simulator")
    from elevatekit_plugins.testing.staging import left_over, set_up

    with _plain_failures():
        set_up(simulator, scene_of(request.node))
    replayed = _replays(request)  # then no call reaches the simulator
    with watched(request.node, lambda: [] if replayed else left_over(simulator)):
        yield simulator


@pytest.fixture
def elevatekit_faults(request: pytest.FixtureRequest, elevatekit_api: Api) -> FaultPlan:
    """What goes wrong: `elevatekit_faults.add("gen_ai.cx.topics", "html_502", nth=2)`.

    With `--elevatekit-target=cassette` it does nothing: what it brought about was recorded.
    """
    if target(request.config) == "cassette":
        from elevatekit_plugins.simulator.faults import Faults

        faults = Faults(elevatekit_api)
    else:
        needs_simulator("elevatekit_faults", request.config)
        simulator: Simulator = request.getfixturevalue("elevatekit_simulator")
        faults = simulator.faults
    from elevatekit_plugins.testing.staging import FaultPlan

    return FaultPlan(faults)


@pytest.fixture
def elevatekit_clock(request: pytest.FixtureRequest) -> VirtualClock:
    """The clock of the simulator, which stands until `elevatekit_clock.advance(60)`.

    With `--elevatekit-target=cassette` it moves nothing: what it brought about was recorded.
    """
    if target(request.config) == "cassette":
        from elevatekit_plugins.simulator.clock import VirtualClock

        return VirtualClock()
    needs_simulator("elevatekit_clock", request.config)
    simulator: Simulator = request.getfixturevalue("elevatekit_simulator")
    return simulator.clock


@pytest.fixture
def elevatekit_client(request: pytest.FixtureRequest, elevatekit_api: Api) -> Iterator[Any]:
    """A `Client` that talks to the target. Only with the live one it waits between attempts."""
    with _client(request, elevatekit_api, "Client") as client:
        yield client


@pytest.fixture
def elevatekit_async_client(request: pytest.FixtureRequest, elevatekit_api: Api) -> Any:
    """An `AsyncClient` that talks to the target.

    It is not open yet, so that it works with every async plugin: `async with` opens it.
    """
    return _client(request, elevatekit_api, "AsyncClient")


@pytest.fixture
def elevatekit_scripted(request: pytest.FixtureRequest, elevatekit_api: Api) -> Iterator[Any]:
    """A `Scripted`: answers for this test, checked against the spec, and no server.

    An answer that no call came for fails the test, and so does a call that had no answer.
    """
    with _plain_failures():
        make = import_module(f"{elevatekit_api.package}.testing").Scripted
    scripted = make()
    with watched(request.node, lambda: list(scripted.problems)):
        yield scripted


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


def _client(request: pytest.FixtureRequest, api: Api, name: str) -> Any:
    make = getattr(import_module(api.package), name)
    match target(request.config):
        case "live":
            if scene_of(request.node):
                needs_simulator("the mark elevatekit", request.config)
            return make()
        case "cassette":
            _needs_cassette(request)
            forget(api.base_url)
            return make(account(api), base_url=api.base_url, settings=AT_ONCE)
        case "sim":
            base_url = request.getfixturevalue("elevatekit_simulator").base_url
            return make(account(api), base_url=base_url, settings=AT_ONCE)


def _replays(request: pytest.FixtureRequest) -> bool:
    """Whether a cassette answers the calls of a test, so that none leaves this process."""
    cassette: Any = request.getfixturevalue("vcr") if "vcr" in request.fixturenames else None
    return getattr(getattr(cassette, "record_mode", None), "value", None) == "none"


def _needs_cassette(request: pytest.FixtureRequest) -> None:
    """Fail a test whose calls would leave this machine."""
    if not _replays(request):
        pytest.fail(
            "with --elevatekit-target=cassette a test is answered by its cassette alone, and this"
            " one has none that only replays: mark it with pytest.mark.vcr (of pytest-recording),"
            " and with no record mode",
            pytrace=False,
        )


@contextmanager
def _plain_failures() -> Generator[None]:
    """Fail a test with the message of an error of ours, and no traceback."""
    from elevatekit_plugins.errors import ElevateKitError

    try:
        yield
    except ElevateKitError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
