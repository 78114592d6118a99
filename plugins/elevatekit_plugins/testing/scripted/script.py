"""A script: which answers come, to which requests, and what of it was played.

The model is botocore's Stubber: a stub that does not fit the service is refused when it is
written, so that a test cannot pass with an answer that the service never gives.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self, cast

from msgspec import UNSET, Struct

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.errors import ArgumentError, TransportError
from elevatekit_plugins.messages import Request, Response
from elevatekit_plugins.options import ClientSettings
from elevatekit_plugins.testing.accounts import AT_ONCE, account
from elevatekit_plugins.testing.scripted.answers import Answers
from elevatekit_plugins.testing.scripted.expectation import Expectation
from elevatekit_plugins.testing.scripted.transports import AsyncScript, SyncScript
from elevatekit_plugins.transport.protocol import AsyncTransport, Transport

_numbers: Final = itertools.count(1)


class ScriptError(TransportError, AssertionError):
    """A call that no answer was written for, or an answer that no call came for."""

    def __init__(self, message: str) -> None:
        super().__init__(message, sent=False, temporary=False)


class Answer(Struct, frozen=True):
    """One entry of a script."""

    expectation: Expectation
    outcome: Response | TransportError
    told: str
    """What it is, in a word: `200`, `ConnectError`."""


class Script:
    """Answers for the calls of a client, in the order in which they were written.

    Each is used once, by the first call of its operation that is as it expects. Leaving a `with`
    block of it is `assert_done`.

    Example:
        ```python
        with Scripted() as scripted:
            scripted.answer("gen_ai.cx.summary", {"summary": "A refund was promised."})
            with scripted.client() as client:
                assert client.gen_ai.cx.summary(ID).summary == "A refund was promised."
        ```
    """

    def __init__(self, api: Api) -> None:
        self.account = account(api)
        """The token of the clients that it answers."""
        self._answers = Answers(api)
        self._lock = threading.Lock()
        self._left: list[Answer] = []
        self._problems: list[str] = []

    def answer(
        self,
        operation: str,
        body: object = UNSET,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        expect: Mapping[str, object] | None = None,
    ) -> None:
        """Answer the next call of an operation that has no answer yet.

        Args:
            operation: The dotted id, as the method's name: `gen_ai.cx.summary`.
            body: A struct, or what the JSON of the wire says. An error status has one of its own.
            status: A documented one; else the first success.
            headers: Of the response, beside its content type.
            expect: What the call has to be called with, by the keywords of the method. What is not
                named may be anything; None: must not be given.

        Raises:
            ArgumentError: the spec has no such operation, status, argument, or body; the message
                says what is wrong, and where.
        """
        found = self._answers.operation(operation)
        response = self._answers.response(found, status, body, headers or {})
        self._add(found, response, str(response.status), expect)

    def fail(
        self, operation: str, error: TransportError, *, expect: Mapping[str, object] | None = None
    ) -> None:
        """Let the next call of an operation end without a response.

        Args:
            error: What is raised; `sent=False` in it says that the server saw nothing.
            operation, expect: As in `answer`.

        Raises:
            ArgumentError: the spec has no such operation or argument, or the error is none of a
                transport.
        """
        found = self._answers.operation(operation)
        if not isinstance(cast("object", error), TransportError):
            raise ArgumentError(
                f"{operation}: {error!r} is not a TransportError, as a connection would raise;"
                " for a response of the service, use answer(…, status=…)",
                operation=operation,
            )
        self._add(found, error, type(error).__name__, expect)

    @property
    def transport(self) -> Transport:
        """For a `Client` that you make yourself: `Client(token, transport=scripted.transport)`."""
        return SyncScript(self._play)

    @property
    def async_transport(self) -> AsyncTransport:
        """The same for an `AsyncClient`."""
        return AsyncScript(self._play)

    @property
    def problems(self) -> tuple[str, ...]:
        """Calls that had no answer, and answers that had no call: a line for each."""
        left = (
            f"{answer.expectation.told}: the answer {answer.told} was not used: no such call came"
            for answer in self._left
        )
        return (*self._problems, *left)

    def assert_done(self) -> None:
        """Raise unless each answer was used, and each call was answered.

        Raises:
            ScriptError: the message lists what was not.
        """
        if self.problems:
            raise ScriptError("\n".join(self.problems))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc is None:
            self.assert_done()

    def settings(self, given: ClientSettings) -> ClientSettings:
        """What a client of this script is made with, where it is not told otherwise.

        It does not wait between attempts.
        """
        # A service of its own: what another test has asked or met does not count here.
        base_url = f"https://script-{next(_numbers)}.invalid"
        return {"base_url": base_url, "settings": AT_ONCE, **given}

    def _add(
        self,
        operation: Operation[Any],
        outcome: Response | TransportError,
        told: str,
        expect: Mapping[str, object] | None,
    ) -> None:
        expectation = Expectation.of(operation, expect or {})
        with self._lock:
            self._left.append(Answer(expectation, outcome, told))

    def _play(self, request: Request) -> Response:
        """The answer to a request; it is used up."""
        with self._lock:
            waiting = [a for a in self._left if a.expectation.operation.id == request.operation]
            differences = [answer.expectation.difference(request) for answer in waiting]
            for answer, difference in zip(waiting, differences, strict=True):
                if difference is None:
                    self._left.remove(answer)
                    break
            else:
                problem = (
                    f"{request.operation}: a call came that the script has no answer for;"
                    " each attempt takes one"
                )
                if differences:
                    problem = (
                        f"{request.operation}: the script expects another call: {differences[0]}"
                    )
                self._problems.append(problem)
                raise ScriptError(problem)
        if isinstance(answer.outcome, Response):
            return answer.outcome
        raise answer.outcome
