"""Requests whose outcome goes into the journal: payloads, attempts and rejects."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Literal

from elevatekit_plugins.api import Operation
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import (
    ArgumentError,
    ElevateKitError,
    OutcomeUnknownError,
    QuotaExceededError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.hooks.events import RecordRejected
from elevatekit_plugins.journal.rows import Reject, Result, Stage
from elevatekit_plugins.journal.writer import Writer
from elevatekit_plugins.messages import Response, decode_answer
from elevatekit_plugins.pull.lines import BadLine
from elevatekit_plugins.pull.work import Work

RejectStage = Literal["input", "declare", "upload", "wait", "fetch", "ask"]


def is_lost(error: ElevateKitError) -> bool:
    """Whether the server may have done what it was asked, and nobody knows."""
    return isinstance(error, OutcomeUnknownError) or (
        isinstance(error, TransportError) and error.sent
    )


def concerns_all(error: ElevateKitError) -> bool:
    """Whether the next request would fail in the same way: no server there, a refused token."""
    match error:
        case TransportError():
            return not error.sent
        case StatusError():
            return error.status == HTTPStatus.UNAUTHORIZED
        case ArgumentError() | OutcomeUnknownError() | QuotaExceededError():
            return False
        case _:
            return True


def _is_json(body: bytes) -> bool:
    try:
        decode_answer(body)
    except ValueError:
        return False
    return True


def payload_of(response: Response) -> Any:
    """The JSON of a response, or None where it has none."""
    try:
        return response.json()
    except ValueError:
        return None


class Recorder:
    """Sends requests for interactions and writes down what came of them.

    Args:
        identifier: the path parameter of an interaction's id.
        now: seconds since 1970.
    """

    def __init__(
        self,
        client: SyncApiClient,
        writer: Writer,
        identifier: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._identifier = identifier
        self._lock = threading.Lock()
        self.api = client.api
        self.writer = writer
        self.now = now
        self.requests = 0
        """Calls that were made."""
        self.rejects = 0

    def send(self, work: Work, operation: Operation[Any], body: object = None) -> Response:
        """Make a call for an interaction. Its attempts are kept, whatever it comes to.

        Raises:
            ElevateKitError: as `SyncApiClient.send`.
        """
        arguments = {} if work.id is None else {self._identifier: work.id}
        position, id = work.position, operation.id
        with self._lock:
            self.requests += 1
        try:
            response = self._client.send(operation, arguments, body)
        except ElevateKitError as error:
            attempts = error.attempts
            self.writer.put(lambda tables: tables.results.add_attempts(position, id, attempts))
            raise
        self.writer.put(lambda tables: tables.results.add_attempts(position, id, response.attempts))
        return response

    def fetch(
        self, work: Work, operation: Operation[Any], stage: Literal["wait", "fetch"]
    ) -> Response | None:
        """As `send`, but an error that concerns this request alone becomes a reject, and None.

        Raises:
            ElevateKitError: it concerns all requests.
        """
        try:
            response = self.send(work, operation)
        except ElevateKitError as error:
            if concerns_all(error):
                raise
            self.reject(work, stage, operation, error)
            return None
        if response.body and not _is_json(response.body):
            # A login page or a proxy's: kept as a result, it would never be fetched again.
            kind = response.header("content-type") or "no content type"
            message = f"operation {operation.id} answered {response.status} with {kind}, not JSON"
            self.reject_because(
                work, stage, operation, "BrokenResponseError", message, retryable=True
            )
            return None
        return response

    def keep(
        self,
        work: Work,
        operation: Operation[Any],
        response: Response,
        stage: Literal["wait", "fetch"],
    ) -> None:
        """Keep a payload as it came, in place of the reject that may have stood there."""
        position = work.position
        result = Result(operation.id, response.status, response.body or None)
        self.writer.put(lambda tables: tables.results.add(position, result))
        self.clear(work, stage, operation)

    def set_stage(self, work: Work, stage: Stage) -> None:
        """Keep how far an interaction has come."""
        position, work.stage = work.position, stage
        self.writer.put(lambda tables: tables.interactions.set_stage(position, stage))

    def clear(
        self, work: Work, stage: RejectStage, operation: Operation[Any], question: str = ""
    ) -> None:
        """Drop the reject of something that succeeded after all."""
        position, id = work.position, operation.id
        self.writer.put(lambda tables: tables.rejects.clear(position, stage, id, question))

    def reject(
        self,
        work: Work,
        stage: RejectStage,
        operation: Operation[Any],
        error: ElevateKitError,
        *,
        question: str = "",
    ) -> None:
        """Keep what an error means for an interaction."""
        status = error.status if isinstance(error, StatusError) else None
        retryable = status in operation.retry.statuses or is_lost(error)
        self.reject_because(
            work,
            stage,
            operation,
            type(error).__name__,
            str(error),
            status=status,
            retryable=retryable,
            question=question,
        )

    def reject_because(
        self,
        work: Work,
        stage: RejectStage,
        operation: Operation[Any] | None,
        error: str,
        message: str,
        *,
        status: int | None = None,
        retryable: bool = False,
        question: str = "",
    ) -> None:
        """Keep a reject whose reason is no exception."""
        event = RecordRejected(
            interaction=work.id,
            key=work.key,
            stage=stage,
            operation=None if operation is None else operation.id,
            error=error,
            message=message,
            status=status,
            retryable=retryable,
        )
        self._add(Reject(event, position=work.position, question=question))

    def begin_file(self, file: str) -> None:
        """Forget what was wrong with the lines of a file that is about to be read."""
        source = os.path.abspath(file)
        self.writer.put(lambda tables: tables.rejects.clear_input(source))

    def reject_line(self, line: BadLine) -> None:
        """Keep that a line of the input cannot be used."""
        file = "standard input" if line.source == "-" else line.source
        event = RecordRejected(
            interaction=None,
            key=line.key,
            stage="input",
            operation=None,
            error="BadLine",
            message=f"{file}, line {line.line}: {line.message}",
        )
        self._add(Reject(event, source=os.path.abspath(line.source), line=line.line))

    def _add(self, reject: Reject) -> None:
        with self._lock:
            self.rejects += 1
        self.writer.put(lambda tables: tables.rejects.add(reject))
        self._client.host.notify("elevatekit_record_rejected", reject.event)
