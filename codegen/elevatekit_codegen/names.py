"""Names of the spec as names of Python."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Container
from http import HTTPStatus
from typing import Final

_WORD: Final = re.compile(r"[A-Z]{2,}s?(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[A-Z]+[0-9]*|[0-9]+")

FIELD_TAKEN: Final = frozenset(
    {"msgspec", "typing", "str", "int", "float", "bool", "list", "dict", "field"}
)
"""Names that the annotations of a struct use: msgspec looks them up in the class body first."""

ARGUMENT_TAKEN: Final = frozenset(
    {"self", "timeout", "body", "file", "kind", "poll", "progress", "operations"}
)
"""Names that the generated methods use themselves."""

CLIENT_TAKEN: Final = frozenset(
    {
        "aclose",
        "api",
        "base_url",
        "call",
        "close",
        "host",
        "raw",
        "reconcile",
        "send",
        "unsettled",
        "wait",
        "wait_all",
        "with_options",
    }
)
"""Names that the clients have before a spec adds its own."""

COMMAND_TAKEN: Final = frozenset(
    {
        "cassettes",
        "completion",
        "doctor",
        "export",
        "journal",
        "plugins",
        "probe",
        "pull",
        "simulate",
    }
)
"""First words of the command line that are no operation."""


PACKAGE_TAKEN: Final = sys.stdlib_module_names | {
    "elevatekit_codegen",
    "elevatekit_plugins",
    "msgspec",
    "pytest",
}
"""Modules of Python, of ours, and others that a generated package imports."""


def words(name: str) -> list[str]:
    """`isResolved`, `is_resolved` and `Is-Resolved` alike: `["is", "resolved"]`."""
    return [word.lower() for word in _WORD.findall(name)]


def snake(name: str, taken: Container[str] = ()) -> str:
    """A name for fields and arguments: `downloadUri` is `download_uri`.

    What is a keyword or taken gets an underscore at its end. Empty where no name can be made.
    """
    result = "_".join(words(name))
    if result[:1].isdigit():
        result = f"_{result}"
    return f"{result}_" if keyword.iskeyword(result) or result in taken else result


def column(name: str) -> str:
    """A name for columns and tables: a keyword of Python is none of theirs."""
    return "_".join(words(name))


def pascal(name: str) -> str:
    """A name for classes: `gen_ai.cx.topics` is `GenAiCxTopics`; a class name stays as it is.

    Empty where no name can be made.
    """
    if re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
        return "" if keyword.iskeyword(name) else name
    result = "".join(word.capitalize() for word in words(name))
    return "" if result[:1].isdigit() else result


def constant(operation: str) -> str:
    """The name of an operation in the table: `gen_ai.cx.topics` is `GEN_AI_CX_TOPICS`."""
    return operation.replace(".", "_").upper()


def is_method_path(operation: str) -> bool:
    """Whether an operationId is a dotted path of group and method: `gen_ai.cx.topics`."""
    parts = operation.split(".")
    return len(parts) > 1 and all(map(is_method, parts))


def is_method(name: str) -> bool:
    """Whether a text can be the name of a method or a group as it is."""
    plain = re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)
    return plain is not None and not keyword.iskeyword(name)


def is_package(name: str) -> bool:
    """Whether a text can be the name of a package."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", name) is not None and not keyword.iskeyword(name)


_HUNDREDS: Final = {
    "4XX": "ClientError",
    "5XX": "ServerError",
    "default": "OtherStatusError",
}


def error_class(status: str) -> str:
    """The name of an error class where the spec gives none: 404 is `NotFoundError`."""
    if status in _HUNDREDS:
        return _HUNDREDS[status]
    try:
        phrase = HTTPStatus(int(status)).phrase
    except ValueError:
        return f"Status{status}Error"
    name = pascal(phrase.lower())
    return name if name.endswith("Error") else f"{name}Error"
