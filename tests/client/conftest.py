"""A line to the simulator that loses questions, answers or both, and who asks over it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from elevatekit import AsyncClient, Client
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.errors import OutcomeUnknownError, TransportError
from elevatekit_plugins.messages import Request, Response, Settlement
from elevatekit_plugins.transport.httpx2 import HttpxTransport

Loss = Literal["none", "request, surely", "request", "answer", "503 for an answer"]
LOSSES: tuple[Loss, ...] = ("request, surely", "request", "answer", "503 for an answer")


@dataclass
class LossyLine:
    """HTTP to the simulator. What gets lost of a request is told by `choose`."""

    base_url: str
    choose: Callable[[Request], Loss]
    sent: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._http = HttpxTransport(self.base_url)

    def send(self, request: Request, deadline: float) -> Response:
        self.sent.append(request)
        loss = self.choose(request)
        if loss == "request, surely":
            raise TransportError("no connection", sent=False)
        if loss == "request":
            raise TransportError("the line broke", sent=True)
        response = self._http.send(request, deadline)
        if loss == "answer":
            raise TransportError("the line broke", sent=True)
        if loss == "503 for an answer":
            return Response(operation=request.operation, status=503)
        return response

    def close(self) -> None:
        self._http.close()


class AsyncLine:
    """The same for the async client. It blocks the loop, in which nothing else goes on."""

    def __init__(self, line: LossyLine) -> None:
        self._line = line

    async def send(self, request: Request, deadline: float) -> Response:
        return self._line.send(request, deadline)

    async def aclose(self) -> None:
        self._line.close()


class Asker:
    """Calls by one client or the other, as a caller would. Waits are a millisecond long."""

    def __init__(
        self, line: LossyLine, token: str, ledger: MemoryLedger, *, asynchronous: bool
    ) -> None:
        self.ledger, self.line = ledger, line
        settings: Any = {"base_url": line.base_url, "ledger": ledger}
        settings["settings"] = {"standard": {"base": 0.001}}
        self.client: Any = (
            AsyncClient(token, transport=AsyncLine(line), **settings)
            if asynchronous
            else Client(token, transport=line, **settings)
        )
        self._asynchronous = asynchronous

    def ask(self, operation: str, id: str, question: str) -> Any:
        namespace = self.client.gen_ai.cx if "cx" in operation else self.client.gen_ai
        return self.done(namespace.ask(id, question=question))

    def reconcile(self, error: OutcomeUnknownError) -> Settlement:
        if self._asynchronous:
            return asyncio.run(error.areconcile(patience=0))
        return error.reconcile(patience=0)

    def close(self) -> None:
        self.done(self.client.aclose() if self._asynchronous else self.client.close())

    def done(self, made: Any) -> Any:
        """What a method of the client comes to."""
        return asyncio.run(made) if self._asynchronous else made


@pytest.fixture(scope="session")
def lossy() -> Any:
    """What this module has, for tests that cannot import a conftest."""
    return SimpleNamespace(LossyLine=LossyLine, Asker=Asker, LOSSES=LOSSES)
