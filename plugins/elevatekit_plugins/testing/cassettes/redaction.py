"""Keeps conversations out of cassettes: people have a right to that, and git forgets nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import msgspec

from elevatekit_plugins.testing.cassettes.canonical import RecordedRequest, RecordedResponse
from elevatekit_plugins.testing.cassettes.errors import CassetteError
from elevatekit_plugins.testing.cassettes.leaks import as_bytes

Redact = Callable[[str], str]

_REQUEST: Final = "before_record_request"
_RESPONSE: Final = "before_record_response"


def with_redaction(config: Mapping[str, Any], redact: Redact) -> dict[str, Any]:
    """The options of `elevatekit_vcr_config`, and every text in a JSON body passes `redact`.

    Names of properties stay, and so do numbers. A body that is no JSON, for example an uploaded
    file, passes as a whole if it is text; bytes that are none become empty.

    Args:
        config: `elevatekit_vcr_config`, or what was made of it.
        redact: Is handed each text, and returns what is recorded in its place. It has to return
            the same for what it returned: requests of a replay pass it, too, and are compared.

    Example:
        ```python
        import pytest

        from elevatekit_plugins.testing.cassettes.redaction import with_redaction


        def redact(text: str) -> str:
            return text.replace("Ana Silva", "Jo Doe").replace("ana@example.com", "jo@example.com")


        @pytest.fixture(scope="session")
        def vcr_config(elevatekit_vcr_config):
            return with_redaction(elevatekit_vcr_config, redact)
        ```
    """

    def request(recorded: RecordedRequest) -> RecordedRequest:
        recorded.body = _redacted(as_bytes(recorded.body), redact)
        return recorded

    def response(recorded: RecordedResponse) -> RecordedResponse:
        body = as_bytes(recorded["body"]["string"])
        recorded["body"] = {"string": _redacted(body, redact)}
        return recorded

    return {
        **config,
        _REQUEST: [*_functions(config[_REQUEST]), request],
        _RESPONSE: [*_functions(config[_RESPONSE]), response],
    }


def _redacted(body: bytes, redact: Redact) -> bytes:
    if not body:
        return body
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            return _replaced(body.decode(), redact).encode()
        except UnicodeDecodeError:
            return b""
    return msgspec.json.encode(_walked(value, redact))


def _walked(value: object, redact: Redact) -> object:
    if isinstance(value, str):
        return _replaced(value, redact)
    if isinstance(value, list):
        return [_walked(item, redact) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return {name: _walked(item, redact) for name, item in items}
    return value


def _replaced(text: str, redact: Redact) -> str:
    new = redact(text)
    if redact(new) != new:
        raise CassetteError(
            "the function for with_redaction changes what it has changed already, so that a replay"
            " would compare something else; let it return its own results as they are"
        )
    return new


def _functions(option: object) -> list[Any]:
    return list(cast("list[Any]", option)) if isinstance(option, list | tuple) else [option]
