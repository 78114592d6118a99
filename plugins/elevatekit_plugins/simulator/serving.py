"""uvicorn in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Final

import uvicorn
from starlette.types import ASGIApp

from elevatekit_plugins.simulator.listening import Listening
from elevatekit_plugins.simulator.wire import Connection

if TYPE_CHECKING:
    from elevatekit_plugins.simulator.tls import Listener

GRACE: Final = 1.0
"""Seconds that requests in flight are given when the simulator stops."""


class Server(uvicorn.Server):
    """uvicorn in a thread. It stops when it is told to, and needs no clock for that."""

    def __init__(self, app: ASGIApp, listening: Listening, listener: Listener | None) -> None:
        context = listener and listener.context
        # No Date and no Server header: equal requests have equal answers, byte for byte.
        super().__init__(
            uvicorn.Config(
                app,
                loop="asyncio",
                http=listener.connection if listener else Connection,
                ssl_context_factory=(lambda config, default: context) if context else None,
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
            )
        )
        self._listening = listening
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._listening.close()

    def _run(self) -> None:
        try:
            self.run(sockets=[self._listening])
        finally:
            self._ready.set()

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._listening.refuse()
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=GRACE)
        # Whoever is still served loses the connection: an answer would be a lie.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await self._listening.disconnect()
