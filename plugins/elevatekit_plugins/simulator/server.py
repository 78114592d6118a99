"""Runs a simulator over real HTTP, in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Collection, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, Self, Unpack

import uvicorn

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.app import Simulation
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.faults import Fault, Faults
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.settings import Changes, Pace, Settings
from elevatekit_plugins.simulator.switches import Switches
from elevatekit_plugins.simulator.wire import Connection

GRACE: Final = 1.0
"""Seconds that requests in flight are given when the simulator stops."""


class Simulator:
    """A simulated service, listening while its `with` block lasts.

    Args:
        api: The table of the API.
        seed: What ids and made-up values come from.
        host: The address to listen on.
        port: The port; 0: a free one.
        latency: Seconds that a request of a concurrency group takes.
        clock_rate: Simulated seconds for each real one. 0: the clock stands until it is moved.
        inactive: Tokens that are refused although they have the form of one.
        switches: Behaviour that nobody outside the vendor knows.
        faults: Answers to send instead of the right ones.
        progress: What moves audio to its next state: `immediate` (nothing has to), `time` (the
            simulated clock) or `manual` (you: `move`).
        states: The states that every interaction takes, whatever its type; it keeps the last.
        quota: How many answers each budget has left at first; None: as many as the spec says.
        self_check: Whether every answer is checked against the spec before it is sent.
        log: Whether a line for each request goes to stderr.
        control: Whether there are paths below `/__sim__/`, for tests that are not in Python.
        document: The OpenAPI document; the one of the generated package where it is not given.

    Raises:
        ValueError: the document is not valid, or a fault, a state, the progress, the latency or the
            clock rate cannot be used.

    Example:
        ```python
        with Simulator(API, seed=1) as simulator:
            with Client(token=token, base_url=simulator.base_url) as client:
                ...
            simulator.clock.advance(60)
            assert simulator.ledger.declared == 1
        ```
    """

    def __init__(
        self,
        api: Api,
        *,
        seed: int = 1,
        host: str = "127.0.0.1",
        port: int = 0,
        latency: float = 0.0,
        clock_rate: float = 0.0,
        inactive: Collection[str] = (),
        switches: Switches = Switches(),  # noqa: B008 (frozen)
        faults: Sequence[Fault] = (),
        progress: Pace = "time",
        states: tuple[str, ...] = (),
        quota: int | None = None,
        self_check: bool = False,
        log: bool = False,
        control: bool = True,
        document: Mapping[str, Any] | None = None,
    ) -> None:
        settings = Settings(
            seed=seed,
            latency=latency,
            inactive=tuple(inactive),
            switches=switches,
            faults=tuple(faults),
            progress=progress,
            states=states,
            quota=quota,
            self_check=self_check,
            log=log,
            control=control,
        )
        root = api.document() if document is None else document
        self._simulation = Simulation(api, root, settings, VirtualClock(clock_rate))
        self.host = host
        self.port = port
        """The port that was asked for; 0: any. The real one is in `base_url`."""
        self._base_url = ""
        self._server: _Server | None = None

    @property
    def base_url(self) -> str:
        """Where clients find the service; it ends like the base URL of the API (`/v1`)."""
        return self._base_url

    @property
    def clock(self) -> VirtualClock:
        """Simulated time."""
        return self._simulation.clock

    @property
    def ledger(self) -> Ledger:
        """What was counted since the start or the last reset."""
        return self._simulation.ledger

    @property
    def faults(self) -> Faults:
        """The faults: `faults.set([…])` replaces them, `faults.unfired` are those still to come."""
        return self._simulation.faults

    def reset(self, **changes: Unpack[Changes]) -> None:
        """Begin again: nothing declared or counted, the first settings, the clock at its start.

        Args:
            changes: Settings that are others until the next reset: `seed`, `latency`, `inactive`,
                `switches`, `faults`, `progress`, `states`, `quota`, `self_check`, `log`.

        Raises:
            ValueError: one of them cannot be used. Then everything is as it was.
        """
        self._simulation.reset(**changes)

    def move(self, interaction: str | None = None, steps: int = 1) -> None:
        """Take one interaction, or all that there are, to their next states.

        Raises:
            ValueError: the progress is not `manual`, or `steps` is less than 1.
            KeyError: there is no such interaction.
        """
        self._simulation.move(interaction, steps)

    def start(self) -> None:
        """Begin to listen; returns once requests are answered.

        Raises:
            OSError: the address cannot be listened on, for example because the port is taken.
        """
        host = self.host
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # Named, because asyncio turns Nagle's algorithm off for this protocol only: without it each
        # answer waits 40 ms for an acknowledgement.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":
                # Elsewhere this option lets two processes listen on one port.
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, self.port))
            listening.listen()
        except OSError as error:
            listening.close()
            said = f"{error.strerror or error} on {host}:{self.port}; another port is free with 0"
            raise OSError(error.errno, said) from None
        authority = f"[{host}]" if ":" in host else host
        number: int = listening.getsockname()[1]
        self._base_url = f"http://{authority}:{number}{self._simulation.prefix}"
        self._server = _Server(self._simulation, listening)
        self._server.start()

    def stop(self) -> None:
        """Stop listening. Requests in flight are given a second."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class _Server(uvicorn.Server):
    """uvicorn in a thread. It stops when it is told to, and needs no clock for that."""

    def __init__(self, simulation: Simulation, listening: socket.socket) -> None:
        # No Date and no Server header: equal requests have equal answers, byte for byte.
        super().__init__(
            uvicorn.Config(
                simulation,
                loop="asyncio",
                http=Connection,
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
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks := list(self.server_state.tasks):
            await asyncio.wait(tasks, timeout=GRACE)
        # Whoever is still served loses the connection: an answer would be a lie.
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # What was closed above is told to its transport in the next round of the loop.
        await asyncio.sleep(0)
