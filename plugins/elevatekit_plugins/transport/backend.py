"""Network backends that give each read and write the time that is left of the whole call.

httpx2's timeouts are for one read, so a response that drips outlasts them all. Its connections
ask their network stream for every byte, though: a stream that shortens each timeout to what is
left until the deadline bounds the call, for sync code too. (`network_backend` is a public
argument of httpcore2's pools; httpx2 does not pass it on, so the pool's is replaced. A test
holds that this keeps working.)
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterable
from typing import Any

import httpcore2

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


class _Local(threading.local):
    deadline: float = float("inf")


class DeadlineBackend(httpcore2.NetworkBackend):
    """httpcore2's sync backend, with `deadline` (of `time.monotonic`) set for each thread."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()
        self._streams = weakref.WeakSet[_DeadlineStream]()
        self._ended = False
        self.local = _Local()

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """Seconds until the deadline, or `timeout` where that is sooner.

        Raises:
            late: it has passed. However short a timeout is, what is there already is read: so a
                server that never pauses would hold a call for as long as it likes.
        """
        left = self.local.deadline - time.monotonic()
        if left <= 0:
            raise late("the deadline passed")
        return left if timeout is None else min(left, timeout)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        left = self.left(timeout, httpcore2.ConnectTimeout)
        stream = self._inner.connect_tcp(host, port, left, local_address, socket_options)
        return self.watched(stream)

    def watched(self, stream: httpcore2.NetworkStream) -> httpcore2.NetworkStream:
        """The stream, bounded by the deadline and ended with the others."""
        watched = _DeadlineStream(stream, self)
        self._streams.add(watched)
        if self._ended:
            self.end()
        return watched

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)

    def end(self) -> None:
        """End every connection, those that a thread waits for and those to come, too."""
        self._ended = True
        for stream in list(self._streams):
            stream.end()

    def forget(self) -> None:
        """Close the copies of a parent's connections in a forked child; the parent's go on."""
        for stream in list(self._streams):
            stream.close()


class _DeadlineStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, backend: DeadlineBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._backend.left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:  # httpcore2 writes the end of a message, too, which is often nothing
            self._inner.write(buffer, self._backend.left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def end(self) -> None:
        """Shut the connection down: a thread that waits for it wakes up."""
        connection = self._inner.get_extra_info("socket")
        with contextlib.suppress(OSError):  # it has ended already
            connection.shutdown(socket.SHUT_RDWR)

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = self._backend.left(timeout, httpcore2.ConnectTimeout)
        stream = self._inner.start_tls(ssl_context, server_hostname, left)
        return self._backend.watched(stream)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
