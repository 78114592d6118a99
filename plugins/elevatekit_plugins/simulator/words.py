"""Takes what was said apart into sentences and words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Final

_FUNCTION_WORDS: Final = """
    a about above actually after again all also am an and any anything are as ask at back be because
    been before being but by bye call can check could day did do does doing done else enjoy every
    few fine first for from get give go going good got great had happy has have having he hello help
    her here hi him his hope how i if in interested into is it its just kind know let like ll look
    looking love make may maybe me mine more most much my name need new nice no not now of off oh ok
    okay on one only or other our out over perfect please prefer really right s same say see she
    should so some something soon sorry sounds still such sure t take tell than thank thanks that
    the their them then there these they thing this those to too try two up us use ve very want was
    way we welcome well were what when where which while who why will with wonderful would yeah yes
    yet you your yours morning afternoon evening don isn doesn didn won couldn wouldn
    da das de do dos e ele ela em eu está estou esta este eles favor gostaria isso já lhe mais mas
    me meu minha muito na nas no nos não nós o obrigada obrigado olá os ou para pode por posso que
    quero se ser seu sim sua te tem tenho ter um uma umas uns você vocês aqui boa bom com como
    dia foi al aquí ayudar buenas buenos con cuál del días el en es eso estoy esto fue gracias
    gustaría hola
    la las le lo los mi mis muy nosotros pero puede puedo qué quiero su sus sí tener tengo tiene tu
    un unas unos usted y ya yo cómo
"""
_COMMON: Final = frozenset(_FUNCTION_WORDS.split())
"""Words that say nothing about what a conversation is about."""

_WORD: Final = re.compile(
    r"[\u4e00-\u9fff]{2,}|[\u30a0-\u30ff]{2,}"
    r"|(?<!\w)[^\W\d_\u3040-\u30ff\u4e00-\u9fff]+(?:['’][^\W\d_]+)?"
)
"""A word, with what follows an apostrophe; of Japanese, a run of Kanji or of Katakana."""
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


class Line:
    """A turn or a sentence."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @cached_property
    def words(self) -> list[str]:
        """All words in lower case and in their order."""
        return _WORD.findall(self.lower)

    @cached_property
    def content(self) -> list[str]:
        """The words that carry meaning, without what follows an apostrophe."""
        plain = (word.partition("'")[0] for word in self.words)
        return [word for word in plain if len(word) > 1 and word not in _COMMON]

    @cached_property
    def asks(self) -> bool:
        """It is, or ends in, a question."""
        return self.text.rstrip().endswith(("?", "？"))

    @cached_property
    def sentences(self) -> list[Line]:
        """Its sentences, none empty."""
        return [Line(part.strip()) for part in _SENTENCE.split(self.text) if part.strip()]


def most_said(lines: Iterable[Line], count: int) -> list[str]:
    """The content words that come most often; of equal ones those said first."""
    said = Counter(word for line in lines for word in line.content)
    return [word for word, _ in said.most_common(count)]
