"""Requests that cannot be sent: nothing was, and trying again would change nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import TransportError
from elevatekit_plugins.messages import FileBody, Request, Response
from elevatekit_plugins.transport.files import OpenFile
from elevatekit_plugins.transport.httpx2 import HttpxTransport

UNSENDABLE: dict[str, tuple[dict[str, Any], str]] = {
    "a value that is not ASCII": ({"headers": (("X-Name", "é"),)}, "header 'X-Name' is not ASCII"),
    "a name that is not ASCII": ({"headers": (("é", "x"),)}, "header 'é' is not ASCII"),
    "a value that is no string": ({"headers": (("X-Name", 5),)}, "header 'X-Name' is not ASCII"),
    "a line break": ({"headers": (("X-Name", "a\r\nb: c"),)}, "cannot be written as HTTP; check"),
    "a URL that is none": ({"url": "https://[::g]/v1"}, "its URL cannot be used"),
    "another scheme": ({"url": "ftp://127.0.0.1/v1"}, "does not begin with http:// or https://"),
}


@pytest.mark.parametrize("case", UNSENDABLE.values(), ids=UNSENDABLE.keys())
def test_what_a_plugin_made_unsendable_was_not_sent(
    wire: Any, case: tuple[dict[str, Any], str]
) -> None:
    changes, says = case
    request = Request(operation="a.b", method="GET", url=f"{wire.url}/x")
    transport = HttpxTransport(wire.url)

    with pytest.raises(TransportError, match=f"operation a.b: .*{says}") as caught:
        transport.send(structs.replace(request, **changes), time.monotonic() + 20)

    transport.close()
    assert not caught.value.sent
    assert not caught.value.temporary
    assert wire.received in ([], [b""])


def test_it_is_not_tried_again(wire: Any, things: Any) -> None:
    class Odd(HttpxTransport):
        def send(self, request: Request, deadline: float) -> Response:
            return super().send(request.with_header("X-Name", "é"), deadline)

    transport = Odd(wire.url)
    with (
        SyncApiClient(things.API, "t", base_url=wire.url, transport=transport) as client,
        pytest.raises(TransportError, match="X-Name") as caught,
    ):
        client.send(things.READ, {})

    assert [a.sent for a in caught.value.attempts] == [False]


@pytest.fixture
def body(tmp_path: Path) -> FileBody:
    path = tmp_path / "call.wav"
    path.write_bytes(b"0123456789")
    return FileBody.of(path)


def shorter(path: str) -> None:
    Path(path).write_bytes(b"012")


def pipe(path: str) -> None:
    Path(path).unlink()
    os.mkfifo(path)


def folder(path: str) -> None:
    Path(path).unlink()
    Path(path).mkdir()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (os.unlink, "cannot be read: No such file"),
        (shorter, "became shorter since the call began"),
        pytest.param(
            pipe,
            "is no longer a file",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here"),
        ),
        (folder, "cannot be read: Is a directory"),
    ],
)
def test_a_file_that_is_another_one_by_now_is_named_before_anything_is_sent(
    wire: Any,
    send: Callable[..., Response],
    body: FileBody,
    change: Callable[[str], None],
    says: str,
) -> None:
    change(body.path)

    with pytest.raises(TransportError, match=rf"a\.b: .*call\.wav {says}") as caught:
        send(body=body)

    assert not caught.value.sent
    assert not caught.value.temporary
    assert wire.connections == 0


def test_a_file_that_shrinks_while_it_is_sent_may_have_been_sent(body: FileBody) -> None:
    file = OpenFile(body, Request(operation="a.b", method="POST", url="https://x", body=body))
    shorter(body.path)
    assert file.read() == b"012"

    with pytest.raises(TransportError, match="became 7 bytes shorter during the upload") as caught:
        file.read()

    file.close()
    assert caught.value.sent
    assert not caught.value.temporary
