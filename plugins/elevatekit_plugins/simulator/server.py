"""Runs a simulator over real HTTP, in a thread of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.app import Simulation
from elevatekit_plugins.simulator.clock import VirtualClock
from elevatekit_plugins.simulator.faults import Fault, Faults
from elevatekit_plugins.simulator.ledger import Ledger
from elevatekit_plugins.simulator.listening import listen
from elevatekit_plugins.simulator.serving import Server
from elevatekit_plugins.simulator.settings import Changes, Pace, Settings
from elevatekit_plugins.simulator.switches import Switches

if TYPE_CHECKING:
    from elevatekit_plugins.simulator.tls import Listener


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
        tls: `good` to serve https, or a kind of fault of the plane `tls`. None: plain http.
        document: The OpenAPI document; the one of the generated package where it is not given.

    Raises:
        ValueError: the document is not valid, or a fault, a state, the progress, the latency, the
            clock rate, the port or the kind of TLS cannot be used.
        ModuleNotFoundError: TLS is wanted, and what makes certificates is not installed: it comes
            with the extra `pytest`.

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
        tls: str | None = None,
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
        if not 0 <= port <= 65535:
            raise ValueError(f"the port must be from 1 to 65535, or 0 for a free one, not {port}")
        self.host = host
        self.port = port
        """The port that was asked for; 0: any. The real one is in `base_url`."""
        self._listener = None if tls is None else _listener(tls, host)
        self._certificates: TemporaryDirectory[str] | None = None
        self._base_url = ""
        self._server: Server | None = None

    @property
    def base_url(self) -> str:
        """Where clients find the service; it ends like the base URL of the API (`/v1`)."""
        return self._base_url

    @property
    def speaks_tls(self) -> bool:
        """Whether its base URL begins with `https`."""
        return self._listener is not None

    @property
    def ca(self) -> Path:
        """A PEM file with the authority that clients have to trust. It is there while this listens.

        Raises:
            ValueError: this does not listen, or not with TLS.
        """
        if self._certificates is None:
            raise ValueError("only a simulator with `tls` has certificates")
        return Path(self._certificates.name) / "ca.pem"

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
        listening = listen(self.host, self.port)
        host = self.host
        authority = f"[{host}]" if ":" in host else host
        number: int = listening.getsockname()[1]
        if self._listener is not None:
            self._certificates = TemporaryDirectory(prefix="elevatekit-")
            self.ca.write_bytes(self._listener.authority)
        scheme = "http" if self._listener is None else "https"
        self._base_url = f"{scheme}://{authority}:{number}{self._simulation.prefix}"
        self._server = Server(self._simulation, listening, self._listener)
        self._server.start()

    def stop(self) -> None:
        """Stop listening. Requests in flight are given a second."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._certificates is not None:
            self._certificates.cleanup()
            self._certificates = None

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


def _listener(kind: str, host: str) -> Listener:
    from elevatekit_plugins.simulator.tls import listener

    return listener(kind, host)
