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
    ConnectError,
    DeadlineExceededError,
    TransportError,
)
from elevatekit_plugins.messages import Request

CONNECT_TIMEOUT: Final = 10.0
"""Seconds for one connection to come about, where the deadline leaves that much."""

_CLOCK: Final = (9, 10)
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""


def late(request: Request, *, sent: bool = True) -> DeadlineExceededError:
    """The deadline passed."""
    return DeadlineExceededError(
        f"operation {request.operation}: the deadline passed before the whole response was there",
        sent=sent,
        operation=request.operation,
    )


def ours(error: Exception, request: Request, deadline: float) -> TransportError:
    """The error of this package that says the same; the one given is left without frames."""
    without_frames(error)
    return _ours(error, request, deadline)


def without_frames(error: BaseException) -> None:
    """Take the tracebacks from an error and its causes.

    The frames of an HTTP library hold the request as it was written, token included; a
    traceback that shows local variables would print it.
    """
    for cause in _causes(error):
        cause.__traceback__ = None


def _ours(error: Exception, request: Request, deadline: float) -> TransportError:
    operation, host = request.operation, httpx2.URL(request.url).netloc.decode("ascii")
    passed = time.monotonic() >= deadline - 0.001
    match error:
        case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
            if passed:
                return late(request, sent=False)
            text = f"no connection to {host} within {CONNECT_TIMEOUT:g} s"
            return ConnectError(f"operation {operation}: {text}", sent=False, operation=operation)
        case httpx2.ConnectError() | httpx2.ProxyError() | httpx2.UnsupportedProtocol():
            if (reason := _refused(error)) is not None:
                return CertificateError(
                    f"operation {operation}: {host} cannot be trusted: {reason}",
                    sent=False,
                    operation=operation,
                )
            return ConnectError(
                f"operation {operation}: no connection to {host}: {error or type(error).__name__}",
                sent=False,
                operation=operation,
            )
        case httpx2.TimeoutException():
            return late(request)
        case httpx2.LocalProtocolError():
            return TransportError(
                f"operation {operation}: the request cannot be written as HTTP",
                sent=False,
                operation=operation,
            )
        case _:
            return BrokenResponseError(
                f"operation {operation}: the connection to {host} broke before the response was"
                f" whole: {error or type(error).__name__}",
                operation=operation,
            )


def _refused(error: BaseException) -> str | None:
    """Why TLS was refused, where trying again would change nothing."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                hint = " (is this machine's clock right?)" if cause.verify_code in _CLOCK else ""
                return f"its certificate was refused: {cause.verify_message}{hint}"
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ssl.SSLSyscallError():
                return None  # the connection broke
            case ssl.SSLError():
                return f"TLS 1.2 or later could not be agreed on: {cause.reason or cause}"
            case _:
                pass
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
