"""The two transports of a script. They send nothing."""

from __future__ import annotations

from collections.abc import Callable

from elevatekit_plugins.messages import Request, Response

Play = Callable[[Request], Response]


class SyncScript:
    """Plays a script to a `Client`."""

    def __init__(self, play: Play) -> None:
        self._play = play

    def send(self, request: Request, deadline: float) -> Response:
        return self._play(request)

    def close(self) -> None:
        """There is nothing to close."""


class AsyncScript:
    """Plays a script to an `AsyncClient`."""

    def __init__(self, play: Play) -> None:
        self._play = play

    async def send(self, request: Request, deadline: float) -> Response:
        return self._play(request)

    async def aclose(self) -> None:
        """There is nothing to close."""
