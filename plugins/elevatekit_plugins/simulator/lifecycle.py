"""The states that an interaction takes, one after another, in simulated time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from elevatekit_plugins.api import Api, Waiter
from elevatekit_plugins.simulator.contract import Contract

PROCESSING_SECONDS: Final = 60.0
"""Simulated seconds from the moment at which the service has the file until it is processed."""


class LifeCycle(Struct, frozen=True):
    """The states of the API, sorted by what they tell."""

    waiting: str
    """Declared, but the file was not sent."""
    steps: tuple[str, ...]
    """What a sent file goes through, each for the same time, before it is done or failed."""
    fetching: tuple[str, ...]
    """The same for a file that the service fetches itself."""
    done: str
    failed: str

    def state(self, now: float, begun: float | None, fetched: bool, fails: bool) -> str:
        """The state at `now` of a file that arrived at `begun` (None: not yet)."""
        if begun is None:
            return self.waiting
        steps = self.fetching if fetched else self.steps
        passed = (now - begun) / PROCESSING_SECONDS
        if passed < 1 and steps:
            return steps[int(passed * len(steps))]
        return self.failed if fails else self.done


def life_cycle(api: Api, contracts: Mapping[str, Contract]) -> LifeCycle:
    """Read the states off the spec: those of `x-waiter`, and the known values of its property.

    The known values stand in the order in which they are taken. Those that name the upload
    operation (`upload`) belong to files that are sent; those that name the property that makes an
    upload unnecessary (`download` of `downloadUri`) belong to files that are fetched.
    """
    pull = api.pull
    contract = next((contracts[o.id] for o in api.operations if o.waiter), None)
    if pull is None or contract is None or contract.operation.waiter is None:
        return LifeCycle("", (), (), "", "")
    waiter = contract.operation.waiter
    known = _known(contract, waiter)
    passing = [s for s in known if s not in waiter.failed and s not in waiter.done]
    sends = pull.upload.operation.rpartition(".")[2].lower()
    fetches = pull.upload.unless.lower().removesuffix("uri").removesuffix("url")
    # Where the spec does not say in which state a file is waited for, it is the first one.
    waiting = waiter.waiting or tuple(passing[:1]) or waiter.done
    return LifeCycle(
        waiting=waiting[-1],
        steps=tuple(s for s in passing if fetches not in s.lower() and s not in waiting),
        fetching=tuple(s for s in passing if sends not in s.lower()),
        done=waiter.done[0],
        failed=max(waiter.failed, key=known.index),
    )


def _known(contract: Contract, waiter: Waiter) -> list[str]:
    """The states in the order of the spec; where it lists none, those that the waiter names."""
    schema = next((s for s in contract.answers.values() if s), None)
    properties = schema.shape.properties if schema else ()
    listed = next((p.shape.enum for p in properties if p.name == waiter.property), ())
    known = [str(state) for state in listed]
    return known + [s for s in (*waiter.done, *waiter.failed) if s not in known]
