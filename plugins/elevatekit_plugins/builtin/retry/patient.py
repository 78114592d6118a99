"""The retry policy `patient`: rides out an outage of an hour and more, for runs overnight.

It waits longer and longer, up to a minute or two, and gives a call as long as the outage may last.
Each attempt still has the deadline that the spec gives a call, so a server that hangs costs that
and no more. `timeout=` and `--timeout` count as ever, and end its patience. A server that has never
answered the client is none that is away: it is tried for no longer than without patience.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from elevatekit_plugins.api import RetryRule
from elevatekit_plugins.hooks.descriptors import RetryPolicy, RetryPolicySpec
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.messages import Attempt


class PatientSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the policy `patient`."""

    patience: Annotated[float, Meta(gt=0, le=1_000_000)] = 7200.0
    """Seconds that a call may take in all."""
    base: Annotated[float, Meta(gt=0)] = 1.0
    """Seconds: the longest first wait. It doubles from retry to retry."""
    cap: Annotated[float, Meta(gt=0)] = 120.0
    """Seconds: the longest wait of our own choice."""


class PatientPolicy:
    """Waits as `standard` does, but longer, and until its patience ends.

    What the server asks to wait is obeyed, whatever it is.
    """

    def __init__(self, settings: PatientSettings) -> None:
        self._settings = settings

    @property
    def patience(self) -> float:
        return self._settings.patience

    def delay(self, attempts: Sequence[Attempt], rule: RetryRule, chance: float) -> float | None:
        failed = sum(not attempt.crowded for attempt in attempts)
        # No float is as large as 2 to the power of what can fail in a week.
        longest = min(self._settings.cap, self._settings.base * 2.0 ** min(60, max(0, failed - 1)))
        return max(attempts[-1].retry_after or 0.0, longest * (0.5 + chance / 2))


def build(settings: PatientSettings) -> RetryPolicy:
    """The policy with these settings."""
    return PatientPolicy(settings)


@hookimpl
def elevatekit_register_retry_policies() -> Iterable[RetryPolicySpec]:
    """Register the policy."""
    return [
        RetryPolicySpec(
            name="patient",
            summary="retries for up to two hours, with waits of up to two minutes",
            build=build,
            settings=PatientSettings,
        )
    ]
