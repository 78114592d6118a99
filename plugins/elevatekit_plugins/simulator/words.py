"""The words by which the rules of `answers.py` read a conversation, in four languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
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
    yet you your yours re m d don isn doesn didn won couldn wouldn
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

_DONE: Final = re.compile(
    r"""\b(booked|reserved|confirmed|refunded|resolved|fixed|processed|scheduled|cancell?ed
    |transferred|sent|issued|created|added|updated|completed|purchased|bought|replaced|activated
    |succe(?:ss|eded)\w*|has\ been|have\ been|was\ made|is\ on\ its\ way|enjoy\ your
    |(?:i|we)(?:'ve|\ have)\ (?:now\ |just\ )?\w+ed
    |reservad[oa]|confirmad[oa]|resolvid[oa]|reembolsad[oa]|enviad[oa]|enviei|agendad[oa]|feito
    |conclu[ií]d[oa]|resuelto|reembolsado|he\ enviado|hecho|completad[oa]|solucionad[oa])\b
    |完了|手配しました|返金しました|解決|送りました""",
    re.IGNORECASE | re.VERBOSE,
)
_FAILED: Final = re.compile(
    r"""\b(unfortunately|unsuccessful|unable|failed|cannot|can(?:'|’)?t|couldn(?:'|’)?t|not\ able
    |won(?:'|’)?t|still\ not|not\ resolved|unresolved|escalat\w+|supervisor|complaint|refuse[ds]?
    |unacceptable|went\ wrong|infelizmente|n[ãa]o\ foi\ poss[ií]vel|n[ãa]o\ consegu\w+
    |reclama[çc][ãa]o|lamentablemente|no\ fue\ posible|no\ se\ pudo|reclamaci[óo]n)\b
    |申し訳|できません""",
    re.IGNORECASE | re.VERBOSE,
)
_THANKS: Final = re.compile(
    r"\b(thanks?|thank you|perfect|great|awesome|wonderful|obrigad[oa]|gracias)\b|ありがとう",
    re.IGNORECASE,
)
_WILL: Final = re.compile(
    r"""\b((?:i|we|you|they)(?:'ll|’ll|\ will)|going\ to|please|make\ sure|remember\ to|vou|vamos
    |ir[áa]|voy\ a|por\ favor|enviar[áé])\b|いたします|します""",
    re.IGNORECASE | re.VERBOSE,
)
_WISH: Final = re.compile(
    r"""\?|？|\b(want|need|would\ like|i(?:'|’)d\ like|looking\ for|looking\ to|can\ you|could\ you
    |please|help|find|book|reserve|problem|issue|wrong|broken|complain\w*|refund|cancel|quero
    |preciso|gostaria|problema|quiero|necesito|quisiera|me\ gustar[ií]a)\b|ください|たい""",
    re.IGNORECASE | re.VERBOSE,
)
_GREETING: Final = re.compile(
    r"\b(hello|hi|good (?:morning|afternoon|evening)|welcome|thank you for calling|olá|oi|bom dia"
    r"|boa (?:tarde|noite)|hola|buenos d[ií]as|buenas (?:tardes|noches))\b|こんにちは|お電話",
    re.IGNORECASE,
)
_APOLOGY: Final = re.compile(
    r"\b(sorry|apologi[sz]e|apolog(?:y|ies)|desculp\w+|lamento|disculp\w+)\b|申し訳|すみません",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"\b(anything else|something else|any other|mais alguma coisa|algo mais|algo m[áa]s)\b|他に",
    re.IGNORECASE,
)

_WORD: Final = re.compile(
    r"[\u4e00-\u9fff]{2,}|[\u30a0-\u30ff]{2,}|(?<!\w)[^\W\d_\u3040-\u30ff\u4e00-\u9fff]+"
)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")


def says_done(text: str) -> bool:
    """It says that something was carried out."""
    return _DONE.search(text) is not None


def says_failed(text: str) -> bool:
    """It says that something did not work, or was passed on."""
    return _FAILED.search(text) is not None


def says_thanks(text: str) -> bool:
    """It thanks, or praises."""
    return _THANKS.search(text) is not None


def says_will(text: str) -> bool:
    """It promises something, or asks for something to be done."""
    return _WILL.search(text) is not None


def says_wish(text: str) -> bool:
    """It asks for something."""
    return _WISH.search(text) is not None


def greets(text: str) -> bool:
    """It opens a conversation."""
    return _GREETING.search(text) is not None


def apologises(text: str) -> bool:
    """It says sorry."""
    return _APOLOGY.search(text) is not None


def offers_more(text: str) -> bool:
    """It asks whether there is anything else."""
    return _CLOSING.search(text) is not None


def sentences(text: str) -> list[str]:
    """The sentences of a text, stripped, none empty."""
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in lower case and in their order, repeated as they come."""
    words = (word.lower() for word in _WORD.findall(text))
    return [word for word in words if len(word) > 1 and word not in _COMMON]


def most_said(texts: Iterable[str], count: int) -> list[str]:
    """The `count` content words that come most often; of equal ones the first said."""
    said = Counter(word for text in texts for word in content_words(text))
    return [word for word, _ in said.most_common(count)]
