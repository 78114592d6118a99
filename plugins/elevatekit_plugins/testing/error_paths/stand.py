"""Runs error paths: a simulator that answers what it is told to, and clients that do not wait."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.simulator.contract import JSON, Contract, contracts
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.testing.accounts import account, forget
from elevatekit_plugins.testing.error_paths.arguments import Arguments
from elevatekit_plugins.testing.error_paths.paths import HTML, SAID, Answer, ErrorPath, Flavour
from elevatekit_plugins.testing.error_paths.rules import expected
from elevatekit_plugins.transport.httpx2 import AsyncHttpxTransport, HttpxTransport

_NO_WAIT: Final = 1e-6
"""Seconds before another attempt."""
_BEGINNINGS: Final[Mapping[str, str]] = {
    "array": "[",
    "string": '"',
    "integer": "-",
    "number": "-",
    "boolean": "t",
}
_OFTEN: Final = 100
"""More attempts than any policy makes."""


class ErrorPaths:
    """A place to check error paths in, while its `with` block lasts. For one thread.

    Every operation, sync and async, meets each documented status, 502 and 200 with HTML, 200 with
    a text that was cut or with none, 204, and 599. Checked are the class of the error, its cause,
    its message, and the attempts: those that it tells of, and those that the service counted.

    Args:
        api: The table of a generated package.
        document: The OpenAPI document; that of the package where it is not given.

    Example:
        ```python
        import pytest

        from elevatekit.operations import API
        from elevatekit_plugins.testing.error_paths import ErrorPaths, error_paths


        @pytest.fixture(scope="module")
        def stand():
            with ErrorPaths(API) as stand:
                yield stand


        @pytest.mark.parametrize("path", error_paths(API), ids=str)
        def test_an_answer_that_is_an_error(stand, path):
            stand.check(path)
        ```
    """

    def __init__(self, api: Api, *, document: Mapping[str, Any] | None = None) -> None:
        self._api = api
        self._document = api.document() if document is None else document
        self._package = import_module(api.package)
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="error-paths-")))
            file = folder / "file.wav"
            file.write_bytes(b"RIFF")
            self._contracts = contracts(self._api, self._document)
            self._arguments = Arguments(self._api, self._contracts, file)
            simulator = Simulator(self._api, document=self._document)
            self._simulator = stack.enter_context(simulator)
            self._runner = stack.enter_context(asyncio.Runner())
            # Shared by all clients, because a connection costs more than a call.
            self._transport = HttpxTransport(simulator.base_url)
            stack.callback(self._transport.close)
            self._async_transport = AsyncHttpxTransport(simulator.base_url)
            stack.callback(lambda: self._runner.run(self._async_transport.aclose()))
            self._known = self._declared()
            self._closing = stack.pop_all()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.close()

    def check(self, path: ErrorPath) -> None:
        """Make the call.

        Raises:
            AssertionError: it ended otherwise than the rules say.
        """
        contract = self._contracts[path.operation]
        operation = contract.operation
        wanted = expected(operation, path.answer)
        self._simulator.faults.set([_fault(self._api, contract, path.answer)])
        before = self._simulator.ledger.calls[operation.id]
        ended: object = None
        try:
            ended = self._call(operation, path.flavour, wanted.retries)
        except ElevateKitError as error:
            ended = error
        counted = self._simulator.ledger.calls[operation.id] - before
        assert _name(ended) == wanted.error, f"expected {wanted.error}, and got {ended!r}"
        assert counted == wanted.attempts, f"{counted} attempts arrived, not {wanted.attempts}"
        if not isinstance(ended, ElevateKitError):
            return
        assert _name(ended.__cause__) == wanted.cause, f"it comes from {ended.__cause__!r}"
        made = [attempt.status for attempt in ended.attempts]
        assert made == [path.answer.status] * wanted.attempts, f"it tells of the attempts {made}"
        assert ended.operation == operation.id, f"it is an error of {ended.operation}"
        for part in wanted.says:
            assert part in str(ended), f"{part!r} is not in its message: {ended}"

    def _call(self, operation: Operation[Any], flavour: Flavour, retries: int) -> object:
        positional, named = self._arguments.of(operation, self._known)
        if flavour == "sync":
            client = self._client("Client", self._transport, retries)
            return _method(client, operation)(*positional, **named)
        client = self._client("AsyncClient", self._async_transport, retries)
        return self._runner.run(_method(client, operation)(*positional, **named))

    def _client(self, name: str, transport: object, retries: int = 0) -> Any:
        # One of its own for each call, which knows nothing of what failed before.
        base_url = self._simulator.base_url
        forget(base_url)
        settings = {"standard": {"retries": retries, "base": _NO_WAIT, "cap": _NO_WAIT}}
        return getattr(self._package, name)(
            account(self._api),
            base_url=base_url,
            transport=transport,
            settings=settings,
            plugins=False,
        )

    def _declared(self) -> dict[str, str]:
        """What most operations are about: one interaction, which no error path changes."""
        rule = self._api.pull
        if rule is None:
            return {}
        operation = self._api.operation(rule.declare)
        positional, named = self._arguments.of(operation, {})
        client = self._client("Client", self._transport)
        response = _method(client.raw, operation)(*positional, **named)
        return {rule.identifier: response.json()[rule.identifier]}


def _method(client: Any, operation: Operation[Any]) -> Any:
    for name in operation.id.split("."):
        client = getattr(client, name)
    return client


def _fault(api: Api, contract: Contract, answer: Answer) -> Fault:
    body, content_type = {
        "documented": ({api.error_message: SAID}, JSON),
        "html": (HTML, "text/html"),
        "cut": (_cut(contract), JSON),
        "empty": (None, ""),
    }[answer.body]
    return Fault(
        operation=contract.operation.id,
        times=_OFTEN,
        status=answer.status,
        body=body,
        headers={"content-type": content_type} if content_type else {},
    )


def _cut(contract: Contract) -> str:
    """The beginning of what the operation promises: it fits the spec as far as it goes."""
    promised = filter(None, map(contract.answers.get, contract.operation.success))
    return next((_BEGINNINGS.get(schema.shape.kind, "{") for schema in promised), "{")


def _name(value: object) -> str | None:
    return None if value is None else type(value).__name__
