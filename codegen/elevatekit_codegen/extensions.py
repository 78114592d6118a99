"""The x- words of a spec as the structs of `elevatekit_plugins.api`."""

from __future__ import annotations

import re
from typing import TypeVar, get_args

import msgspec

from elevatekit_codegen.source import Document, Node, join
from elevatekit_plugins.api import Evidence, RetryRule

T = TypeVar("T")


def read(document: Document, node: Node, word: str, type: type[T]) -> T | None:
    """What an extension of a node says, or None where it is not there.

    Raises:
        SpecError: it does not have the form of its struct: a key is unknown, missing or wrong.
    """
    if word not in node.value:
        return None
    try:
        return msgspec.convert(node.value[word], type, str_keys=True)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        pointer = node / word
        for key in re.findall(r"\.(\w+)|\[(\d+)\]", path):
            pointer = join(pointer, "".join(key))
        raise document.error(pointer, f"{word}: {what}") from None


def evidence(document: Document, node: Node, default: Evidence = "assumed") -> Evidence:
    """How well the fact at a node is known.

    Raises:
        SpecError: `x-evidence` is none of the five words.
    """
    value = node.value.get("x-evidence", default)
    for word in get_args(Evidence):
        if value == word:
            return word
    known = ", ".join(get_args(Evidence))
    raise document.error(node / "x-evidence", f"x-evidence {value!r} is none of {known}")


def retry(document: Document, node: Node, method: str) -> RetryRule:
    """The retry rule of an operation. Where the spec has none, nothing is sent again."""
    rule = read(document, node, "x-retry", RetryRule)
    return rule or RetryRule(deadline=60, statuses={}, safe=method in ("GET", "HEAD"))
