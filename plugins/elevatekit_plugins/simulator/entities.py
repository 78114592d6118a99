"""What a conversation names: money, dates, times, telephone numbers, addresses, people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator.cues import NAMES
from elevatekit_plugins.simulator.words import Line

_MONTH: Final = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
    "|enero|febrero|marzo|mayo|junio|julio|septiembre|octubre|noviembre|diciembre"
)
_DAY: Final = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado|domingo"
    "|lunes|martes|miércoles|jueves|viernes"
)
_ENTITY: Final = re.compile(
    rf"""
    (?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    |(?P<money>(?:R\$|US\$|[$€£¥])\s?\d+(?:[.,]\d+)*
        |\b\d+(?:[.,]\d+)*\s?(?:dollars?|euros?|pounds?|reais|pesos|USD|EUR|GBP|BRL|MXN)\b|\d+円)
    |(?P<date>\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}/\d{{1,2}}(?:/\d{{2,4}})?\b
        |\b(?:{_MONTH})\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s\d{{4}}\b(?!-))?
        |\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s|de\s)?(?:{_MONTH})\b
        |\b\d{{1,2}}(?:st|nd|rd|th)(?:\sof\sthis\smonth)?\b
        |\b(?:(?:next|this)\s)?(?:{_DAY})\b|\b(?:today|tomorrow|hoje|amanhã|hoy)\b)
    |(?P<time>\b\d{{1,2}}:\d{{2}}(?:\s?(?:[ap]m\b|[ap]\.m\.))?|\b\d{{1,2}}\s?(?:[ap]m\b|[ap]\.m\.)
        |\bhalf\spast\s\w+|\b\d{{1,2}}\so'clock\b|\b(?:noon|midnight)\b)
    |(?P<phone>\+\d{{1,3}}[\s.-]?\(?\d{{1,4}}\)?(?:[\s.-]?\d{{2,5}}){{1,3}}\b
        |(?:\(\d{{2,4}}\)\s?|\b\d{{2,4}}[\s.-])\d{{3,5}}[\s.-]\d{{4}}\b)
    |(?:\b(?:my\sname\sis|meu\snome\sé|mi\snombre\ses|me\sllamo|me\schamo)\s
        (?P<person>[^\W\d_]+(?:\s(?-i:[A-ZÀ-Þ])[^\W\d_]+)?))
    """,
    re.IGNORECASE | re.VERBOSE,
)


_DIGIT: Final = re.compile(r"\d")


class Entity(Struct, frozen=True):
    """One thing that was named, as it was written. The fields are words of `x-role`."""

    entity_type: str
    """`money`, `date`, `time`, `phone`, `email` or `person`."""
    entity_value: str


def entities(lines: Iterable[Line]) -> tuple[Entity, ...]:
    """Every entity once, in the order in which they are named first."""
    return tuple(dict.fromkeys(entity for line in lines for entity in _entities_of(line)))


def _entities_of(line: Line) -> Iterator[Entity]:
    if _DIGIT.search(line.text) is None and not NAMES.given_in(line):
        return
    for match in _ENTITY.finditer(line.text):
        kind = match.lastgroup
        if kind is not None:
            yield Entity(kind, match.group(kind))
