"""After a failed attempt: whether there is another one, how long to wait for it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.outcome import may_resend
from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.host.selected import GuardedPolicy
from elevatekit_plugins.messages import Attempt

SELDOM: Final = 60.0
"""Seconds: the longest wait of a patient policy's call while many others fail, at the least."""

Decision = tuple[float | None, str]
"""Seconds to wait before the next attempt, or None for no further one; and why."""


def decide(
    operation: Operation[Any],
    attempts: Sequence[Attempt],
    error: TransportError | None,
    spent: Spent | None,
    *,
    policy: GuardedPolicy,
    bucket: RetryBucket,
    chance: float,
    pause: float,
    left: float,
    limit: str = "the deadline",
) -> Decision:
    """What follows a failed attempt, the last of `attempts`.

    Args:
        spent: what is spent of the operation's budget, where it has one.
        pause: seconds for which the operation's group sends nothing.
        left: seconds until the deadline, or until another limit.
        limit: what that is called.

    Raises:
        PluginError: the policy failed.
    """
    refusal = may_resend(operation, attempts, error, spent)
    if refusal is not None:
        return None, refusal
    if left <= 0:
        return None, f"{limit} has passed"
    delay = policy.delay(attempts, operation.retry, chance)
    if delay is None:
        return None, "the retry policy stopped"
    delay = max(delay, pause)
    if delay < left and not bucket.spend(answered=attempts[-1].status is not None):
        if not policy.patience:
            return None, "too many calls of this client failed recently; no more retries for now"
        delay = max(delay, SELDOM * (0.5 + chance / 2))
    if delay >= left:
        return None, f"a wait of {delay:.1f} s would exceed {limit}"
    return delay, f"retry in {delay:.1f} s"
