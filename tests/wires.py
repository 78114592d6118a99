"""A server made of a plain socket, for whatever a real one would never say."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

Handler = Callable[[socket.socket, bytes], None]


class WireServer:
    """Answers each connection with a function of the socket and what was received first."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.handler: Handler = lambda connection, data: None
        self.tls: ssl.SSLContext | None = None
        self.stopping = threading.Event()
        self.connections = 0
        self.received: list[bytes] = []
        """What came first on each connection."""
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def answers(self, text: bytes) -> None:
        """Answer each request of a connection with these bytes."""

        def handler(connection: socket.socket, data: bytes) -> None:
            while data:
                connection.sendall(text)
                data = connection.recv(1 << 16)

        self.handler = handler

    def answers_once(self, text: bytes) -> None:
        """Answer with these bytes, and close the connection."""
        self.handler = lambda connection, data: connection.sendall(text)

    @staticmethod
    def ok(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
        """A whole response."""
        lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def json(self, body: bytes, *headers: bytes, status: bytes = b"200 OK") -> None:
        """Answer each request with this JSON."""
        self.answers(self.ok(body, b"Content-Type: application/json", *headers, status=status))

    def stop(self) -> None:
        self.stopping.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                data = connection.recv(1 << 16)
                self.received.append(data)
                self.handler(connection, data)
