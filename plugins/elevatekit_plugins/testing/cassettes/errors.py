"""What is wrong with a cassette."""

from __future__ import annotations

from typing import cast

from elevatekit_plugins.errors import ElevateKitError


class CassetteError(ElevateKitError):
    """A cassette cannot be read, must not be written, or is asked for in a way that cannot work."""


class UnreadableError(CassetteError):
    """A file is no cassette, or one that is refused."""

    def __init__(self, problem: str, line: int = 1) -> None:
        super().__init__(f"line {line}: {problem}")
        self.problem = problem
        self.line = line
        """Counted from 1."""


def messages(error: BaseException) -> list[str]:
    """What to tell of an error that is, or has in its group, a `CassetteError`; else nothing."""
    if isinstance(error, CassetteError):
        return [str(error)]
    if not isinstance(error, BaseExceptionGroup):
        return []
    group = cast("BaseExceptionGroup[BaseException]", error)
    if group.subgroup(CassetteError) is None:
        return []
    return [text for one in group.exceptions for text in messages(one) or [type(one).__name__]]
