"""The states that an interaction takes, one after another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from elevatekit_plugins.api import Api, Waiter, did_you_mean
from elevatekit_plugins.simulator.contract import Contract


class Course(Struct, frozen=True):
    """What an interaction goes through once the service has all that it needs."""

    steps: tuple[str, ...]
    """The states before the last one."""
    fetched: int = 0
    """How many of them are over when the service has fetched the file."""


class LifeCycle(Struct, frozen=True):
    """The states of the API, sorted by what they tell."""

    waiting: str
    """Declared, but the file was not sent."""
    sent: Course
    """What a file that was sent goes through."""
    fetched: Course
    """The same for a file that the service fetches itself."""
    waited: Course
    """The same for what needs no file and is waited for."""
    at_once: Course
    """The same for all the rest."""
    last: str
    """The state that is kept."""
    done: tuple[str, ...]
    """The states in which there are results."""
    failures: tuple[str, ...]
    """The states of what cannot be processed."""
    unread: str
    """The one of them that a file keeps which cannot be read."""


def life_cycle(
    api: Api,
    contracts: Mapping[str, Contract],
    states: Sequence[str] = (),
    *,
    at_once: bool = True,
) -> LifeCycle:
    """Read the states off the spec: those of `x-waiter`, and the known values of its property.

    The known values stand in the order in which they are taken. Those that name the upload
    operation (`upload`) belong to files that are sent; those that name the property that makes an
    upload unnecessary (`download` of `downloadUri`) belong to files that are fetched.

    Args:
        states: What every interaction goes through instead; it keeps the last one.
        at_once: Whether what needs no file is done at once, though it is waited for.

    Raises:
        ValueError: one of the `states` is none of the spec.
    """
    pull = api.pull
    contract = next((contracts[o.id] for o in api.operations if o.waiter), None)
    if pull is None or contract is None or contract.operation.waiter is None:
        none = Course(())
        return LifeCycle("", none, none, none, none, "", ("",), (), "")
    waiter = contract.operation.waiter
    known = _known(contract, waiter)
    passing = [s for s in known if s not in waiter.failed and s not in waiter.done]
    sends = pull.upload.operation.rpartition(".")[2].lower()
    fetches = pull.upload.unless.lower().removesuffix("uri").removesuffix("url")
    # Where the spec does not say in which state a file is waited for, it is the first one.
    waiting = waiter.waiting or tuple(passing[:1]) or waiter.done
    fetching = tuple(s for s in passing if sends not in s.lower())
    files = (*waiting, *(s for s in passing if sends in s.lower() or fetches in s.lower()))
    cycle = LifeCycle(
        waiting=waiting[-1],
        sent=Course(tuple(s for s in passing if fetches not in s.lower() and s not in waiting)),
        fetched=Course(
            fetching, max((n for n, s in enumerate(fetching) if fetches in s.lower()), default=0)
        ),
        waited=Course(() if at_once else tuple(s for s in passing if s not in files)),
        at_once=Course(()),
        last=waiter.done[0],
        done=waiter.done,
        failures=waiter.failed,
        unread=max(waiter.failed, key=known.index),
    )
    return _instead(cycle, states, known) if states else cycle


def _instead(cycle: LifeCycle, states: Sequence[str], known: list[str]) -> LifeCycle:
    for state in states:
        if state not in known:
            hint = did_you_mean(state, known) or f"; available: {', '.join(known)}"
            raise ValueError(f"unknown state {state!r}{hint}")
    course = Course(tuple(states[:-1]))
    return structs.replace(
        cycle, sent=course, fetched=course, waited=course, at_once=course, last=states[-1]
    )


def _known(contract: Contract, waiter: Waiter) -> list[str]:
    """The states in the order of the spec; where it lists none, those that the waiter names."""
    schema = next((s for s in contract.answers.values() if s), None)
    properties = schema.shape.properties if schema else ()
    listed = next((p.shape.enum for p in properties if p.name == waiter.property), ())
    known = [str(state) for state in listed]
    return known + [s for s in (*waiter.done, *waiter.failed) if s not in known]
