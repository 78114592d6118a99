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
    """One thing for each base URL, token and name. Safe to use from many threads.

    Tokens are kept as hashes: they are not to lie about in memory.
    """

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[tuple[str, str, str], T] = {}

    def get(self, base_url: str, token: str, name: str, make: Callable[[], T]) -> T:
        """That of an account, made where there is none."""
        key = (base_url, hashlib.sha256(token.encode()).hexdigest(), name)
        with self._lock:
            found = self._made.get(key)
            if found is None:
                found = self._made[key] = make()
            return found

    def forget(self, base_url: str) -> None:
        """Leave out those of a service that begins again, as a simulator does."""
        with self._lock:
            self._made = {key: made for key, made in self._made.items() if key[0] != base_url}
