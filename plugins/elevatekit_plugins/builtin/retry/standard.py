"""The retry policy `standard`: up to two retries, exponential, half of each wait at random.

What the server asks to wait is obeyed up to two minutes. A longer wait is not slept through in
silence: the error reaches the caller at once, with the value.

A request that was turned away because too many of its group were in flight uses up no retry: it
did not get in. It is sent again until the deadline, while its group sends fewer at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from elevatekit_plugins.api import RetryRule
from elevatekit_plugins.hooks.descriptors import RetryPolicy, RetryPolicySpec
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.messages import Attempt


class StandardSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the policy `standard`."""

    retries: Annotated[int, Meta(ge=0)] = 2
    """How often a call is sent again at most; 0: never."""
    base: Annotated[float, Meta(gt=0)] = 0.5
    """Seconds: the longest first wait. It doubles from retry to retry."""
    cap: Annotated[float, Meta(gt=0)] = 20.0
    """Seconds: the longest wait of our own choice."""
    obey: Annotated[float, Meta(ge=0)] = 120.0
    """Seconds: the longest wait that a server can ask for."""


class StandardPolicy:
    """Waits between half and all of `base`, of twice that, of four times that …, or as asked."""

    def __init__(self, settings: StandardSettings) -> None:
        self._settings = settings

    def delay(self, attempts: Sequence[Attempt], rule: RetryRule, chance: float) -> float | None:
        settings, last = self._settings, attempts[-1]
        asked = last.retry_after
        if asked is not None and asked > settings.obey:
            return None
        failed = sum(not attempt.crowded for attempt in attempts)
        if settings.retries == 0 or (failed > settings.retries and not last.crowded):
            return None
        # Never less than half: a first retry at once would meet the same full house.
        longest = min(settings.cap, settings.base * 2.0 ** max(0, failed - 1))
        own = longest * (0.5 + chance / 2)
        return own if asked is None else max(asked, own)


def build(settings: StandardSettings) -> RetryPolicy:
    """The policy with these settings."""
    return StandardPolicy(settings)


@hookimpl
def elevatekit_register_retry_policies() -> Iterable[RetryPolicySpec]:
    """Register the policy."""
    return [
        RetryPolicySpec(
            name="standard",
            summary="two retries, with backoff and jitter; honours Retry-After up to 120 s",
            build=build,
            settings=StandardSettings,
        )
    ]
