"""Who the clients of a test are, and how they try again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from elevatekit_plugins.api import Api

ACCOUNT: Final = "00000000-0000-4000-8000-000000000001"
"""A token for tests. The simulator takes any GUID; it is no secret."""


def account(api: Api) -> str:
    """The token for tests in the form that an API wants: with basic auth, of some user."""
    return f"tester:{ACCOUNT}" if api.key.scheme == "Basic" else ACCOUNT


AT_ONCE: Final = {"standard": {"base": 1e-6}}
"""Settings of the retry policy: as often as always, and without a wait between attempts."""


def forget(base_url: str) -> None:
    """Forget all that this process knows of a service that begins again: the same ids come again,
    and their questions are not spent, nor is anybody turned away."""
    from elevatekit_plugins.calls.group import forget_groups
    from elevatekit_plugins.calls.quota import forget_ledgers

    forget_ledgers(base_url)
    forget_groups(base_url)
