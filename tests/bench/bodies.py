"""What it costs to refuse 300 MB: seconds, and the peak of the process that asked for them."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from typing import Final

SIZE: Final = 300
"""MiB."""
SECONDS, PEAK = 2.0, 150.0

ASKING: Final = """
import asyncio, pathlib, sys, time
from elevatekit import AsyncClient, Client, ResponseTooLargeError

ID = "00000000-0000-4000-8000-000000000001"

async def call_async():
    async with AsyncClient("token", base_url=sys.argv[1]) as client:
        await client.gen_ai.summary(ID)

def call():
    with Client("token", base_url=sys.argv[1]) as client:
        client.gen_ai.summary(ID)

began, worked = time.perf_counter(), time.process_time()
try:
    asyncio.run(call_async()) if sys.argv[2] == "async" else call()
except ResponseTooLargeError:
    print(time.perf_counter() - began, time.process_time() - worked)
    status = pathlib.Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""

HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def bomb() -> Callable[[socket.socket], None]:
    stream = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    data = b"".join([*(stream.compress(bytes(1 << 20)) for _ in range(SIZE)), stream.flush()])
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(data)
    return lambda connection: connection.sendall(head + data)


def plain() -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n")
        for _ in range(SIZE):
            connection.sendall(b" " * (1 << 20))

    return answer


def serve(listener: socket.socket, answer: Callable[[socket.socket], None]) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(1 << 16)
        with contextlib.suppress(OSError):  # it was refused
            answer(connection)


def main() -> None:
    for name, answer in (("a bomb", bomb()), ("a plain body", plain())):
        for kind in ("sync", "async"):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                threading.Thread(target=serve, args=(listener, answer), daemon=True).start()
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                command = [sys.executable, "-c", ASKING, url, kind]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
            seconds, cpu, peak = map(float, done.stdout.split())
            shown = f"{seconds:6.3f} s (target {SECONDS:g} s), of CPU {cpu:.3f} s"
            print(f"{name} of {SIZE} MiB, {kind:<6}{shown}{peak / 1024:8.0f} MiB (target {PEAK:g})")


if __name__ == "__main__":
    main()
