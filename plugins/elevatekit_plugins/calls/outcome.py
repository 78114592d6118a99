"""What an attempt means: whether the operation may be sent again, and which error it is."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, cast

from elevatekit_plugins.api import Api, Operation
from elevatekit_plugins.calls.quota import Spent
from elevatekit_plugins.errors import (
    AuthError,
    CertificateError,
    ElevateKitError,
    OutcomeUnknownError,
    ResponseTooLargeError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.foreign import legible
from elevatekit_plugins.messages import Attempt, LostQuestion, Response


def is_unknown(operation: Operation[Any], attempt: Attempt) -> bool:
    """Whether an operation that is not safe to repeat may have been carried out.

    So it is when no answer came to a request that may have arrived, and when a server or a
    gateway on the way answered that something went wrong there (5xx).
    """
    if operation.retry.safe or not attempt.sent:
        return False
    return attempt.status is None or attempt.status >= 500


def may_resend(
    operation: Operation[Any],
    attempts: Sequence[Attempt],
    error: TransportError | None,
    spent: Spent | None,
) -> str | None:
    """None where the operation may be sent again; else why not.

    A retry policy is asked only after this, and cannot loosen it.
    """
    last = attempts[-1]
    if isinstance(error, CertificateError):
        return "a rejected certificate is not retried"
    if isinstance(error, ResponseTooLargeError):
        return "a response that is too large is not retried"
    if isinstance(error, AuthError) and not error.temporary:
        return "a rejected credential is not retried"
    if is_unknown(operation, last):
        return "it may have been carried out and must not be sent twice"
    if error is not None and not error.temporary:
        return "a retry would not help"
    if not last.sent:
        return None
    if last.status is None:
        return None
    if last.status not in operation.retry.statuses:
        return f"status {last.status} is not retryable"
    if operation.quota is None or spent is None or last.status in operation.quota.free:
        return None
    # An answer that may have cost an error of the budget: once more, while two are left.
    if sum(attempt.status == last.status for attempt in attempts) > 1:
        return f"status {last.status} came twice, and each may count as an error"
    if operation.quota.errors - spent.errors - spent.unknown < 2:
        return "fewer than two errors of the quota are left"
    return None


def failure(
    api: Api,
    operation: Operation[Any],
    response: Response | None,
    error: TransportError | None,
    last: Attempt,
    lost: LostQuestion | None,
) -> ElevateKitError:
    """The error that a call ends with."""
    cause: ElevateKitError | None = error
    if response is not None:
        cause = _status_error(api, operation, response, last)
    assert cause is not None  # a failed attempt has a response or an error
    return unknown(operation, cause, lost) if is_unknown(operation, last) else cause


def unknown(
    operation: Operation[Any], cause: Exception, lost: LostQuestion | None
) -> OutcomeUnknownError:
    """The error where nobody knows whether the operation was carried out."""
    error = OutcomeUnknownError(
        f"operation {operation.id} may or may not have been carried out, and was not sent again"
        f" ({cause}){_how_to_settle(operation)}",
        operation=operation.id,
        lost=lost,
    )
    error.__cause__ = cause
    return error


def may_be_spent(operation: Operation[Any]) -> str:
    """The note on an exception that interrupted an operation while it was sent."""
    how = "; client.unsettled() lists it, and client.reconcile() settles it"
    said = f"operation {operation.id} may or may not have been carried out"
    return said + how if _how_to_settle(operation) else said


def _how_to_settle(operation: Operation[Any]) -> str:
    if operation.quota is None or operation.quota.history is None:
        return ""
    return f"; it counts as spent until .reconcile() reads {operation.quota.history}"


def _status_error(
    api: Api, operation: Operation[Any], response: Response, last: Attempt
) -> StatusError:
    said = _error_message(api, response)
    documented = api.error(response.status, operation)
    cls: type[StatusError] = documented or StatusError
    undocumented = "" if documented else ", which the spec does not document"
    asked = f"; it asked to wait {last.retry_after:g} s" if last.retry_after is not None else ""
    remedy = ""
    if response.status == HTTPStatus.UNAUTHORIZED:
        remedy = f"; check {api.env('token')}, or the settings of the auth scheme"
    return cls(
        f"operation {operation.id} answered {response.status}{undocumented}"
        f"{f': {legible(said)}' if said else ''}{asked}{remedy}"
        f"{f' ({last.decision})' if response.status in operation.retry.statuses else ''}",
        response=response,
        error_message=said,
        operation=operation.id,
    )


def _error_message(api: Api, response: Response) -> str | None:
    try:
        body = response.json()
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    said: object = cast("dict[str, Any]", body).get(api.error_message)
    return said if isinstance(said, str) else None
