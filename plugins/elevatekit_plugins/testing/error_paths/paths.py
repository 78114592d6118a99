"""Which answers are tried: for every operation of a table the same ones. None is named here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

from msgspec import Struct

from elevatekit_plugins.api import Api, Operation

Body = Literal["documented", "html", "cut", "empty"]
Flavour = Literal["sync", "async"]

SAID: Final = "said by the service"
"""What the body of an error says, where it has the documented form."""
HTML: Final = "<html><title>Bad Gateway</title></html>"


class Answer(Struct, frozen=True):
    """What the service answers to every attempt of one call."""

    status: int
    body: Body

    def __str__(self) -> str:
        return f"{self.status}-{self.body}"


UNUSUAL: Final = (
    Answer(502, "html"),
    Answer(599, "documented"),
    Answer(200, "html"),
    Answer(200, "cut"),
    Answer(200, "empty"),
    Answer(204, "empty"),
)
"""Tried with every operation, whatever the spec says of it."""
_UNLISTED: Final = {4: 418, 5: 501}
"""For what a spec says of a whole hundred: a status that it hardly lists by itself."""


class ErrorPath(Struct, frozen=True):
    """One call of one client, and what it is answered."""

    operation: str
    flavour: Flavour
    answer: Answer

    def __str__(self) -> str:
        return f"{self.operation}-{self.flavour}-{self.answer}"


def error_paths(api: Api) -> list[ErrorPath]:
    """Every operation, sync and async, with each documented status and the unusual answers."""
    flavours: tuple[Flavour, ...] = ("sync", "async")
    return [
        ErrorPath(operation.id, flavour, answer)
        for operation in api.operations
        for flavour in flavours
        for answer in (*_documented(operation), *UNUSUAL)
    ]


def _documented(operation: Operation[Any]) -> Iterator[Answer]:
    listed = {*operation.errors, *(_UNLISTED[hundred] for hundred in operation.others)}
    return (Answer(status, "documented") for status in sorted(listed))
