"""The sentences that frame a summary, in the languages that the simulator speaks."""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Frame(Struct, frozen=True, kw_only=True):
    """How a summary is told in one language. Names in braces are filled in."""

    request: str
    words: str
    joint: str
    reply: str
    resolved: str
    unresolved: str


ENGLISH: Final = Frame(
    request="The customer said: “{}”",
    words="They spoke about {}.",
    joint=", ",
    reply="The agent said: “{}”",
    resolved="The matter was settled.",
    unresolved="The matter was left open.",
)
FRAMES: Final = {
    "en": ENGLISH,
    "pt": Frame(
        request="O cliente disse: “{}”",
        words="A conversa tratou de {}.",
        joint=", ",
        reply="O atendente disse: “{}”",
        resolved="A questão foi resolvida.",
        unresolved="A questão ficou em aberto.",
    ),
    "es": Frame(
        request="El cliente dijo: «{}»",
        words="Se habló de {}.",
        joint=", ",
        reply="El agente dijo: «{}»",
        resolved="El asunto quedó resuelto.",
        unresolved="El asunto quedó pendiente.",
    ),
    "ja": Frame(
        request="お客様の発言：「{}」",
        words="話題は{}です。",
        joint="、",
        reply="担当者の発言：「{}」",
        resolved="用件は解決しました。",
        unresolved="用件は未解決です。",
    ),
}


def frame_for(accept_language: str | None) -> Frame:
    """The frame of the best language of an `Accept-Language` header; English where none fits.

    `pt-BR, en;q=0.5` is Portuguese; weights count, and of equal ones the first.
    """
    best, weight = ENGLISH, 0.0
    for item in (accept_language or "").split(","):
        tag, _, q = item.partition(";")
        frame = FRAMES.get(tag.strip().lower().split("-")[0])
        if frame is not None and _weight(q) > weight:
            best, weight = frame, _weight(q)
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
