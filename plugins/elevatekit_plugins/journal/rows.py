"""The rows of the journal, as frozen structs."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from elevatekit_plugins.hooks.events import RecordRejected

Stage = Literal[
    "registered",
    "declaring",
    "unknown",
    "refused",
    "declared",
    "uploading",
    "accepted",
    "failed",
]
"""How far an interaction has come; `schema.sql` says what each means."""

Asked = Literal["asking", "unsent", "success", "error"]
"""What became of a question. `asking`: sent, as far as anybody knows, and not answered."""


class Interaction(Struct, frozen=True):
    """One interaction of the journal."""

    position: int
    """Its place in the order of the input, counted from 1."""
    id: str | None
    key: str | None
    type: str | None
    stage: Stage


class Result(Struct, frozen=True):
    """One payload as it came. `body` is None where the server said that there is none."""

    operation: str
    status: int
    body: bytes | None


class Question(Struct, frozen=True):
    """One question that was put to an interaction."""

    operation: str
    question: str
    outcome: Asked
    source: str | None = None
    """The operation that `body` is an answer of: the question's own, or its history."""
    body: bytes | None = None


class Reject(Struct, frozen=True):
    """Something that will be missing, and where it belongs."""

    event: RecordRejected
    position: int | None = None
    """The interaction; None for a line of the input that did not become one."""
    source: str = ""
    """The input file of such a line."""
    line: int = 0
    question: str = ""


class RejectCount(Struct, frozen=True):
    """How many rejects there are of one kind."""

    stage: str
    operation: str | None
    error: str
    count: int
    retryable: bool
    """Whether some of them may succeed in another run."""
    messages: tuple[str, ...]
    """The messages of the first of them, in the order of the input."""
