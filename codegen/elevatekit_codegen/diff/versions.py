"""The step of the version that a diff asks for, by Semantic Versioning 2.0.0."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from elevatekit_codegen.diff.changes import Impact

Step = Literal["major", "minor", "patch", "none"]


@dataclass(frozen=True, slots=True)
class Version:
    """The version of the old document, and the least that the new one must have."""

    step: Step
    rule: str
    """Why it is that step."""
    old: str
    """`info.version` of the old document."""
    said: str
    """`info.version` of the new one."""
    least: str | None
    """None where the old version is none of numbers and dots, so that nothing can be added."""

    @property
    def is_enough(self) -> bool:
        """Whether the new document says a version that is high enough, or nobody can tell."""
        least, said = _numbers(self.least or ""), _numbers(self.said)
        return least is None or said is None or said >= least


def version(impact: Impact | None, old: str, new: str) -> Version:
    """The step that the worst change asks for. Before 1.0.0 a break raises the minor version.

    Args:
        impact: of the worst change; None where nothing changed.
        old: `info.version` of the old document.
        new: that of the new one.
    """
    numbers = _numbers(old)
    step, rule = _step(impact, early=numbers is not None and numbers[0] == 0)
    least = None if numbers is None else _raised(numbers, step)
    return Version(step, rule, old, new, least)


def _step(impact: Impact | None, *, early: bool) -> tuple[Step, str]:
    match impact:
        case None:
            return "none", "nothing changed"
        case Impact.BREAKING if early:
            return "minor", "before 1.0.0 a break raises the minor version"
        case Impact.BREAKING:
            return "major", "a break raises the major version"
        case Impact.ADDITIVE if early:
            return "patch", "before 1.0.0 what breaks nothing raises the patch version"
        case Impact.ADDITIVE:
            return "minor", "something new raises the minor version"
        case _:
            return "patch", "what breaks nothing and adds nothing raises the patch version"


def _raised(numbers: tuple[int, int, int], step: Step) -> str:
    major, minor, patch = numbers
    match step:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case "none":
            return f"{major}.{minor}.{patch}"


def _numbers(version: str) -> tuple[int, int, int] | None:
    """`2.0` is 2.0.0; what follows the numbers (`-beta`, `+build`) does not count."""
    found = re.match(r"v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?![\d.])", version)
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch
