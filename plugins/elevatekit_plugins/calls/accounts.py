"""What all clients of one account share in a process, however many there are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Generic, TypeVar

from elevatekit_plugins.forks import Guarded

T = TypeVar("T")


def account_id(base_url: str, token: str) -> str:
    """Tells an account from the others of a user, and is too short to guess a token by."""
    return hashlib.sha256(f"{base_url}\n{token}".encode()).hexdigest()[:8]


class PerAccount(Guarded, Generic[T]):
    """A registry with one object for each base URL, token and name. Thread-safe.

    Its keys hold hashes of tokens, so that no token stays in memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[tuple[str, str, str], T] = {}

    def get(self, base_url: str, token: str, name: str, make: Callable[[], T]) -> T:
        """The object of an account, made if there is none."""
        key = (base_url, hashlib.sha256(token.encode()).hexdigest(), name)
        with self._lock:
            found = self._made.get(key)
            if found is None:
                found = self._made[key] = make()
            return found

    def forget(self, base_url: str) -> None:
        """Drop the objects of a service that was restarted, as simulators are."""
        with self._lock:
            self._made = {key: made for key, made in self._made.items() if key[0] != base_url}
