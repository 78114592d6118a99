"""Network backends that give each step the time that is left of the whole call.

httpx2's timeouts are for one read, so a response that drips outlasts them all. Its connections
ask their network stream for every byte, though: a stream that shortens each timeout to what is
left until the deadline bounds the call, for sync code too. (`network_backend` is a public
argument of httpcore2's pools; httpx2 does not pass it on, so the pool's is replaced. A test
holds that this keeps working.)
"""

from __future__ import annotations

import codecs
import contextlib
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterable
from typing import Any

import httpcore2

from elevatekit_plugins.transport.sending import current

SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

# Whoever looks up the first name imports it otherwise, and a child that is forked meanwhile waits
# for ever for that import: CPython frees no lock of a module in a child.
codecs.lookup("idna")


class DeadlineBackend(httpcore2.NetworkBackend):
    """httpcore2's sync backend, bounded by the deadline of what the thread is sending."""

    def __init__(self) -> None:
        self._inner = httpcore2.SyncBackend()
        self._streams = weakref.WeakSet[_DeadlineStream]()
        self._lock = threading.Lock()
        """Around the set, to which other threads add while one goes through it."""
        self._ended = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        """A connection to one of the host's addresses, tried in turn.

        Each gets an even share of the time that is left: the first of them may be one that never
        answers, as that of a broken IPv6 often is.
        """
        sending, options = current.get(), list(socket_options or ())
        addresses = _addresses(host, port)
        until = time.monotonic() + sending.left(timeout, httpcore2.ConnectTimeout)
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for tried, address in enumerate(addresses):
            share = (until - time.monotonic()) / (len(addresses) - tried)
            share = sending.left(share, httpcore2.ConnectTimeout)
            try:
                stream = self._inner.connect_tcp(address, port, share, local_address, options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failed = error
            else:
                return self.watched(stream)
        raise failed or httpcore2.ConnectError(f"{host} has no address")

    def watched(self, stream: httpcore2.NetworkStream) -> httpcore2.NetworkStream:
        """The stream, bounded by the deadline and closed by `end`.

        Raises:
            ConnectError: they have ended already.
        """
        watched = _DeadlineStream(stream, self)
        with self._lock:
            self._streams.add(watched)
            ended = self._ended
        if ended:
            watched.close()
            raise httpcore2.ConnectError("the client was closed")
        return watched

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)

    def end(self) -> None:
        """Shut down every connection, also those in use and those that are being made."""
        with self._lock:
            self._ended = True
            streams = list(self._streams)
        for stream in streams:
            stream.end()

    def forget(self) -> None:
        """Close the copies of a parent's connections in a forked child; the parent's go on."""
        for stream in list(self._streams):  # the child has one thread, and the lock may be held
            stream.forget()


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(error) from error
    return [str(address[0]) for *_, address in found]


class _DeadlineStream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, backend: DeadlineBackend) -> None:
        self._inner = inner
        self._backend = backend
        self._socket: socket.socket = inner.get_extra_info("socket")
        # What is written through a TLS tunnel within TLS does not go to the socket as it is.
        self._tunnelled = isinstance(inner.get_extra_info("ssl_object"), ssl.SSLObject)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = current.get().left(timeout, httpcore2.ReadTimeout)
        if self._tunnelled:
            return self._inner.read(max_bytes, left)
        try:
            self._socket.settimeout(left)
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(error) from error
        except OSError as error:
            raise httpcore2.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:  # httpcore2 writes the end of a message, too, which is often nothing
            return
        sending = current.get()
        left = sending.left(timeout, httpcore2.WriteTimeout)
        sending.writes(buffer)
        try:
            if self._tunnelled:
                self._inner.write(buffer, left)
                return
            # httpcore2's own loop gives each piece that the server takes all of the time anew.
            rest = memoryview(buffer)
            self._socket.settimeout(left)
            while rest := rest[self._socket.send(rest) :]:
                self._socket.settimeout(sending.left(timeout, httpcore2.WriteTimeout))
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(error) from error
        except (OSError, httpcore2.WriteError) as error:
            sending.cut = True
            raise httpcore2.WriteError(error) from error

    def close(self) -> None:
        # A TLS socket that is closed forgets its TLS before its descriptor, and a thread that
        # writes to it in between would do so in clear text: it has to be shut down by then.
        self.end()
        self.forget()

    def end(self) -> None:
        """Shut the connection down: a thread that waits for it wakes up."""
        with contextlib.suppress(OSError):  # it has ended already
            # `SSLSocket.shutdown` would forget its TLS as well.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def forget(self) -> None:
        """Close this process's descriptor of the connection, and leave that of others alone."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = current.get().left(timeout, httpcore2.ConnectTimeout)
        stream = self._inner.start_tls(ssl_context, server_hostname, left)
        return self._backend.watched(stream)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
