"""A concurrency group of an account: its slots, and how many of them the server bears.

Other processes may use the same account, and nobody tells of them but the server, which turns away
what is too much (429). So a process does what TCP does: it halves what it has in flight, once for
all that was sent before, and pauses; then it goes up again, by one after some answers. Nobody
is told to stop for ever: one slot stays, and a pause has an end.
"""

from __future__ import annotations

from typing import Final

from elevatekit_plugins.calls.accounts import PerAccount
from elevatekit_plugins.calls.limiter import Slots
from elevatekit_plugins.forks import Guarded

GAIN: Final = 8
"""Rounds of answers before there is one slot more. With fewer, two busy processes would turn each
other away so often that retries ran out."""
SHORTEST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 10.0
"""Seconds."""


class Group(Guarded):
    """What the clients of one account and process share.

    Args:
        limit: how many requests the spec allows in flight at once.
        name: what the spec calls it.
    """

    def __init__(self, limit: int, name: str = "") -> None:
        self.name = name
        self.slots = Slots(limit)
        self.paused_until = 0.0
        """The instant of the caller's clock before which nothing is sent."""
        self.cuts: int = 0
        """How often it was halved. Whoever sends notes this, and hands it back with the outcome."""
        super().__init__()
        self._most, self._allowed = limit, float(limit)
        self._in_a_row: int = 0
        self._usual = 0.0
        """Seconds that the last answer took."""

    def answered(self, elapsed: float) -> None:
        """A request was let in, and answered after this many seconds."""
        if self._allowed == self._most and not self._in_a_row:
            self._usual = elapsed
            return
        with self._lock:
            self._usual, self._in_a_row = elapsed, 0
            self._allowed = min(self._most, self._allowed + 1 / (GAIN * self._allowed))
            self.slots.resize(int(self._allowed))

    def refused(self, cuts: int, now: float, chance: float) -> None:
        """A request was turned away because too many were in flight.

        Args:
            cuts: what `cuts` was when it was sent. What was sent before the last cut is no news.
            chance: a random number from 0 up to 1, so that processes do not keep step.
        """
        with self._lock:
            if cuts != self.cuts:
                return
            self.cuts += 1
            self._in_a_row += 1
            self._allowed = max(1.0, self._allowed / 2)
            # About as long as one request takes: so another process gets its turn.
            turn = max(SHORTEST_PAUSE, self._usual) * 2.0 ** min(self._in_a_row - 1, 16)
            self.paused_until = now + min(LONGEST_PAUSE, turn) * (0.5 + chance / 2)
            self.slots.resize(int(self._allowed))


_shared = PerAccount[Group]()


def shared_group(base_url: str, token: str, name: str, limit: int) -> Group:
    """The group of an account: the same object for the same base URL, token and name."""
    return _shared.get(base_url, token, name, lambda: Group(limit, name))


def forget_groups(base_url: str) -> None:
    """Forget what was learnt at a service that begins again."""
    _shared.forget(base_url)
