"""Connections on which a script can take the place of HTTP: for faults that no framework sends."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from elevatekit_plugins.simulator.faults.kinds import Move, Pause, Script

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing a socket resets its connection."""


class Connection(H11Protocol):
    """One connection. Its requests find it in their scope: `scope["state"]["connection"]`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, "connection": self}, _loop)
        self._gone = asyncio.Event()
        self._heard: asyncio.Event | None = None
        self._performing = False

    def opening(self) -> Script | None:
        """What happens as soon as the client sends anything, instead of HTTP; None: nothing."""
        return None

    async def perform(self, script: Script) -> None:
        """Do what a script says instead of answering; returns when the connection has ended.

        A client that leaves ends the script.
        """
        self._performing = True
        for step in script:
            match step:
                case bytes():
                    self.transport.write(step)
                    # A client that reads as fast as this writes must not keep the loop busy.
                    await asyncio.sleep(0)
                    await self.flow.drain()
                case Pause(seconds):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._gone.wait(), seconds)
                case Move.LISTEN:
                    self._heard = asyncio.Event()
                    self.flow.resume_reading()
                    await self._heard.wait()
                case Move.CLOSE:
                    break
                case Move.RESET:
                    self._reset()
            if self._gone.is_set() or self.transport.is_closing():
                break
        self.transport.close()
        await self._gone.wait()

    def data_received(self, data: bytes) -> None:
        script = self.opening()
        if self._heard is not None:
            self._heard.set()
        elif script is None:
            super().data_received(data)
        elif not self._performing:
            self._performing = True
            task = self.loop.create_task(self.perform(script))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._gone.set()
        if self._heard is not None:
            self._heard.set()

    def shutdown(self) -> None:
        if self._performing:
            self.transport.abort()
        else:
            super().shutdown()

    def _reset(self) -> None:
        connected: socket.socket = self.transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()
