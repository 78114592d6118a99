"""The text of a cassette: YAML of plain data, checked as it is read.

Module and functions have the form that vcrpy asks of a serializer.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import msgspec
from msgspec import Struct

from elevatekit_plugins.testing.cassettes.errors import CassetteError

END: Final = "...\n"
"""YAML's mark of the end: a cassette without it was cut."""

_WIDTH: Final = 1_000_000
"""Characters of a line at most: text is not folded, so that it can be searched."""


class _Request(Struct):
    method: str
    uri: str
    headers: dict[str, list[str]]
    body: Any

    def __post_init__(self) -> None:
        if not isinstance(self.body, str | bytes | None):
            raise TypeError(f"Expected a text or bytes, got `{type(self.body).__name__}`")


class _Status(Struct):
    code: int
    message: str | None


class _Body(Struct):
    string: Any

    def __post_init__(self) -> None:
        if not isinstance(self.string, str | bytes):
            raise TypeError(f"Expected a text or bytes, got `{type(self.string).__name__}`")


class _Response(Struct):
    status: _Status
    headers: dict[str, list[str]]
    body: _Body


class _Interaction(Struct):
    request: _Request
    response: _Response


class _Cassette(Struct):
    version: int
    interactions: list[_Interaction]


def serialize(data: Any) -> str:
    """The text of a cassette."""
    yaml: Any = import_module("yaml")
    text: str = yaml.dump(
        data,
        Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper),
        allow_unicode=True,
        default_flow_style=False,
        explicit_end=True,
        line_break="\n",
        sort_keys=False,
        width=_WIDTH,
    )
    return text


def deserialize(text: str) -> Any:
    """The plain data of a cassette. A tag that would make anything else is refused.

    Raises:
        CassetteError: it is no cassette; the message says why, and where.
    """
    yaml: Any = import_module("yaml")
    if not text.strip():
        raise CassetteError("it is empty")
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.constructor.ConstructorError as error:
        raise CassetteError(
            f"{_line(error)}it holds more than plain data, which is refused: {error.problem}"
        ) from None
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "characters that YAML does not allow"
        raise CassetteError(f"{_line(error)}it is no YAML: {problem}") from None
    try:
        msgspec.convert(data, _Cassette)
    except msgspec.ValidationError as error:
        raise CassetteError(f"it is no cassette: {error}") from None
    if not text.endswith("\n" + END):
        raise CassetteError("it was cut: the line `...` at its end is missing")
    return data


def _line(error: Any) -> str:
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f"line {mark.line + 1}: "
