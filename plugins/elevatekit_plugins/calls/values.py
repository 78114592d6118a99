"""One value of an argument: checked by the rules of the spec, and written as a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from elevatekit_plugins.addresses import leaves_its_place
from elevatekit_plugins.api import Parameter
from elevatekit_plugins.errors import ArgumentError

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def check_arguments(parameter: Parameter, value: object) -> list[str]:
    """The values of an argument as they go on the wire: one, or those of a list.

    Raises:
        ArgumentError: one of them breaks a rule, or is alone where a list is due.
    """
    if parameter.many is None:
        return [check_argument(parameter, value)]
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise ArgumentError(
            f"{parameter.python} must be a list of {parameter.type}s, not {type(value).__name__}"
        )
    texts = [check_argument(parameter, item) for item in cast("Iterable[object]", value)]
    if not texts and parameter.required:
        raise ArgumentError(f"{parameter.python} is empty")
    return texts


def check_argument(parameter: Parameter, value: object) -> str:
    """The value as it goes on the wire, if the spec allows it.

    Raises:
        ArgumentError: it breaks a rule; the message names the parameter, the rule and what came.
    """
    name = parameter.python
    expected = _PYTHON_TYPES[parameter.type]
    if not isinstance(value, expected) or (
        isinstance(value, bool) and parameter.type in ("integer", "number")
    ):
        article = "an" if parameter.type == "integer" else "a"
        raise ArgumentError(
            f"{name} must be {article} {parameter.type}, not {type(value).__name__}"
        )
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if parameter.format == "uuid" and not _GUID.match(text):
        raise ArgumentError(
            f"{name} {_shown(text)} is not a GUID (8-4-4-4-12 hexadecimal digits);"
            " use an id that the API returned"
        )
    if parameter.type == "string":
        _check_text(parameter, text)
    return text


def _check_text(parameter: Parameter, text: str) -> None:
    name, length = parameter.python, len(text)
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ArgumentError(
            f"{name} {_shown(text)} is not valid text: it cannot be encoded as UTF-8"
        )
    if parameter.max_length is not None and length > parameter.max_length:
        raise ArgumentError(f"{name} has {length} characters; the limit is {parameter.max_length}")
    if not text.strip() and (parameter.min_length or parameter.location == "path"):
        raise ArgumentError(f"{name} is empty")
    if parameter.min_length is not None and length < parameter.min_length:
        raise ArgumentError(
            f"{name} has {length} characters; the minimum is {parameter.min_length}"
        )
    if parameter.enum and text not in parameter.enum:
        raise ArgumentError(f"{name} {_shown(text)} is not one of {', '.join(parameter.enum)}")
    if parameter.pattern is not None and not re.search(parameter.pattern, text):
        raise ArgumentError(f"{name} {_shown(text)} does not match {parameter.pattern}")
    if parameter.location == "path" and leaves_its_place(text):
        raise ArgumentError(f"{name} {_shown(text)} would change the path of the URL")
    if parameter.location == "header" and not (
        text.isascii() and text.isprintable() and text == text.strip()
    ):
        raise ArgumentError(
            f"{name} {_shown(text)} contains characters that a header cannot contain"
        )


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:57] + "...")
