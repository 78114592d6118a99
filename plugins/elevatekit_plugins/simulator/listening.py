"""A port that is listened on, and every connection that was accepted there."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from typing import Any, Final
from weakref import WeakSet

_ROUNDS: Final = 100
"""How often the loop is given time to see connections end before it is stopped without that."""


class Listening(socket.socket):
    """A listening socket that remembers what it accepted.

    asyncio tells a protocol of a connection only once its handshake is done; what never gets that
    far is known here alone.
    """

    def __init__(self, family: int) -> None:
        # Named, because asyncio turns Nagle's algorithm off for this protocol only: without it each
        # answer waits 40 ms for an acknowledgement.
        super().__init__(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._accepted: WeakSet[socket.socket] = WeakSet()
        self._refusing = False

    def accept(self) -> tuple[socket.socket, Any]:
        if self._refusing:
            raise BlockingIOError("nothing more is accepted")
        connected, address = super().accept()
        self._accepted.add(connected)
        return connected, address

    async def refuse(self) -> None:
        """Accept nothing more.

        A connection that was just accepted gets its transport in the next round of the loop, and
        by then asyncio's server must not be closed: it would leave the connection open for ever.
        """
        self._refusing = True
        await asyncio.sleep(0)

    async def disconnect(self) -> None:
        """End every connection that is still there, and let the loop see that."""
        for connected in self._accepted:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
        for _ in range(_ROUNDS):
            # What is closed has no descriptor any more.
            if all(connected.fileno() < 0 for connected in self._accepted):
                return
            await asyncio.sleep(0.005)


def listen(host: str, port: int) -> Listening:
    """Begin to listen; port 0: on a free one.

    Raises:
        OSError: the address cannot be listened on, for example because the port is taken.
    """
    listening = Listening(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if os.name == "posix":
            # Elsewhere this option lets two processes listen on one port.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        said = f"cannot listen on {host}:{port}: {error.strerror or error}"
        raise OSError(error.errno, said) from None
    return listening
