"""Secrets that do not show themselves, and the redaction of text that may hold one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

MASK: Final = "***"
_UNSENDABLE: Final = re.compile("[^!-~]")
_TELLING: Final = 8
"""Characters from which on a line of a secret is one, too."""


class Secret:
    """A string that is shown nowhere: not by repr, str, format, pickle or an error message.

    Plugin settings declare their tokens and webhook URLs with this type.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    @classmethod
    def of(cls, value: str | Secret | None) -> Secret | None:
        """What was given as a secret. Whoever takes a string rebinds its name with this at once:
        a traceback that shows local variables must not show it."""
        return value if value is None or isinstance(value, Secret) else cls(value)

    def reveal(self) -> str:
        """The secret itself, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    __str__ = __repr__

    def __format__(self, format_spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        # A pickle is a file like any other: what comes out of it has to be set again.
        return (Secret, (MASK,))


def spellings(secret: str) -> Iterator[str]:
    """A secret as texts may show it: as it is, in one line, as `repr` and JSON write it, and each
    of its lines, where it has several."""
    yield secret
    yield " ".join(secret.split())
    yield repr(secret)[1:-1]
    yield repr(f'"{secret}')[2:-1]  # as it stands in a text that holds both kinds of quotes
    yield json.dumps(secret)[1:-1]
    yield from (line.strip() for line in secret.splitlines() if len(line) >= _TELLING)


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret in it replaced by `***`.

    Secrets of fewer than four characters are left alone: they occur in ordinary words.
    """
    for secret in secrets:
        if len(secret) >= 4:
            text = text.replace(secret, MASK)
    return text


def header_secrets(values: Iterable[str]) -> list[str]:
    """The secrets in values of headers: each value, and its last word, as `Authorization` has the
    scheme before the secret."""
    values = list(values)
    return [*values, *(word for value in values for word in value.split()[-1:])]


def unsendable(token: str) -> int | None:
    """The index of the first character that no header can carry in a token; None: there is none.

    A token is visible ASCII.
    """
    found = _UNSENDABLE.search(token)
    return None if found is None else found.start()
