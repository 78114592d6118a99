"""Our own words for HTTP: requests, responses and attempts, no library's.

Plugins see these types alone, so that a plugin is not tied to one HTTP library.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any, Final, Literal, cast

import msgspec
from msgspec import Struct, structs

from elevatekit_plugins.secrecy import MASK, redact

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order in which they are sent; names keep their spelling."""

_SHOWN: Final = frozenset(
    {"accept", "accept-encoding", "accept-language", "content-type", "user-agent"}
)
"""Headers of a request whose values may be seen; others may hold a credential."""


_ESCAPES: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""The escapes of a JSON text; the group is half of a surrogate pair."""


def decode_json(data: bytes) -> Any:
    """A JSON text as what it says: one that people wrote, read to the letter.

    Raises:
        ValueError: it is not JSON, or nested too deeply; the message says why.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None


def decode_answer(data: bytes) -> Any:
    """A JSON text that a server wrote, as what it says: `mended` where it has to be.

    Raises:
        ValueError: it is not JSON, or nested too deeply; the message says why.
    """
    try:
        return decode_json(data)
    except ValueError:
        better = mended(data)
        if better == data:
            raise
        return decode_json(better)


def mended(data: bytes) -> bytes:
    """A JSON text without what its writer gets wrong and no reader needs to lose it for.

    A byte order mark is left out, as RFC 8259 (8.1) allows. Half of a surrogate pair, which is
    what is left where a text was cut in the middle of an emoji, becomes U+FFFD.
    """
    text = data.removeprefix(b"\xef\xbb\xbf")
    if b"\\u" not in text:
        return text
    return _ESCAPES.sub(lambda found: rb"\ufffd" if found[1] else found[0], text)


def header(headers: Headers, name: str) -> str | None:
    """The first value of a header, whatever the case of its name."""
    name = name.lower()
    for key, value in headers:
        if key.lower() == name:
            return value
    return None


def with_header(headers: Headers, name: str, value: str) -> Headers:
    """Headers in which `name` has this one value, as the last of them."""
    if header(headers, name) is not None:
        lower = name.lower()
        headers = tuple(pair for pair in headers if pair[0].lower() != lower)
    return (*headers, (name, value))


def are_headers(headers: object) -> bool:
    """Whether something that was given as headers has their form."""
    if type(headers) is not tuple:
        return False
    try:
        for name, value in cast("tuple[tuple[object, object], ...]", headers):
            if type(name) is not str or type(value) is not str:
                return False
    except (TypeError, ValueError):  # no pairs
        return False
    return True


class FileBody(Struct, frozen=True, kw_only=True):
    """A body that is read from a file while it is sent, so that memory stays flat.

    It is opened anew for each attempt. `before` and `after` frame it (multipart).
    """

    path: str
    size: int
    before: bytes = b""
    after: bytes = b""

    def __len__(self) -> int:
        """The length of the whole body in bytes."""
        return len(self.before) + self.size + len(self.after)

    @classmethod
    def of(cls, path: str | os.PathLike[str], before: bytes = b"", after: bytes = b"") -> FileBody:
        """A body of the file at `path`, as long as it is now.

        Raises:
            OSError: the file cannot be looked at.
        """
        name = os.fspath(path)
        return cls(path=name, size=os.stat(name).st_size, before=before, after=after)


class Request(Struct, frozen=True, kw_only=True):
    """One HTTP request, before it is sent."""

    operation: str
    """The id of the operation that it belongs to, or of the auth scheme that refreshes."""
    method: str
    url: str
    headers: Headers = ()
    body: bytes | FileBody | None = None
    purpose: Literal["call", "auth"] = "call"
    """`auth`: a request of an auth scheme for a new credential."""

    def with_header(self, name: str, value: str) -> Request:
        """A copy in which `name` has this one value."""
        return structs.replace(self, headers=with_header(self.headers, name, value))

    def redacted(self) -> Request:
        """A copy in which the value of every header that may hold a credential is `***`."""
        headers = tuple((k, v if k.lower() in _SHOWN else MASK) for k, v in self.headers)
        return structs.replace(self, headers=headers)

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        shown = {"headers": self.redacted().headers, "body": _shown(self.body)}
        return [(n, shown.get(n, getattr(self, n))) for n in self.__struct_fields__]

    def __repr__(self) -> str:
        return _repr(self)


class Attempt(Struct, frozen=True, kw_only=True):
    """One sending of a request, and what came of it."""

    number: int
    """Counted from 1. A request that is sent again after a 401 keeps its number."""
    status: int | None = None
    error: str | None = None
    """The class and message of a transport error, where no response came."""
    sent: bool
    """False only where it is certain that the server saw nothing of the request."""
    elapsed: float
    """Seconds from sending until the response was read, or the error."""
    ended: float = 0.0
    """When that was, in seconds since 1970."""
    retry_after: float | None = None
    """Seconds that the server asked to wait, where it said so in a form that makes sense."""
    crowded: bool = False
    """Whether it was turned away (429) because too many requests of its concurrency group were in
    flight: nothing was carried out, and this process sends fewer at a time from then on."""
    delay: float | None = None
    """Seconds waited after this attempt. None: it was the last one."""
    decision: str = ""
    """Why it was, or was not, followed by another one."""


class Response(Struct, frozen=True, kw_only=True):
    """A response as it came: status, headers, and the decoded bytes of its body."""

    operation: str
    status: int
    headers: Headers = ()
    body: bytes = b""
    elapsed: float = 0.0
    """Seconds from sending the request until the body was read."""
    attempts: tuple[Attempt, ...] = ()

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        shown = {"body": _shown(self.body)}
        return [(n, shown.get(n, getattr(self, n))) for n in self.__struct_fields__]

    def __repr__(self) -> str:
        return _repr(self)

    def without(self, secrets: Iterable[str]) -> Response:
        """A copy in which every secret in headers and body is `***`."""
        secrets = list(secrets)
        body = redact(self.body.decode("latin-1"), secrets).encode("latin-1")
        headers = tuple((name, redact(value, secrets)) for name, value in self.headers)
        return structs.replace(self, headers=headers, body=body)

    def header(self, name: str) -> str | None:
        """The first value of a header, whatever the case of its name."""
        return header(self.headers, name)

    @property
    def text(self) -> str:
        """The body as UTF-8; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is not JSON.
        """
        try:
            return decode_answer(self.body)
        except ValueError as error:
            raise ValueError(f"the body of {self.operation} is {error}") from None


class LostQuestion(Struct, frozen=True, kw_only=True):
    """A question whose answer was lost: what tells it from all others, in any process."""

    operation: str
    resource: str
    """What its budget belongs to: the id of the interaction."""
    question: str
    lost_at: float
    """When the answer was given up, in seconds since 1970."""
    reservation: str
    """The unit of the budget that was counted for it."""
    account: str
    """Tells the account that asked from others, and nothing of its token."""


class Settlement(Struct, frozen=True, kw_only=True):
    """What became of a question whose answer was lost, as the history of the API tells it."""

    question: str
    asked: bool
    """False: it was not carried out, and its unit of the budget is free again."""
    answer: Any = None
    """The answer, where there was one."""
    failure: str | None = None
    """Why there was none, where the history says so."""


def _repr(message: Request | Response) -> str:
    parts = ", ".join(f"{name}={value!r}" for name, value in message.__rich_repr__())
    return f"{type(message).__name__}({parts})"


def _shown(body: bytes | FileBody | None) -> str | None:
    """A body in a repr: how much there is, and not what customers said."""
    return None if body is None else f"<{len(body):,} bytes>"
