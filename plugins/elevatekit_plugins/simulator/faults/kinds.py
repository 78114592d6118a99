"""What a kind of fault is: a name, a plane, and how it is done, free of I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Final, Literal, cast

import msgspec
from msgspec import UNSET, Struct

from elevatekit_plugins.simulator.contract import JSON, Contract

Plane = Literal["application", "wire", "tls"]
"""Where a fault is done: in a well-formed HTTP answer, in the bytes of a connection, or in the
handshake of a listener."""

LONG: Final = 3600.0
"""Seconds that silence lasts unless a fault says otherwise: longer than anybody waits."""


class Answer(Struct, frozen=True, kw_only=True):
    """An HTTP answer in bytes. Its length is told by whoever sends it."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    content: bytes = b""

    def with_header(self, name: str, *values: str) -> Answer:
        """The same answer with these values of a header instead of those that it has."""
        kept = tuple(pair for pair in self.headers if pair[0] != name)
        headers = (*kept, *((name, value) for value in values))
        return msgspec.structs.replace(self, headers=headers)

    def with_content(self, content: bytes) -> Answer:
        """The same answer with another body."""
        return msgspec.structs.replace(self, content=content)


class Pause(Struct, frozen=True):
    """Nothing is sent for so many seconds."""

    seconds: float


class Move(Enum):
    """What is done to a connection beside sending bytes and pausing."""

    LISTEN = "wait until the client sends something more"
    CLOSE = "close it in order, once all bytes are sent"
    RESET = "reset it, so that the client's next read or write fails"


Step = bytes | Pause | Move
Script = Iterator[Step]
"""What happens on a connection, step by step. Where it ends, the connection is closed."""


class Case(Struct, frozen=True, kw_only=True):
    """The call that a fault meets."""

    contract: Contract
    path: str
    """The path of the request."""
    message: str
    """The name of the property that tells what went wrong, in the error bodies of the API."""
    seconds: float
    """How long a pause lasts, for kinds that have one."""
    answer: Answer
    """The true answer. Of a call that was not carried out: an empty one."""
    body: object = UNSET
    """What the true answer says, before it became bytes. UNSET: nothing."""

    @property
    def properties(self) -> dict[str, object]:
        """Those of a true answer that is an object; of any other, none."""
        return cast("dict[str, object]", self.body) if isinstance(self.body, dict) else {}

    def refusal(self, status: int, headers: Mapping[str, str] | None = None) -> Answer:
        """An error with a body of the documented form."""
        text = f"a fault was set for {self.contract.operation.id}"
        given = {"content-type": JSON} | {n.lower(): v for n, v in (headers or {}).items()}
        content = msgspec.json.encode({self.message: text})
        return Answer(status=status, headers=tuple(given.items()), content=content)


Make = Callable[[Case], Answer | None]
"""Makes the answer of an application fault; None: it cannot be made of this case."""
Play = Callable[[Case], Script]
"""Makes the script of a wire fault."""


class Kind(Struct, frozen=True, kw_only=True):
    """One class of faults."""

    name: str
    plane: Plane
    summary: str
    spoils: bool = False
    """Whether it is made of the true answer, so that the call is carried out in any case."""
    early: bool = False
    """Whether it strikes when the head of a request is there, before its body is read."""
    seconds: float | None = None
    """How long a pause lasts unless a fault says otherwise. None: there is no pause."""
    make: Make | None = None
    play: Play | None = None


def application(*, spoils: bool = False) -> Callable[[Make], Kind]:
    """Make a kind of a function that makes an answer; its name and docstring become the kind's."""

    def made(make: Make) -> Kind:
        return Kind(
            name=make.__name__,
            plane="application",
            summary=_summary(make),
            spoils=spoils,
            make=make,
        )

    return made


def wire(
    *, spoils: bool = False, early: bool = False, seconds: float | None = None
) -> Callable[[Play], Kind]:
    """Make a kind of a function that writes a script; its name and docstring become the kind's."""

    def made(play: Play) -> Kind:
        return Kind(
            name=play.__name__,
            plane="wire",
            summary=_summary(play),
            spoils=spoils,
            early=early,
            seconds=seconds,
            play=play,
        )

    return made


def _summary(function: Make | Play) -> str:
    return (function.__doc__ or "").strip().rstrip(".")
