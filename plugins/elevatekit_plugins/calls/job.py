"""What a call is made of: what is its own, and what it shares with all calls of its client."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from msgspec import Struct

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.contact import Contact
from elevatekit_plugins.calls.group import Group
from elevatekit_plugins.calls.quota import Ledger
from elevatekit_plugins.calls.refreshing import Refreshing
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.selected import GuardedAuth, GuardedPolicy
from elevatekit_plugins.messages import Request

T = TypeVar("T")


class Runtime(Struct, frozen=True, kw_only=True):
    """What the calls of a client share."""

    api: Api
    host: PluginHost
    auth: GuardedAuth
    refreshing: Refreshing
    policy: GuardedPolicy
    ledger: Ledger
    account: str
    """Tells its account from others; see `account_id`."""
    bucket: RetryBucket
    contact: Contact
    group: Callable[[Operation[Any]], Group | None]
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    """Seconds since 1970."""
    chance: Callable[[], float] = random.random


class Job(Struct, Generic[T], frozen=True, kw_only=True):
    """One call, ready to be made."""

    operation: Operation[T]
    request: Request
    timeout: float
    """The total deadline, in seconds from the start."""
    attempt_timeout: float
    """The deadline of each of its requests, in seconds. The total one holds for them as well."""
    arguments: tuple[tuple[str, Any], ...]
    """The path parameters."""
    resource: str | None
    """What the quota belongs to, where the operation has one."""
    question: str | None = None
    """What is asked, where the operation has a history that tells what was."""
