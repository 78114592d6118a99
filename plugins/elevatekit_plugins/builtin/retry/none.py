"""The retry policy `none`: what failed has failed, and whoever called decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from elevatekit_plugins.api import RetryRule
from elevatekit_plugins.hooks.descriptors import NoSettings, RetryPolicy, RetryPolicySpec
from elevatekit_plugins.hooks.specs import hookimpl
from elevatekit_plugins.messages import Attempt


class NoRetries:
    """Stops after the first attempt."""

    def delay(self, attempts: Sequence[Attempt], rule: RetryRule, chance: float) -> float | None:
        return None


def build(settings: NoSettings) -> RetryPolicy:
    """The policy."""
    return NoRetries()


@hookimpl
def elevatekit_register_retry_policies() -> Iterable[RetryPolicySpec]:
    """Register the policy."""
    return [RetryPolicySpec(name="none", summary="no retries", build=build)]
