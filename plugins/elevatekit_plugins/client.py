"""The two clients. The generated `Client` and `AsyncClient` add the API's methods to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.base import BaseClient
from elevatekit_plugins.calls import waiter
from elevatekit_plugins.calls.drivers import drive, drive_async
from elevatekit_plugins.calls.effects import Steps
from elevatekit_plugins.calls.polling import follow, follow_async
from elevatekit_plugins.calls.waiter import Waited
from elevatekit_plugins.checks import check_parts
from elevatekit_plugins.errors import OutcomeUnknownError
from elevatekit_plugins.messages import LostQuestion, Response, Settlement
from elevatekit_plugins.options import ClientSettings
from elevatekit_plugins.secrecy import Secret
from elevatekit_plugins.transport.custom import AsyncCheckedTransport, CheckedTransport
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport

T = TypeVar("T")


class SyncApiClient(BaseClient[Transport]):
    """A client whose calls block the thread. Safe to share between threads."""

    def __init__(
        self,
        api: Api,
        token: str | Secret | None = None,
        *,
        transport: Transport | None = None,
        **settings: Unpack[ClientSettings],
    ) -> None:
        token = Secret.of(token)
        if transport is not None:
            check_parts("transport", transport, "send", "close")
            transport = CheckedTransport(transport)
        super().__init__(api, token, settings, transport, _sync_transport)

    def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> T:
        """Make a call and return its typed result. `arguments` is keyed by name on the wire.

        Raises:
            ElevateKitError: see `elevatekit_plugins.errors` for the classes.
        """
        return self._made(
            self._steps(operation, arguments, body, timeout, self._decoded(operation))
        )

    def send(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> Response:
        """As `call`, but the response comes as it is, undecoded. An error status raises."""
        return self._made(self._steps(operation, arguments, body, timeout, _as_it_is))

    def wait(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[T], None] | None = None,
    ) -> T:
        """Poll an operation until its state is final.

        Raises:
            WaitFailedError: it ended in failure.
            DeadlineExceededError: it did not end within `timeout` seconds (an hour by default).
        """
        following = self._following(operation, kind, poll, timeout, progress)
        return drive(waiter.wait(following, arguments), self._core.transport())

    def wait_all(
        self,
        operation: Operation[T],
        name: str,
        ids: Iterable[str],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[T], None] | None = None,
    ) -> Iterator[Waited[T]]:
        """Poll an operation for many ids until each has ended, and yield them as they end.

        A failure is yielded like a success, and ends nothing. `ids` may be a generator: it is read
        as there is room, so that at most 1,000 are in memory. Up to ten are polled concurrently,
        and a slow poll delays no other. No poll starts while the caller handles a result.

        Args:
            name: the argument that is the id, by its name on the wire.
            timeout: seconds for all of them (an hour by default). An id that has not ended by then
                is yielded with a DeadlineExceededError.
            progress: called with each answer, in the thread or task that iterates.

        Raises:
            ArgumentError: there is one id where many are due.
            StatusError: the token is refused.
            ClosedError: the client was closed.
        """
        schedule = self._schedule(operation, name, ids, kind, poll, timeout, progress)
        return follow(schedule, self._core.transport)

    def reconcile(
        self,
        error: OutcomeUnknownError | LostQuestion,
        *,
        patience: float | None = None,
        timeout: float | None = None,
    ) -> Settlement:
        """Find out from the history what became of a question, and settle the budget by it.

        It is looked for until it is listed, or `patience` has passed: then it was not asked.

        Args:
            error: what was raised, or one of `unsettled()`.
            patience: seconds after the call gave up during which the server may still be working
                on it; by default the longest that a call of the operation takes. 0: look once.
            timeout: seconds in all; by default `patience` plus one call.

        Raises:
            ArgumentError: the operation has no history.
            ConfigError: it was asked with another account, or of another base URL.
            DeadlineExceededError: the time is up first. The question stays unknown.
            ElevateKitError: the history cannot be read.
        """
        return drive(self._reconcile_steps(error, patience, timeout), self._core.transport())

    def _made(self, steps: Steps[T]) -> T:
        try:
            return drive(steps, self._core.transport())
        except OutcomeUnknownError as error:
            error.came_from(self.reconcile)
            raise

    def close(self) -> None:
        """Close all connections. Children made by `with_options` are closed with it."""
        transport = self._core.shut()
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncApiClient(BaseClient[AsyncTransport]):
    """A client whose calls are awaited, in one asyncio event loop."""

    def __init__(
        self,
        api: Api,
        token: str | Secret | None = None,
        *,
        transport: AsyncTransport | None = None,
        **settings: Unpack[ClientSettings],
    ) -> None:
        token = Secret.of(token)
        if transport is not None:
            check_parts("transport", transport, "send", "aclose")
            transport = AsyncCheckedTransport(transport)
        super().__init__(api, token, settings, transport, _async_transport)

    async def call(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> T:
        """As `SyncApiClient.call`."""
        return await self._made(
            self._steps(operation, arguments, body, timeout, self._decoded(operation))
        )

    async def send(
        self,
        operation: Operation[Any],
        arguments: Mapping[str, object],
        body: object = None,
        *,
        timeout: float | None = None,
    ) -> Response:
        """As `SyncApiClient.send`."""
        return await self._made(self._steps(operation, arguments, body, timeout, _as_it_is))

    async def wait(
        self,
        operation: Operation[T],
        arguments: Mapping[str, object],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[T], None] | None = None,
    ) -> T:
        """As `SyncApiClient.wait`."""
        following = self._following(operation, kind, poll, timeout, progress)
        return await drive_async(waiter.wait(following, arguments), self._core.transport())

    def wait_all(
        self,
        operation: Operation[T],
        name: str,
        ids: Iterable[str],
        *,
        kind: str | None = None,
        poll: float | None = None,
        timeout: float | None = None,
        progress: Callable[[T], None] | None = None,
    ) -> AsyncIterator[Waited[T]]:
        """As `SyncApiClient.wait_all`."""
        schedule = self._schedule(operation, name, ids, kind, poll, timeout, progress)
        return follow_async(schedule, self._core.transport)

    async def reconcile(
        self,
        error: OutcomeUnknownError | LostQuestion,
        *,
        patience: float | None = None,
        timeout: float | None = None,
    ) -> Settlement:
        """As `SyncApiClient.reconcile`."""
        steps = self._reconcile_steps(error, patience, timeout)
        return await drive_async(steps, self._core.transport())

    async def _made(self, steps: Steps[T]) -> T:
        try:
            return await drive_async(steps, self._core.transport())
        except OutcomeUnknownError as error:
            error.came_from_async(self.reconcile)
            raise

    async def aclose(self) -> None:
        """Close all connections. Children made by `with_options` are closed with it.

        Raises:
            ConfigError: its connections belong to another event loop. It stays open there.
        """
        if (transport := self._core.made()) is not None:
            await transport.aclose()
        self._core.shut()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


def _as_it_is(response: Response) -> Response:
    return response


def _sync_transport(base_url: str, max_bytes: int) -> Transport:
    from elevatekit_plugins.transport.httpx2 import HttpxTransport

    return HttpxTransport(base_url, max_bytes)


def _async_transport(base_url: str, max_bytes: int) -> AsyncTransport:
    from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport

    return AsyncHttpxTransport(base_url, max_bytes)
