"""What a server sends back, credential included, in errors, tracebacks and logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.errors import BrokenResponseError
from elevatekit_plugins.messages import Response

TOKEN = "canary-7f3a"
SIGNED = (("Authorization", f"Bearer {TOKEN}"),)


@pytest.mark.parametrize(
    "text",
    [
        f"HTTP/1.1 {TOKEN} no\r\n\r\n",
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{TOKEN}\r\n",
        f"HTTP/1.1 200 OK\r\n{TOKEN}\r\n\r\n",
    ],
    ids=["status line", "chunk header", "header"],
)
def test_no_traceback_shows_a_token_that_a_server_sent_back(
    wire: Any, send: Callable[..., Response], text: str
) -> None:
    wire.answers_once(text.encode())

    with pytest.raises(BrokenResponseError) as caught:
        send(headers=SIGNED)

    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_what_a_server_says_is_one_short_line_of_an_error(
    wire: Any, send: Callable[..., Response]
) -> None:
    wire.answers_once(b"HTTP/1.1 \x1b[31m" + b"x" * 5000 + b"\r\n\r\n")

    with pytest.raises(BrokenResponseError) as caught:
        send()

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_the_log_of_a_call_shows_no_token_that_a_server_sent_back(
    wire: Any, send: Callable[..., Response], caplog: pytest.LogCaptureFixture
) -> None:
    wire.answers_once(wire.ok(b"{}", f"X-Echo: {TOKEN}".encode(), status=f"200 {TOKEN}".encode()))

    with caplog.at_level(logging.DEBUG):
        send(headers=SIGNED)

    logged = [r.getMessage() for r in caplog.records if r.name == "httpcore2.http11"]
    assert any("X-Echo" in line and "***" in line for line in logged)
    assert not any(TOKEN in line for line in logged)


def test_the_log_of_others_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpcore2.http11").debug("x=%r", TOKEN.upper())

    assert caplog.records[-1].getMessage() == f"x={TOKEN.upper()!r}"
