"""What a probe found out: the report that `probe` writes and `elevatekit-codegen patch` reads.

It holds shapes and types and no conversation, unless the user wanted the answers in it. Places are
JSON pointers (RFC 6901).
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from elevatekit_plugins.api import Evidence
from elevatekit_plugins.errors import ConfigError

VERSION: Final = 1
"""Of the report. Another one is refused."""

Kind = Literal["array", "boolean", "integer", "null", "number", "object", "string"]
Verdict = Literal["as said", "different", "not seen"]


class _Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all parts of a report have in common."""


class Shape(_Record, frozen=True, kw_only=True):
    """What several values looked like, taken together."""

    kinds: tuple[Kind, ...] = ()
    """The types that came, in alphabetical order. Empty: any, for nothing is known."""
    format: str | None = None
    """The format that every text had: `uuid` or `date-time`."""
    properties: dict[str, Shape] = {}
    items: Shape | None = None
    """None where every list was empty."""


class Renamed(_Record, frozen=True, kw_only=True, tag="renamed"):
    """A property came under another name."""

    name: str


class Added(_Record, frozen=True, kw_only=True, tag="added"):
    """A property came that the schema does not name."""

    name: str
    shape: Shape


class Optional(_Record, frozen=True, kw_only=True, tag="optional"):
    """A property that the spec requires did not come, or not always."""


class Nullable(_Record, frozen=True, kw_only=True, tag="nullable"):
    """Null came where the spec does not allow it."""


class Retyped(_Record, frozen=True, kw_only=True, tag="retyped"):
    """Values of another type came."""

    shape: Shape


class Listed(_Record, frozen=True, kw_only=True, tag="listed"):
    """Values came that an enum does not have."""

    values: tuple[str, ...]


class Unformatted(_Record, frozen=True, kw_only=True, tag="unformatted"):
    """Texts came that do not have the format."""


class Answered(_Record, frozen=True, kw_only=True, tag="answered"):
    """A status came that the operation does not document. The pointer is that of its responses."""

    status: int
    shape: Shape | None = None
    """Of the body. None: there was none."""


Change = Renamed | Added | Optional | Nullable | Retyped | Listed | Unformatted | Answered
"""What the spec has to say instead. It is about the thing at the pointer of the fact."""


class Fact(_Record, frozen=True, kw_only=True):
    """One thing that the spec says, and what became of it."""

    verdict: Verdict
    pointer: str
    """Where the spec says it, references followed."""
    evidence: Evidence | None = None
    operation: str | None = None
    """The operation whose answer showed it first."""
    answer: str | None = None
    """Where in that answer. Empty: the answer as a whole."""
    said: str
    came: str | None = None
    change: Change | None = None
    """None for what is no difference, and for one that only people can put right."""


class Probed(_Record, frozen=True, kw_only=True):
    """One operation that was called."""

    operation: str
    status: int | None = None
    """None: no answer came."""
    error: str | None = None
    """The class of the error, where no answer came, or one that may not come again (5xx)."""
    value: Any | UnsetType = UNSET
    """The answer itself, only where it was wanted."""


class Report(_Record, frozen=True, kw_only=True):
    """Everything that one probe found out."""

    version: int
    api: str
    """The title of the spec."""
    spec: str
    """Its `info.version`."""
    operations: tuple[Probed, ...]
    facts: tuple[Fact, ...]

    def of(self, verdict: Verdict) -> tuple[Fact, ...]:
        """The facts of which this is the verdict."""
        return tuple(fact for fact in self.facts if fact.verdict == verdict)


class _Version(Struct):
    version: int


def write(report: Report) -> bytes:
    """The report as JSON, for people too."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def read(data: bytes) -> Report:
    """The report in a file.

    Raises:
        ConfigError: it is no report, or one of another version.
    """
    # Windows PowerShell writes a mark before what it redirects.
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        version = msgspec.json.decode(data, type=_Version).version
        if version == VERSION:
            return msgspec.json.decode(data, type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"this is not a probe report: {error}") from None
    raise ConfigError(
        f"this report has version {version}, but this release reads version {VERSION}:"
        " probe again with the same release"
    )
