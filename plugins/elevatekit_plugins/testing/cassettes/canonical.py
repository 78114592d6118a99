"""Requests and responses freed of what differs from run to run and from machine to machine.

What is kept is listed; everything else is dropped. Each function leaves alone what has its form
already, so that a cassette that is loaded compares equal to what was written.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol
from urllib.parse import urlsplit, urlunsplit

import msgspec

from elevatekit_plugins.api import Api

RESPONSE_HEADERS: Final = frozenset({"content-type", "location", "retry-after"})
"""The headers of a response that change what a client does."""

_BOUNDARY: Final = re.compile(r'(?<=boundary=)"?([^";]+)"?')
_CANONICAL_BOUNDARY: Final = "boundary"


class RecordedRequest(Protocol):
    """What is used of vcrpy's `Request`."""

    method: str
    uri: str
    headers: Any
    body: Any


class RecordedResponse(Protocol):
    """What is used of vcrpy's response, a dictionary."""

    def __getitem__(self, key: str, /) -> Any: ...
    def __setitem__(self, key: str, value: Any, /) -> None: ...


def request_headers(api: Api) -> frozenset[str]:
    """The headers of a request that change what a server answers: those that the spec declares."""
    declared = {
        parameter.name.lower()
        for operation in api.operations
        for parameter in operation.parameters
        if parameter.location == "header"
    }
    return frozenset(declared | {"accept", "content-type"}) - {api.key.header.lower()}


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine itself."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def canonical_uri(uri: str, base_url: str) -> str:
    """The URI with the scheme and host of `base_url`, where it leads to this machine."""
    parts, base = urlsplit(uri), urlsplit(base_url)
    if not is_loopback(parts.hostname):
        return uri
    return urlunsplit(parts._replace(scheme=base.scheme, netloc=base.netloc))


def canonical_headers(headers: Mapping[str, Any], kept: frozenset[str]) -> dict[str, list[str]]:
    """The kept headers, their names in lower case and in order."""
    found = {
        name.lower(): [value] if isinstance(value, str) else list(_texts(value))
        for name, value in headers.items()
        if name.lower() in kept
    }
    return dict(sorted(found.items()))


def canonical_request(request: RecordedRequest, base_url: str, kept: frozenset[str]) -> None:
    """Bring a request into its form. A JSON body has its keys sorted."""
    request.uri = canonical_uri(request.uri, base_url)
    headers = canonical_headers(request.headers, kept)
    content_type = headers.get("content-type", [""])[0]
    if isinstance(request.body, bytes):
        request.body, content_type = _canonical_body(request.body, content_type)
        if content_type:
            headers["content-type"] = [content_type]
    request.headers = headers


def canonical_response(response: RecordedResponse) -> None:
    """Bring a decoded response into its form. The body stays as it came."""
    response["headers"] = canonical_headers(response["headers"], RESPONSE_HEADERS)


def _texts(values: Sequence[Any]) -> list[str]:
    return [value.decode("latin-1") if isinstance(value, bytes) else value for value in values]


def _canonical_body(body: bytes, content_type: str) -> tuple[bytes, str]:
    match content_type.partition(";")[0].strip().lower():
        case "application/json":
            try:
                decoded = msgspec.json.decode(body)
            except msgspec.DecodeError:
                return body, content_type
            return msgspec.json.encode(decoded, order="sorted"), content_type
        case "multipart/form-data" if found := _BOUNDARY.search(content_type):
            fixed = _CANONICAL_BOUNDARY.encode()
            return (
                body.replace(found[1].encode(), fixed),
                _BOUNDARY.sub(_CANONICAL_BOUNDARY, content_type),
            )
        case _:
            return body, content_type
