"""The x- words of a spec as the structs of `elevatekit_plugins.api`."""

from __future__ import annotations

import re
from typing import Final, TypeVar, get_args

import msgspec

from elevatekit_codegen.source import Document, Node, join
from elevatekit_plugins.api import Evidence, RetryRule

T = TypeVar("T")

DEFAULT_DEADLINE: Final = 60.0
"""Seconds that a call may take where the spec has no `x-retry`."""


def read(document: Document, node: Node, word: str, type: type[T]) -> T | None:
    """What an extension of a node says, or None where it is not there.

    Raises:
        SpecError: it does not have the form of its struct: a key is unknown, missing or wrong.
    """
    if word not in node:
        return None
    try:
        return msgspec.convert(node.value[word], type, str_keys=True)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        pointer = node / word
        for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
            pointer = join(pointer, key or index)
        raise document.error(pointer, f"{word}: {what}") from None


def evidence(document: Document, node: Node) -> Evidence:
    """How well the fact at a node is known: `assumed` where the spec does not say.

    Raises:
        SpecError: `x-evidence` is none of the words of `Evidence`.
    """
    try:
        known: Evidence = msgspec.convert(node.value.get("x-evidence", "assumed"), Evidence)
    except msgspec.ValidationError:
        words = ", ".join(get_args(Evidence))
        said = node.value["x-evidence"]
        raise document.error(
            node / "x-evidence", f"unknown x-evidence {said!r}; use one of {words}"
        ) from None
    return known


def retry(document: Document, node: Node, method: str) -> RetryRule:
    """The retry rule of an operation. Where the spec has none, nothing is sent again."""
    rule = read(document, node, "x-retry", RetryRule)
    safe = method in ("GET", "HEAD")
    return rule or RetryRule(deadline=DEFAULT_DEADLINE, statuses={}, safe=safe)
