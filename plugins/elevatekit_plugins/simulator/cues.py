"""The words by which the rules of `answers.py` tell what a line does, in four languages."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from elevatekit_plugins.simulator.words import Line


class Cue(Struct, frozen=True):
    """Words and phrases of one meaning."""

    words: frozenset[str]
    phrases: tuple[str, ...]

    def given_in(self, line: Line) -> bool:
        """Whether the line holds one of them."""
        if not self.words.isdisjoint(line.words):
            return True
        return any(phrase in line.lower for phrase in self.phrases)


def _cue(words: str, *phrases: str) -> Cue:
    return Cue(frozenset(words.split()), phrases)


DONE: Final = _cue(
    """booked reserved confirmed refunded resolved fixed processed scheduled cancelled canceled
    transferred sent issued created added updated completed purchased bought replaced activated
    success successful successfully succeeded reservado reservada confirmado confirmada resolvido
    resolvida reembolsado reembolsada enviado enviada enviei agendado agendada feito concluído
    concluída resuelto resuelta hecho completado solucionado""",
    "has been",
    "have been",
    "was made",
    "on its way",
    "enjoy your",
    "完了",
    "手配しました",
    "返金しました",
    "解決",
    "送りました",
)
"""Something was carried out."""
FAILED: Final = _cue(
    """unfortunately unsuccessful unable failed cannot can't couldn't won't unresolved unacceptable
    escalate escalated escalating escalation supervisor complaint refuse refused refuses
    infelizmente reclamação lamentablemente reclamación""",
    "not able",
    "still not",
    "not resolved",
    "went wrong",
    "não foi possível",
    "não consig",
    "no fue posible",
    "no se pudo",
    "申し訳",
    "できません",
)
"""Something did not work, or was passed on."""
THANKS: Final = _cue(
    "thank thanks perfect great awesome wonderful obrigado obrigada gracias", "ありがとう"
)
PROMISE: Final = _cue(
    "i'll we'll you'll they'll please vou vamos irá voy enviaré enviará",
    "i will",
    "we will",
    "you will",
    "they will",
    "going to",
    "make sure",
    "remember to",
    "por favor",
    "いたします",
    "します",
)
"""Something will be done, or is asked to be done."""
WISH: Final = _cue(
    """want need looking please help find book reserve problem issue wrong broken complain
    complaining complaint refund cancel quero preciso gostaria problema quiero necesito quisiera""",
    "?",
    "？",
    "would like",
    "i'd like",
    "can you",
    "could you",
    "me gustaría",
    "ください",
    "たい",
)
"""Somebody asks for something."""
GREETING: Final = _cue(
    "hello hi welcome olá oi hola",
    "good morning",
    "good afternoon",
    "good evening",
    "thank you for calling",
    "bom dia",
    "boa tarde",
    "boa noite",
    "buenos días",
    "buenas tardes",
    "buenas noches",
    "こんにちは",
    "お電話",
)
APOLOGY: Final = _cue(
    "sorry apologize apologise apology apologies desculpe desculpa lamento disculpe disculpa",
    "申し訳",
    "すみません",
)
OFFER: Final = _cue(
    "",
    "anything else",
    "something else",
    "any other",
    "mais alguma coisa",
    "algo mais",
    "algo más",
    "他に",
)
"""Whether there is anything else to do."""
NAMES: Final = _cue(
    """today tomorrow hoje amanhã hoy noon midnight half name nome nombre llamo chamo monday tuesday
    wednesday thursday friday saturday sunday segunda terça quarta quinta sexta sábado domingo lunes
    martes miércoles jueves viernes""",
    "@",
)
"""Something may be named without a digit."""
