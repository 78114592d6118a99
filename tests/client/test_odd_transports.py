"""Transports of people's own that do what no transport may: each ends in an error that says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec import structs

from elevatekit import AsyncClient, Client
from elevatekit_plugins.calls.quota import MemoryLedger
from elevatekit_plugins.errors import (
    ArgumentError,
    ClosedError,
    ConfigError,
    OutcomeUnknownError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.testing.accounts import ACCOUNT as TOKEN

ID = "00000000-0000-4000-8000-000000000001"
GOOD = Response(
    operation="x", status=200, headers=(("Content-Type", "application/json"),), body=b"{}"
)
Act = Callable[[Request], Any]


class Odd:
    """Does one thing, whatever it is sent."""

    def __init__(self, act: Act) -> None:
        self._act, self.closed = act, 0

    def send(self, request: Request, deadline: float) -> Any:
        return self._act(request)

    def close(self) -> None:
        self.closed += 1


class AsyncOdd(Odd):
    async def send(self, request: Request, deadline: float) -> Any:  # type: ignore[override]
        return self._act(request)

    async def aclose(self) -> None:
        self.closed += 1


class UnsayableError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


def raises(error: Exception) -> Act:
    def act(_: Request) -> Any:
        raise error

    return act


def gives(**changes: Any) -> Act:
    return lambda _: structs.replace(GOOD, **changes)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Calls an operation by either client over a transport that does this."""

    def made(act: Act, operation: str, **arguments: Any) -> Any:
        settings: Any = {
            "settings": {"standard": {"base": 0.001}},
            "base_url": "https://api.example.com/v1",
            "ledger": MemoryLedger(),
        }

        async def awaited() -> Any:
            async with AsyncClient(TOKEN, transport=AsyncOdd(act), **settings) as client:
                return await getattr(client.gen_ai, operation)(ID, **arguments)

        if request.param == "async":
            return asyncio.run(awaited())
        with Client(TOKEN, transport=Odd(act), **settings) as client:
            return getattr(client.gen_ai, operation)(ID, **arguments)

    return made


CASES: dict[str, tuple[Act, str]] = {
    "nothing": (lambda _: None, "returned NoneType, not Response"),
    "a dict": (lambda _: {"status": 200}, "returned dict, not Response"),
    "the class": (lambda _: Response, "returned StructMeta, not Response"),
    "a text for a body": (gives(body="{}"), "whose body is not bytes"),
    "a bytearray": (gives(body=bytearray(b"{}")), "whose body is not bytes"),
    "no body": (gives(body=None), "whose body is not bytes"),
    "a text for a status": (gives(status="200"), "whose status is not an int"),
    "true for a status": (gives(status=True), "whose status is not an int"),
    "a status of none": (gives(status=0), "returned status 0, which is not a final status"),
    "a status before the answer": (gives(status=103), "returned status 103"),
    "headers by name": (gives(headers={"a": "b"}), "headers are not a tuple of pairs of strings"),
    "headers of bytes": (gives(headers=((b"a", b"b"),)), "headers are not a tuple"),
    "an error of Python": (raises(KeyError("k")), "raised KeyError: 'k'"),
    "an error of the system": (raises(OSError(5, "broken")), "raised OSError: .* broken"),
    "a group of errors": (raises(ExceptionGroup("g", [OSError()])), "raised ExceptionGroup: g"),
    "an error that cannot be said": (raises(UnsayableError()), r"raised UnsayableError: \?;"),
    "an error that never ends": (
        raises(ValueError("x" * 10**6)),
        r"raised ValueError: x{200}… \(1,000,000 characters\);",
    ),
    "our error of settings": (raises(ConfigError("wrong")), "raised ConfigError: wrong"),
    "our error of arguments": (raises(ArgumentError("wrong")), "raised ArgumentError: wrong"),
    "our error of a status": (raises(StatusError("gone", response=GOOD)), "raised StatusError"),
}


@pytest.mark.parametrize(("act", "says"), CASES.values(), ids=CASES)
def test_a_call_ends_with_what_the_transport_did_and_each_attempt(
    call: Any, act: Act, says: str
) -> None:
    with pytest.raises(TransportError, match=says) as caught:
        call(act, "summary")

    error = caught.value
    assert "operation gen_ai.summary: the transport" in str(error)
    assert "may only return a Response or raise a TransportError" in str(error)
    assert [a.number for a in error.attempts] == [1, 2, 3]
    assert all("TransportError: operation" in (a.error or "") for a in error.attempts)


@pytest.mark.parametrize("act", [raises(ConfigError("wrong")), gives(body=None)])
def test_a_question_may_have_arrived_whatever_the_transport_did(call: Any, act: Act) -> None:
    with pytest.raises(OutcomeUnknownError, match="the transport r") as caught:
        call(act, "ask", question="Why?")

    assert [attempt.sent for attempt in caught.value.attempts] == [True]


def test_what_a_transport_says_of_a_request_shows_no_token(call: Any) -> None:
    def tells(request: Request) -> Any:
        raise RuntimeError(f"cannot send {request.headers}")

    with pytest.raises(TransportError, match="raised RuntimeError: cannot send") as caught:
        call(tells, "summary")

    assert TOKEN not in f"{caught.value} {caught.value.attempts} {caught.value.__cause__}"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)], ids=repr)
def test_who_ends_the_program_is_not_held_up(error: BaseException) -> None:
    client = Client(TOKEN, transport=Odd(raises(error)))  # type: ignore[arg-type]

    with pytest.raises(type(error)):
        client.gen_ai.summary(ID)


def test_a_transport_is_closed_once_even_where_that_fails() -> None:
    class Stuck(Odd):
        def close(self) -> None:
            super().close()
            raise OSError("cannot be closed")

    transport = Stuck(gives())
    client = Client(TOKEN, transport=transport)
    with pytest.raises(OSError, match="cannot be closed"):
        client.close()
    client.close()

    assert transport.closed == 1
    with pytest.raises(ClosedError, match="the client is closed"):
        client.gen_ai.summary(ID)


async def test_the_same_is_so_of_an_async_one() -> None:
    transport = AsyncOdd(gives())
    client = AsyncClient(TOKEN, transport=transport)
    await client.aclose()
    await client.aclose()

    assert transport.closed == 1
    with pytest.raises(ClosedError, match="the client is closed"):
        await client.gen_ai.summary(ID)
