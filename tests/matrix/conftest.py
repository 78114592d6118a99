"""Where the cells of the fault matrix are run: every operation against one simulator, over sockets.

An operation has an interaction and a connection pool of its own, so that those of a row can be
called at the same time: a row of stalls takes as long as one stall, not as forty-four.
"""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Literal, Self

import pytest

from elevatekit import AsyncClient, Client
from elevatekit.operations import API
from elevatekit_plugins.api import Operation
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.messages import Attempt
from elevatekit_plugins.simulator.contract import contracts
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.switches import Switches
from elevatekit_plugins.testing.accounts import ACCOUNT, forget
from elevatekit_plugins.testing.error_paths.arguments import Arguments
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport, HttpxTransport

Flavour = Literal["sync", "async"]
OPERATIONS: Final = tuple(operation.id for operation in API.operations)
DECLARE, UPLOAD, DELETE = "interactions.declare", "interactions.upload", "interactions.delete"
ASKS: Final = {"gen_ai.cx.ask_history": "gen_ai.cx.ask", "gen_ai.ask_history": "gen_ai.ask"}
"""A history that would be empty proves nothing: what is asked first."""
AT_ONCE: Final = {"standard": {"retries": 1, "base": 1e-6, "cap": 1e-6}}
PLENTY: Final = Switches(ask_successes=10**6, ask_errors=10**6)
COMMENT: Final = (
    b"customer: Hello, my name is Ana Silva. I need a refund of $30 by March 3rd.\n"
    b"agent: I am sorry. The refund has been issued. You will receive an e-mail today.\n"
    b"customer: Perfect, thanks!\0"
)


@dataclass(frozen=True)
class Ended:
    """How one call ended."""

    result: object
    """What it returned, or the error of ours, or whatever else it raised."""
    elapsed: float
    arrived: int
    """Requests that the simulator counted meanwhile."""

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return self.result.attempts if isinstance(self.result, ElevateKitError) else ()


class Stand:
    """Runs calls of any operations, all at the same time, sync or async."""

    def __init__(self, folder: Path, tls: str | None = None) -> None:
        self._file = folder / "call.wav"
        self._file.write_bytes(_audio())
        self._arguments = Arguments(API, contracts(API, API.document()), self._file)
        self.simulator = Simulator(API, progress="immediate", switches=PLENTY, tls=tls)
        self._closing = ExitStack()
        self._known: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._closing.enter_context(self.simulator)
        self._runner = self._closing.enter_context(asyncio.Runner())
        self._threads = self._closing.enter_context(ThreadPoolExecutor(len(OPERATIONS)))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.close()

    def reach(self, base_url: str, *, apart: bool = True) -> None:
        """Make connection pools, where nothing connects one for all operations."""
        self._base_url = base_url
        self._pools: dict[tuple[str, Flavour], Any] = {}
        pools = self._connected()
        for id in ("", *OPERATIONS):
            self._pools[id, "sync"], self._pools[id, "async"] = pools
            pools = self._connected() if apart else pools

    def _connected(self) -> tuple[HttpxTransport, AsyncHttpxTransport]:
        pool, other = HttpxTransport(self._base_url), AsyncHttpxTransport(self._base_url)
        self._closing.callback(pool.close)
        self._closing.callback(self._end, other)
        return pool, other

    def _end(self, pool: AsyncHttpxTransport) -> None:
        self._runner.run(pool.aclose())

    def prepare(self) -> dict[str, object]:
        """Give each operation an interaction with all results; its true answers, by operation."""
        true: dict[str, object] = {}
        for id in OPERATIONS:
            self._known[id] = self._declared()
            if id in (DECLARE, UPLOAD, DELETE):
                continue
            self._aside(UPLOAD, self._known[id])
            if id in ASKS:
                self._aside(ASKS[id], self._known[id])
            true[id] = self._aside(id, self._known[id])
        return true

    def exists(self, interaction: str) -> bool:
        """Whether the simulator knows it."""
        return bool(self._aside("interactions.status", interaction))

    def run(
        self, ids: Sequence[str], flavour: Flavour, faults: Sequence[Fault], timeout: float
    ) -> dict[str, Ended]:
        """Call these operations at once, each for itself, while there are these faults."""
        self.simulator.faults.set([])
        forget(self._base_url)
        known = {id: self._declared() if id in (UPLOAD, DELETE) else "" for id in ids}
        calls = {
            id: self._call(id, flavour, timeout, known[id] or self._known.get(id, "")) for id in ids
        }
        ledger = self.simulator.ledger.calls
        self.simulator.faults.set(faults)
        before = dict(ledger)
        if flavour == "sync":
            ended = list(self._threads.map(_timed, calls.values()))
        else:
            ended = self._runner.run(_together(calls.values()))
        return {
            id: Ended(result, elapsed, ledger[id] - before.get(id, 0))
            for id, (result, elapsed) in zip(ids, ended, strict=True)
        }

    def _declared(self) -> str:
        if self._base_url != self.simulator.base_url or self.simulator.speaks_tls:
            return "11111111-2222-4333-8444-555555555555"  # nobody is there to be told
        return str(self._aside(DECLARE, "").interaction_identifier)

    def _aside(self, id: str, interaction: str) -> Any:
        """The answer to a call that is no cell, on a connection that no fault has met."""
        return self._call(id, "sync", 30, interaction, pool="")()

    def _call(
        self, id: str, flavour: Flavour, timeout: float, interaction: str, pool: str | None = None
    ) -> Callable[[], Any]:
        """A call that is ready to be made, by a client that knows nothing of what failed before."""
        operation: Operation[Any] = API.operation(id)
        positional, named = self._arguments.of(operation, {"interactionIdentifier": interaction})
        method: Any = (Client if flavour == "sync" else AsyncClient)(
            ACCOUNT,
            base_url=self._base_url,
            transport=self._pools[id if pool is None else pool, flavour],
            settings=AT_ONCE,
            plugins=False,
        )
        for name in id.split("."):
            method = getattr(method, name)
        return lambda: method(*positional, **named, timeout=timeout)


def _timed(call: Callable[[], Any]) -> tuple[object, float]:
    began = time.monotonic()
    try:
        result = call()
    except Exception as error:
        result = error
    return result, time.monotonic() - began


async def _together(calls: Any) -> list[tuple[object, float]]:
    async def timed(call: Callable[[], Any]) -> tuple[object, float]:
        began = time.monotonic()
        try:
            result = await call()
        except Exception as error:
            result = error
        return result, time.monotonic() - began

    return list(await asyncio.gather(*map(timed, calls)))


def _audio() -> bytes:
    """A WAV file that says in its comment what is spoken."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    form = chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8))
    said = chunk(b"LIST", b"INFO" + chunk(b"ICMT", COMMENT))
    return chunk(b"RIFF", b"WAVE" + form + said + chunk(b"data", b"\x80" * 800))


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The stand, and the true answers of all operations."""
    with Stand(tmp_path_factory.mktemp("matrix")) as stand:
        stand.reach(stand.simulator.base_url)
        yield SimpleNamespace(at=stand, true=stand.prepare())


@pytest.fixture
def tls_stand(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stand]:
    """A stand whose listener has a kind of fault."""
    return lambda kind: Stand(tmp_path_factory.mktemp("tls"), kind)
