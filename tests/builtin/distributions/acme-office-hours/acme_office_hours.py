"""Tries again while people are there to see to the server; else it waits for the morning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from elevatekit_plugins import Attempt, RetryPolicy, RetryPolicySpec, hookimpl

ELEVATEKIT_PLUGIN_API = 1

SATURDAY = 5


class Settings(Struct, frozen=True, kw_only=True):
    """`[plugins.office-hours]`"""

    opens: Annotated[int, Meta(ge=0, le=23)] = 9
    closes: Annotated[int, Meta(ge=1, le=24)] = 17
    zone: str = "UTC"
    weekends: bool = False
    pause: Annotated[float, Meta(gt=0)] = 60.0
    """Seconds between two attempts within office hours."""


class OfficeHours:
    """Needs no clock: each attempt says when it ended."""

    patience = 4 * 86_400.0
    """Seconds: over a weekend."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._zone = settings, ZoneInfo(settings.zone)

    def delay(self, attempts: Sequence[Attempt], rule: Any, chance: float) -> float | None:
        now = datetime.fromtimestamp(attempts[-1].ended, self._zone)
        again = now + timedelta(seconds=self._settings.pause * (0.5 + chance / 2))
        if not self._open(again):
            again = self._opening(now)
        return again.timestamp() - now.timestamp()

    def _open(self, time: datetime) -> bool:
        settings = self._settings
        workday = settings.weekends or time.weekday() < SATURDAY
        return workday and settings.opens <= time.hour < settings.closes

    def _opening(self, now: datetime) -> datetime:
        time = now.replace(hour=self._settings.opens, minute=0, second=0, microsecond=0)
        while time <= now or not self._open(time):
            time += timedelta(days=1)
        return time


def build(settings: Settings) -> RetryPolicy:
    """The policy."""
    return OfficeHours(settings)


@hookimpl
def elevatekit_register_retry_policies() -> Iterable[RetryPolicySpec]:
    """Register the policy."""
    return [
        RetryPolicySpec(
            name="office-hours",
            summary="tries again from nine to five, on weekdays",
            build=build,
            settings=Settings,
        )
    ]
