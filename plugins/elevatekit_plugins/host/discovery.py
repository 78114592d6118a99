"""Which plugins are installed: one scan of the entry points a process, nothing imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from msgspec import Struct

from elevatekit_plugins.hooks.specs import PROJECT


class Candidate(Struct, frozen=True, kw_only=True):
    """A plugin that could be loaded."""

    name: str
    """The entry point's."""
    distribution: str
    version: str
    builtin: bool
    """Whether it ships with this distribution."""
    load: Callable[[], object]

    @property
    def label(self) -> str:
        """`csv (elevatekit 1.0)`"""
        return f"{self.name} ({self.distribution} {self.version})"


@cache
def installed() -> Sequence[Candidate]:
    """Every installed plugin, by name. The same name can be there more than once."""
    return candidates(entry_points(group=PROJECT))


def candidates(points: Iterable[EntryPoint]) -> Sequence[Candidate]:
    """What these entry points offer, by name."""
    return tuple(sorted(map(_candidate, points), key=lambda c: (c.name, c.distribution)))


def _candidate(point: EntryPoint) -> Candidate:
    distribution = point.dist
    name = distribution.name if distribution else "unknown"
    return Candidate(
        name=point.name,
        distribution=name,
        version=distribution.version if distribution else "0",
        builtin=name == PROJECT,
        load=point.load,
    )
