"""Who answers the clients of the fixtures: the simulator, cassettes, or the service itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, cast

import pytest

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api

Target = Literal["sim", "cassette", "live"]
TARGETS: Final = ("sim", "cassette", "live")
_TARGET: Final = "--elevatekit-target"
_ALLOW: Final = "--elevatekit-allow-live"


def add_options(parser: pytest.Parser) -> None:
    """The options of the command line."""
    group = parser.getgroup("elevatekit")
    group.addoption(
        _TARGET,
        choices=TARGETS,
        default="sim",
        help="who answers elevatekit_client: the simulator (default), the cassette of each test, or"
        " the service itself",
    )
    group.addoption(
        _ALLOW,
        action="store_true",
        help="let tests call the service itself; it may count what they ask",
    )


def target(config: pytest.Config) -> Target:
    """The target of this run."""
    return cast("Target", config.getoption(_TARGET))


def check_target(config: pytest.Config, api: Callable[[], Api]) -> None:
    """Look at the options before anything runs.

    Raises:
        UsageError: calls would go to the service itself, and nobody has allowed it, or there is no
            token; or cassettes are to be replayed and recorded at once.
    """
    match target(config):
        case "sim":
            return
        case "cassette":
            mode: str | None = config.getoption("--record-mode", None)
            if mode not in (None, "none"):
                raise pytest.UsageError(
                    f"{_TARGET}=cassette replays, but --record-mode={mode} records; use another"
                )
        case "live":
            if not config.getoption(_ALLOW):
                raise pytest.UsageError(
                    f"{_TARGET}=live calls the service itself, which counts what is declared and"
                    f" asked; add {_ALLOW} if that is meant"
                )
            name = api().env("token")
            if not os.environ.get(name):
                raise pytest.UsageError(
                    f"{_TARGET}=live needs a token: set {name}, and {api().env('base_url')} if"
                    " requests go to another server than that of the spec"
                )


def needs_simulator(what: str, config: pytest.Config) -> None:
    """Skip a test that cannot run without the simulator where there is none."""
    if target(config) != "sim":
        pytest.skip(f"{what} needs the simulator, and {_TARGET} is {target(config)}")
