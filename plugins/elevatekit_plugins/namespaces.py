"""What the generated namespaces of a client have in common: their methods are one call each.

A method hands on the operation and its values, in the order of the operation's parameters. The raw
twins of a namespace are the same methods, bound to a `_call` that decodes nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from elevatekit_plugins.api import Operation
from elevatekit_plugins.calls.waiter import Waited
from elevatekit_plugins.client import AsyncApiClient, SyncApiClient
from elevatekit_plugins.messages import Response

P = ParamSpec("P")
T = TypeVar("T")


class Namespace:
    """A group of methods."""

    def __init__(self, client: SyncApiClient) -> None:
        self._client = client

    def _call(
        self, operation: Operation[T], *values: object, body: object = None, timeout: float | None
    ) -> T:
        return self._client.call(operation, named(operation, values), body, timeout=timeout)

    def _wait(
        self,
        operation: Operation[T],
        *values: object,
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> T:
        arguments = named(operation, values)
        return self._client.wait(
            operation, arguments, kind=kind, poll=poll, timeout=timeout, progress=progress
        )

    def _wait_all(
        self,
        operation: Operation[T],
        ids: Iterable[str],
        *,
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> Iterator[Waited[T]]:
        return self._client.wait_all(
            operation,
            identifier(operation),
            ids,
            kind=kind,
            poll=poll,
            timeout=timeout,
            progress=progress,
        )


class AsyncNamespace:
    """A group of methods that are awaited."""

    def __init__(self, client: AsyncApiClient) -> None:
        self._client = client

    async def _call(
        self, operation: Operation[T], *values: object, body: object = None, timeout: float | None
    ) -> T:
        return await self._client.call(operation, named(operation, values), body, timeout=timeout)

    async def _wait(
        self,
        operation: Operation[T],
        *values: object,
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> T:
        arguments = named(operation, values)
        return await self._client.wait(
            operation, arguments, kind=kind, poll=poll, timeout=timeout, progress=progress
        )

    def _wait_all(
        self,
        operation: Operation[T],
        ids: Iterable[str],
        *,
        kind: str | None,
        poll: float | None,
        timeout: float | None,
        progress: Callable[[T], None] | None,
    ) -> AsyncIterator[Waited[T]]:
        return self._client.wait_all(
            operation,
            identifier(operation),
            ids,
            kind=kind,
            poll=poll,
            timeout=timeout,
            progress=progress,
        )


class RawNamespace:
    """The same methods; they return the response as it came."""

    def __init__(self, client: SyncApiClient) -> None:
        self._client = client

    def _call(
        self, operation: Operation[Any], *values: object, body: object = None, timeout: float | None
    ) -> Response:
        return self._client.send(operation, named(operation, values), body, timeout=timeout)


class AsyncRawNamespace:
    """The same methods, awaited; they return the response as it came."""

    def __init__(self, client: AsyncApiClient) -> None:
        self._client = client

    async def _call(
        self, operation: Operation[Any], *values: object, body: object = None, timeout: float | None
    ) -> Response:
        return await self._client.send(operation, named(operation, values), body, timeout=timeout)


def raw(method: Callable[Concatenate[Any, P], object]) -> Callable[Concatenate[Any, P], Response]:
    """A method of a `Namespace` as one of a `RawNamespace`."""
    return cast("Callable[Concatenate[Any, P], Response]", method)


def async_raw(
    method: Callable[Concatenate[Any, P], Coroutine[Any, Any, object]],
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, Response]]:
    """A method of an `AsyncNamespace` as one of an `AsyncRawNamespace`."""
    return cast("Callable[Concatenate[Any, P], Coroutine[Any, Any, Response]]", method)


def named(operation: Operation[Any], values: tuple[object, ...]) -> Mapping[str, object]:
    """Values in the order of an operation's parameters, by their names on the wire."""
    return {p.name: value for p, value in zip(operation.parameters, values, strict=True)}


def identifier(operation: Operation[Any]) -> str:
    """The name on the wire of the one argument that must be given."""
    (name,) = (p.name for p in operation.parameters if p.required)
    return name
