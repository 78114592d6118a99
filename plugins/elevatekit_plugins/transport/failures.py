"""Errors of httpx2, said in our own words: what happened, whether anything was sent."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from typing import Final

import httpx2

from elevatekit_plugins.errors import (
    BrokenResponseError,
    CertificateError,
    ClosedError,
    ConnectError,
    DeadlineExceededError,
    TransportError,
)
from elevatekit_plugins.foreign import legible
from elevatekit_plugins.messages import Request
from elevatekit_plugins.secrecy import redact
from elevatekit_plugins.transport.sending import Sending, credentials

CONNECT_TIMEOUT: Final = 10.0
"""Seconds for one connection to come about, where the deadline leaves that much."""

_LONGEST: Final = 200
"""Characters of another library's error that are shown."""

_CLOCK: Final = (9, 10)
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


def late(sending: Sending, via: str) -> DeadlineExceededError:
    """The deadline passed."""
    request = sending.request
    doing = "before the response was complete"
    if not sending.sent:
        doing = f"while connecting to {_place(request, via)}; nothing was sent"
    return DeadlineExceededError(
        f"operation {request.operation}: the deadline passed {doing}",
        sent=sending.sent,
        operation=request.operation,
    )


def closed(sending: Sending) -> ClosedError:
    """The transport was closed, before or meanwhile."""
    operation = sending.request.operation
    return ClosedError(
        f"operation {operation}: the client was closed during the call; create a new one",
        sent=sending.sent,
        operation=operation,
    )


def unsendable(request: Request, why: str) -> TransportError:
    """The request cannot be sent as it is. Nothing of it was."""
    return TransportError(
        f"operation {request.operation}: {why}",
        sent=False,
        temporary=False,
        operation=request.operation,
    )


def ours(error: Exception, sending: Sending, via: str) -> TransportError:
    """An error of httpx2 or the system as one of this package.

    It is to be raised where the one given is handled already: in its text there may be what a
    server sent back, and its frames hold the request as it was written.

    Args:
        via: the proxy, without its credentials; empty where there is none.
    """
    request = sending.request
    operation, place = request.operation, _place(request, via)
    passed = time.monotonic() >= sending.deadline - 0.001
    match error:
        case httpx2.UnsupportedProtocol():
            return unsendable(request, "its URL does not begin with http:// or https://")
        case httpx2.LocalProtocolError():
            return TransportError(
                f"operation {operation}: the request cannot be written as HTTP; check the headers"
                " that plugins and with_options() add",
                sent=sending.sent,
                temporary=False,
                operation=operation,
            )
        case httpx2.TimeoutException() if passed or sending.sent:
            return late(sending, via)
        case httpx2.TimeoutException():
            text = f"no connection to {place} within {CONNECT_TIMEOUT:g} s"
            return ConnectError(f"operation {operation}: {text}", sent=False, operation=operation)
        case _ if sending.sent:
            return BrokenResponseError(
                f"operation {operation}: the connection to {place} broke before the response was"
                f" complete: {_said(error, request)}",
                operation=operation,
            )
        case _:
            if (reason := _refused(error)) is not None:
                return CertificateError(
                    f"operation {operation}: {place} cannot be trusted: {reason}",
                    sent=False,
                    operation=operation,
                )
            return ConnectError(
                f"operation {operation}: no connection to {place}: {_said(error, request)}",
                sent=False,
                operation=operation,
            )


def without_frames(error: BaseException) -> None:
    """Take the tracebacks from an error and its causes.

    The frames of an HTTP library hold the request as it was written, token included; a
    traceback that shows local variables would print it.
    """
    for cause in _causes(error):
        cause.__traceback__ = None


def _place(request: Request, via: str) -> str:
    host = httpx2.URL(request.url).netloc.decode("ascii")
    return f"{host} through the proxy {via}" if via else host


def _said(error: Exception, request: Request) -> str:
    """The text of an error, which may quote the server: legible, and without credentials."""
    text = redact(str(error), credentials(request)) or type(error).__name__
    return legible(text, _LONGEST)


def _refused(error: BaseException) -> str | None:
    """Why TLS was refused, where trying again would change nothing."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                hint = " (is this machine's clock right?)" if cause.verify_code in _CLOCK else ""
                return f"its certificate was rejected: {cause.verify_message}{hint}"
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ssl.SSLSyscallError():
                return None  # the connection broke
            case ssl.SSLError():
                return f"it does not support TLS 1.2 or later: {cause.reason or cause}"
            case _:
                pass
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
