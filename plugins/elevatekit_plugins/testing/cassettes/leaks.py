"""Finds what must not stand in a cassette: secrets that are known, and what looks like one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.testing.cassettes.canary import hidden
from elevatekit_plugins.testing.cassettes.canonical import (
    RecordedRequest,
    RecordedResponse,
    is_loopback,
)

_CREDENTIALS: Final = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})

_LOOKS: Final = {
    "a bearer token": re.compile(rb"\bbearer [\w.~+/-]{16,}", re.IGNORECASE),
    "a JSON web token": re.compile(rb"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\."),
    "a signed or a secret address": re.compile(
        rb"[?&](x-amz-signature|signature|sig|token|access_token|api_?key)=[^&\"\s]{8,}",
        re.IGNORECASE,
    ),
    "a password in an address": re.compile(rb"\bhttps?://[^/\s:@\"]+:[^/\s@\"]+@", re.IGNORECASE),
    "a token of Slack": re.compile(rb"\bxox[a-z]-[\w-]{10,}"),
    "a webhook of Slack": re.compile(rb"hooks\.slack\.com/(services|workflows|triggers)/\w+/\w+"),
}
"""What people put into bodies and addresses by mistake. Each is wrong in any cassette."""


class Leak(Struct, frozen=True):
    """One secret in an interaction, named and never shown."""

    part: str
    """`request` or `response`."""
    reason: str


class Secrets:
    """The secrets that are known so far. What was one once is looked for ever after."""

    def __init__(self, api: Api) -> None:
        self._credentials = _CREDENTIALS | {api.key.header.lower()}
        self._known: dict[str, str] = {}
        """Each secret, and what it is."""
        if token := os.environ.get(api.env("token")):
            self._known[token] = f"the value of {api.env('token')}"

    def note(self, request: RecordedRequest) -> None:
        """Take note of the credentials of a request, and of an address on this machine."""
        for name, value in request.headers.items():
            if name.lower() in self._credentials:
                for text in [value] if isinstance(value, str) else map(str, value):
                    # `Authorization` has the scheme before the secret.
                    for secret in (text, *text.split()[-1:]):
                        self._known.setdefault(secret, f"the value of the header {name}")
        parts = urlsplit(request.uri)
        if is_loopback(parts.hostname) and parts.port:
            self._known.setdefault(parts.netloc, "the address on this machine")

    def leaks(self, request: RecordedRequest, response: RecordedResponse) -> Iterator[Leak]:
        """Every secret of an interaction: where it stands, what it is, how it is written."""
        for part, place, data in _places(request, response):
            header = place.removeprefix("header ")
            if header != place and header.lower() in self._credentials:
                yield Leak(part, f"the {place} of the {part} is a credential")
                continue
            for secret, what in self._known.items():
                if how := hidden(secret, data):
                    yield Leak(part, f"the {place} of the {part} holds {what}, {how}")
            for what, look in _LOOKS.items():
                if look.search(data):
                    yield Leak(part, f"the {place} of the {part} holds what looks like {what}")


def _places(
    request: RecordedRequest, response: RecordedResponse
) -> Iterator[tuple[str, str, bytes]]:
    yield "request", "URI", request.uri.encode()
    yield "request", "body", as_bytes(request.body)
    for name, values in request.headers.items():
        yield "request", f"header {name}", str(values).encode()
    yield "response", "reason", str(response["status"]["message"]).encode()
    for name, values in response["headers"].items():
        yield "response", f"header {name}", str(values).encode()
    yield "response", "body", as_bytes(response["body"]["string"])


def as_bytes(body: object) -> bytes:
    """A body as bytes, whether a cassette has it as text or not at all."""
    return body if isinstance(body, bytes) else str(body or "").encode()
