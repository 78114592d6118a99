"""Names that programmers gave, told from those that somebody said.

A report is to be passed on, and holds no conversation. But a service may use what was said as a
key (`{"Ana": 3}`) or as a value of an enum, and nothing in JSON tells such a key from a property.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

_WORD: Final = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$]{0,63}([-.][A-Za-z][A-Za-z0-9_]{0,63}){0,3}")
_NUMBER: Final = re.compile(r"[0-9]{4}")
"""A year, an order, a telephone: no name of a property has so many digits."""


class Vocabulary:
    """Which names of some answers may be told.

    A name of the spec may, however it is spelt. Any other one must look like a name, and must not
    have been said: neither as a word of a text, nor as several that stand side by side there.
    """

    def __init__(self, known: Iterable[str], answers: Iterable[object]) -> None:
        self._known = frozenset(map(spelling, known))
        texts = [text for answer in answers for text in _texts(answer)]
        self._said = frozenset(word for text in texts for word in _words(text))
        self._in_a_row = "\n".join("".join(c for c in text if c.isalnum()) for text in texts)

    def tells(self, name: str) -> bool:
        """Whether a name may stand in a report."""
        if _WORD.fullmatch(name) is None:
            return False
        if spelling(name) in self._known:
            return True
        return _NUMBER.search(name) is None and not self._was_said(name)

    def _was_said(self, name: str) -> bool:
        in_a_row = name[:1].isupper() and name in self._in_a_row
        return in_a_row or self._said.issuperset(_words(name))


def spelling(name: str) -> str:
    """A name without its letter case and its punctuation: `is_resolved` is `IsResolved`."""
    return "".join(character for character in name.casefold() if character.isalnum())


def _words(text: str) -> Iterator[str]:
    return iter(re.findall(r"[^\W_]+", text.casefold()))


def _texts(value: object) -> Iterator[str]:
    """What is said in an answer. One word alone may be a value of an enum."""
    if isinstance(value, str):
        if _WORD.fullmatch(value) is None:
            yield value
    elif isinstance(value, list):
        for item in cast("list[object]", value):
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in cast("Mapping[str, object]", value).values():
            yield from _texts(item)
