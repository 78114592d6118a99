"""The rules, on short conversations."""

from __future__ import annotations

import pytest

from elevatekit_plugins.simulator.answers import Answers
from elevatekit_plugins.simulator.conversation import Conversation, from_lines
from elevatekit_plugins.simulator.entities import entities
from elevatekit_plugins.simulator.words import Line


def about(*lines: str) -> Answers:
    conversation = from_lines("\n".join(lines))
    assert conversation is not None
    return Answers(conversation)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It costs $1,299.50, 30 euros or R$ 45.", "money $1,299.50|money 30 euros|money R$ 45"),
        ("Come on March 3rd, 2025-03-04 or next Friday.",
         "date March 3rd|date 2025-03-04|date next Friday"),
        ("9:30 am, 5 p.m. or half past two?", "time 9:30 am|time 5 p.m.|time half past two"),
        ("Call +1 415-563-0800 or 408-247-8880.", "phone +1 415-563-0800|phone 408-247-8880"),
        ("Write to ana.silva@example.co.uk.", "email ana.silva@example.co.uk"),
        ("My name is Ana Silva and I am here.", "person Ana Silva"),
        ("Meu nome é José, no dia 3 de março.", "person José|date 3 de março"),
        ("Me llamo Inés y pagué 20 pesos hoy.", "person Inés|money 20 pesos|date hoy"),
        ("Order 48213377 has 2 items in room 7.", ""),
        ("Today, today and TODAY.", "date Today|date today|date TODAY"),
    ],
)  # fmt: skip
def test_entities_are_found_as_they_are_written(text: str, found: str) -> None:
    named = [f"{e.entity_type} {e.entity_value}" for e in entities([Line(text), Line(text)])]

    assert "|".join(named) == found


@pytest.mark.parametrize(
    ("lines", "resolved"),
    [
        (("customer: I want a refund.", "agent: It has been issued."), True),
        (("customer: I want a refund.", "agent: Unfortunately not."), False),
        (("agent: It has been issued.", "customer: It still can't be seen."), False),
        (("agent: I couldn’t find it.", "agent: I have now booked another one."), True),
        (("customer: Where is it?", "agent: Over there.", "customer: Thanks!"), True),
        (("customer: Where is it?", "agent: No idea."), False),
        (("customer: Quero um reembolso.", "agent: Já foi enviado."), True),
        (("customer: Quiero ayuda.", "agent: Lamentablemente no se pudo."), False),
        (("customer: 返金してください。", "agent: 返金しました。"), True),
    ],
)
def test_the_last_line_that_tells_how_it_went_decides(
    lines: tuple[str, ...], resolved: bool
) -> None:
    assert about(*lines).resolved is resolved


def test_the_rules_quote_the_conversation() -> None:
    answers = about(
        "agent: Good morning!",
        "customer: My parcel is broken. I need a new one.",
        "agent: I am sorry. A new one has been sent. You will receive it on Friday.",
        "customer: Can you refund the postage?",
        "agent: That is not possible, I cannot do that.",
    )

    assert answers.reasons == (
        "My parcel is broken.",
        "I need a new one.",
        "Can you refund the postage?",
    )
    assert answers.actions_taken == ("A new one has been sent.",)
    assert [item.action for item in answers.action_items] == ["You will receive it on Friday."]
    assert [(c.concern, c.concern_resolved) for c in answers.concerns] == [
        ("My parcel is broken. I need a new one.", True),
        ("Can you refund the postage?", False),
    ]
    assert answers.concerns[1].concern_actions == ("That is not possible, I cannot do that.",)
    assert [advice.behavior for advice in answers.coaching] == ["Closing"]
    assert [topic.topic for topic in answers.topics][:2] == ["parcel", "broken"]


def test_a_summary_tells_request_words_reply_and_end() -> None:
    answers = about("customer: I need a new parcel", "agent: A parcel has been sent.")

    assert answers.summary_in(None) == (
        "The customer said: “I need a new parcel.” They spoke about parcel, sent. "
        "The agent said: “A parcel has been sent.” The matter was settled."
    )


def test_braces_and_quotation_marks_are_left_as_they_are() -> None:
    summary = about('customer: I want "{0}" and {name}').summary_in("ja")

    assert '「I want "{0}" and {name}.」' in summary


def test_a_conversation_without_lines_is_summarized_honestly() -> None:
    assert Answers(Conversation(())).summary_in(None) == "The matter was left open."
