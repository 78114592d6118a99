"""Brings about what a test asks of the simulator, and tells what of it was never used."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Unpack

import msgspec

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.simulator.faults import Fault, Faults
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.settings import Changes
from elevatekit_plugins.simulator.switchboard import convert
from elevatekit_plugins.testing.accounts import forget
from elevatekit_plugins.testing.scene import Scene

_ALWAYS: Final = 1_000_000_000
"""Calls in a row that a status answers."""


@contextmanager
def serve(api: Api, **scene: Unpack[Scene]) -> Generator[Simulator]:
    """A simulator for a `with` block, on a free port of loopback.

    Raises:
        ConfigError: the scene cannot be used.
        AssertionError: a fault never fired, or the simulator broke the spec; when the block ends.
    """
    with started(api) as simulator:
        set_up(simulator, scene)
        yield simulator
        if problems := left_over(simulator):
            raise AssertionError("\n".join(problems))


def started(api: Api) -> Simulator:
    """The simulator of tests: always the same seed, and it checks its own answers."""
    return Simulator(api, seed=1, self_check=True)


def set_up(simulator: Simulator, scene: Scene) -> None:
    """Begin again, as the scene says.

    Raises:
        ConfigError: it names something that there is not, or that cannot be used.
    """
    changes: Changes = {"faults": ()}
    try:
        for word, value in scene.items():
            changes |= _changes(word, value, changes.get("faults", ()))
        simulator.reset(**changes)
    except ValueError as error:
        raise ConfigError(f"the simulator cannot be set up: {error}") from None
    forget(simulator.base_url)


def left_over(simulator: Simulator) -> list[str]:
    """The faults that never fired, and where the simulator itself failed: a line for each."""
    faults = (f"a fault never fired: {fault}" for fault in simulator.faults.unfired)
    failures = (f"the simulator itself failed: {line}" for line in simulator.ledger.violations)
    return [*faults, *failures]


class FaultPlan:
    """Lets calls go wrong. What never fires fails the test."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def add(
        self,
        operation: str,
        kind: str | None = None,
        *,
        nth: int = 1,
        times: int = 1,
        status: int | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        after: bool = False,
        seconds: float | None = None,
    ) -> None:
        """Let a call meet a fault.

        Args:
            operation: The dotted id, or `*`: then all calls are counted together.
            kind: A name of the catalogue (`elevatekit simulate --list-faults`), or else a `status`.
            nth: Which call, from 1, counted since the test began; refused ones are not counted.
            times: How many calls in a row.
            status, body, headers: An answer of your own; without a body, the documented error.
            after: Whether the call is carried out first, so that its true answer is lost.
            seconds: For kinds with a pause, how long it is.

        Raises:
            ConfigError: there is no such operation or kind, or a value cannot be used.
        """
        given = {
            "operation": operation,
            "kind": kind,
            "nth": nth,
            "times": times,
            "status": status,
            "body": body,
            "headers": headers or {},
            "after": after,
            "seconds": seconds,
        }
        try:
            self._faults.add(_fault(given))
        except ValueError as error:
            raise ConfigError(f"the fault cannot be scheduled: {error}") from None

    @property
    def unfired(self) -> tuple[Fault, ...]:
        """The faults that never fired, so far."""
        return self._faults.unfired


def _changes(word: str, value: Any, faults: Sequence[Fault]) -> Changes:
    """The settings of the simulator that a word of a scene changes.

    Raises:
        ValueError: there is no such word, or it cannot have the value.
    """
    try:
        match word:
            case "status":
                return {"faults": [*faults, *_statuses(value)]}
            case "faults":
                return {"faults": [*faults, *map(_fault, value)]}
            case "switches":
                return {"switches": convert(value)}
            case "quota":
                return {"quota": msgspec.convert(value, int)}
            case "progress":
                return {"progress": value}
            case _:
                raise ValueError(
                    f"unknown keyword {word!r}{did_you_mean(word, list(Scene.__annotations__))}"
                )
    except (TypeError, AttributeError):
        raise ValueError(f"{word} cannot be {value!r} ({type(value).__name__})") from None


def _statuses(status: int | Mapping[str, int]) -> Iterator[Fault]:
    by_operation = status if isinstance(status, Mapping) else {"*": status}
    for operation, one in by_operation.items():
        fault = _fault({"operation": operation, "status": one, "times": _ALWAYS})
        if one < 400:
            raise ValueError(
                f"status {one} is not an error status; without a status, calls succeed"
            )
        yield fault


def _fault(given: Fault | Mapping[str, object]) -> Fault:
    if isinstance(given, Fault):
        return given
    for word in given:
        if word not in Fault.__struct_fields__:
            near = did_you_mean(word, list(Fault.__struct_fields__))
            raise ValueError(f"a fault has no field {word!r}{near}")
    return msgspec.convert(given, Fault)
