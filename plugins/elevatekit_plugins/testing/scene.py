"""How the service is to behave for one test: the words of the mark, looked at as tests are found.

Importing it imports nothing but pytest: what the words mean is looked up when a test needs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

import pytest

if TYPE_CHECKING:
    from elevatekit_plugins.simulator.faults import Fault
    from elevatekit_plugins.simulator.settings import Pace

MARK: Final = "elevatekit"


class Scene(TypedDict, total=False):
    """How the service behaves. What is left out is as the spec says."""

    status: int | Mapping[str, int]
    """The error status of every call; or, by operation, of each call of that one."""
    quota: int
    """How many answers each budget has left at first, as if others had asked before."""
    switches: Mapping[str, object]
    """What nobody outside the vendor knows: `{"ask.failed_counts": False}`."""
    faults: Sequence[Fault | Mapping[str, object]]
    """Single calls that go wrong: `[{"operation": "gen_ai.cx.topics", "kind": "html_502"}]`."""
    progress: Pace
    """What moves audio to its next state: `immediate`, `time` or `manual`."""


def problem_of(node: pytest.Item) -> str | None:
    """What is wrong with the words of the marks of a test; None: nothing."""
    known = list(Scene.__annotations__)
    for mark in node.iter_markers(MARK):
        if mark.args:
            return (
                f"{node.nodeid}: the marker {MARK} accepts keywords, not {mark.args[0]!r};"
                f" available: {', '.join(known)}"
            )
        for word in mark.kwargs.keys() - set(known):
            from difflib import get_close_matches  # not before it is needed

            near = get_close_matches(word, known)
            meant = f"did you mean {near[0]}?" if near else f"available: {', '.join(known)}"
            return f"{node.nodeid}: the marker {MARK} has no keyword {word!r}; {meant}"
    return None


def scene_of(node: pytest.Item) -> Scene:
    """What the marks of a test say together. The nearest one counts, word by word."""
    scene: dict[str, Any] = {}
    for mark in node.iter_markers(MARK):
        scene = {**mark.kwargs, **scene}
    return cast("Scene", scene)
