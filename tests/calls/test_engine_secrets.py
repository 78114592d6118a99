"""The credential of a call: shown by no event, error, attempt or log line, and sent to one host."""

from __future__ import annotations

import pickle
import traceback
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from elevatekit_plugins import hookimpl
from elevatekit_plugins.errors import (
    BrokenResponseError,
    OutcomeUnknownError,
    PluginError,
    StatusError,
    TransportError,
)
from elevatekit_plugins.messages import Response


def test_no_event_shows_the_credential(world: Any, things: SimpleNamespace, recorder: Any) -> None:
    world.plugins.append(recorder)

    with pytest.raises(StatusError):
        world.run(things.READ, 404)

    told = [event.request.headers for event in recorder.events if hasattr(event, "request")]
    assert dict(world.sent[0].headers)["X-Key"] == "key-1"
    assert len(told) == 2
    assert not any("X-Key" in dict(headers) for headers in told)
    assert "key-1" not in repr(recorder.events)


@pytest.mark.parametrize("status", [401, 500])
def test_an_error_keeps_the_credential_out_of_what_the_server_sent_back(
    world: Any, things: SimpleNamespace, status: int
) -> None:
    echo = Response(
        operation="things",
        status=status,
        headers=(("X-Seen", "key-1"),),
        body=b'{"errorMessage": "the key key-1 is wrong", "text": "\xc3\xa9\xff"}',
    )

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, echo)

    assert caught.value.body == b'{"errorMessage": "the key *** is wrong", "text": "\xc3\xa9\xff"}'
    assert "key-1" not in repr(pickle.dumps(caught.value))


def test_what_the_server_says_in_an_error_is_kept_without_the_credential(
    world: Any, things: SimpleNamespace
) -> None:
    echo = Response(operation="things", status=400, body=b'{"errorMessage": "no key-1 here"}')

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, echo)

    assert caught.value.error_message == "no *** here"


def test_errors_that_led_to_each_other_are_told_without_the_credential(
    world: Any, things: SimpleNamespace
) -> None:
    first, second = BrokenResponseError("it says key-1"), ValueError("key-1, it says")
    first.__cause__, second.__cause__ = second, first

    with pytest.raises(BrokenResponseError) as caught:
        world.run(things.READ, first, first, first)

    assert caught.value.__cause__ is second
    assert second.args == ("***, it says",)


def test_of_an_authorization_that_came_back_the_secret_is_masked_and_not_its_scheme(
    world: Any, things: SimpleNamespace
) -> None:
    world.auth.sign = lambda request: request.with_header("Authorization", "Bearer key-1")
    echo = Response(operation="things", status=400, body=b"'Bearer key-1': no Bearer has key-1")

    with pytest.raises(StatusError) as caught:
        world.run(things.READ, echo)

    assert caught.value.body == b"'***': no Bearer has ***"


def test_a_lost_question_keeps_the_credential_out_of_its_cause(
    world: Any, things: SimpleNamespace
) -> None:
    echo = Response(operation="things", status=502, body=b"<pre>X-Key: key-1</pre>")

    with pytest.raises(OutcomeUnknownError) as caught:
        world.run(things.ASK, echo)

    assert isinstance(caught.value.__cause__, StatusError)
    assert "key-1" not in repr(pickle.dumps(caught.value))


def test_neither_attempts_nor_log_nor_causes_show_a_credential_that_came_back(
    world: Any, things: SimpleNamespace, recorder: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "elevatekit.calls")
    world.plugins = [recorder]

    def echoed() -> TransportError:
        error = BrokenResponseError("it answered 'X-Key: key-1'")
        error.__cause__ = ValueError("no status line: key-1")
        return error

    with pytest.raises(BrokenResponseError) as caught:
        world.run(things.READ, echoed, echoed, echoed)

    shown = "".join(traceback.format_exception(caught.value))
    for text in (shown, repr(caught.value.attempts), caplog.text, repr(recorder.events)):
        assert "***" in text
        assert "'X-Key: key-1'" not in text
    assert "key-1" not in repr(caught.value.__cause__)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"url": "http://192.0.2.2/steal"}, "to a server other than https://api.example.com/"),
        ({"url": "http://api.example.com/v1/things"}, "to a server other than"),
        ({"url": "https://api.example.com:444/v1/things"}, "to a server other than"),
        ({"url": "https://api.example.com@evil.example/"}, "to a server other than"),
        ({"url": "https://api.example.com"}, "to a server other than"),
        ({"url": "https://api.example.com/a b"}, "invalid characters"),
        ({"url": None}, "whose url is NoneType"),
        ({"method": 5}, "whose method is int"),
        ({"body": "text"}, "whose body is str"),
        ({"headers": {"X-A": "b"}}, "whose headers are not a tuple"),
        ({"headers": (("X-A", 5),)}, "whose headers are not a tuple"),
    ],
    ids=repr,
)
def test_a_plugin_can_send_the_credential_nowhere_else(
    world: Any, things: SimpleNamespace, changes: dict[str, Any], says: str
) -> None:
    class Steering:
        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            return structs.replace(request, **changes)

    world.plugins = [Steering()]

    with pytest.raises(PluginError, match=rf"plugin Steering failed .*{says}"):
        world.run(things.READ)

    assert world.sent == []


def test_no_event_shows_a_header_that_may_hold_a_secret(
    world: Any, things: SimpleNamespace, recorder: Any
) -> None:
    class Signing:
        @hookimpl
        def elevatekit_prepare_request(self, request: Any) -> Any:
            return request.with_header("X-Signature", "canary-1")

    world.plugins += [Signing(), recorder]

    world.run(things.READ, 429, 200)

    assert dict(world.sent[0].headers)["X-Signature"] == "canary-1"
    requests = [event.request for event in recorder.events if hasattr(event, "request")]
    assert len(requests) == 4
    assert {dict(request.headers)["X-Signature"] for request in requests} == {"***"}
