"""One refresh of the credential for all calls that need it: threads and tasks, of one client."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable

from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.limiter import Slots
from elevatekit_plugins.errors import AuthError, ElevateKitError, PluginError


class Refreshing:
    """Whose turn it is to refresh, and what came of the last one.

    All calls whose requests were signed before a refresh ended share what came of it, a failure as
    well: ten thousand that are refused together ask the token's server once.

    Args:
        turn: one slot; who holds it may refresh.
    """

    def __init__(self, turn: Slots | None = None) -> None:
        self.turn = Slots(1) if turn is None else turn
        self.ended = 0
        """How many refreshes have ended, well or not."""
        self._outcome: bool | ElevateKitError = False

    def shared(self, before: int, used: Hashable, credential: Hashable) -> bool | None:
        """The outcome of a refresh by another call; None if this call has to refresh.

        Args:
            before: how many refreshes had ended when the caller's request was signed.
            used: what it was signed with.
            credential: what requests are signed with now.

        Raises:
            ElevateKitError: that of the refresh which was waited for.
        """
        if credential is not None and credential != used:
            return True
        if self.ended == before:
            return None
        if isinstance(self._outcome, ElevateKitError):
            raise copy.copy(self._outcome)  # one error cannot be raised in several threads
        return self._outcome

    def run(self, refresh: Steps[bool], in_time: Callable[[], bool]) -> Steps[bool]:
        """Make a refresh whose outcome is shared. For who has the turn.

        Args:
            in_time: whether the caller's deadline is still to come. If it has passed, the refresh
                may have failed for that alone: its outcome is not shared, and the next call tries
                again.
        """
        try:
            outcome = yield from refresh
        except (AuthError, PluginError) as error:
            self._share(copy.copy(error), in_time)
            raise
        self._share(outcome, in_time)
        return outcome

    def _share(self, outcome: bool | ElevateKitError, in_time: Callable[[], bool]) -> None:
        if in_time():
            self._outcome = outcome
            self.ended += 1
