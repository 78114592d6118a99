from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.switches import Switches

ASK = "gen-ai/cx/ask"


def ask(session: Any, interaction: str, question: str = "Which date?", path: str = ASK) -> Any:
    return session.post(f"{interaction}/{path}", json={"question": question})


def history(session: Any, interaction: str, path: str = ASK) -> list[dict[str, Any]]:
    questions: list[dict[str, Any]] = session.get(f"{interaction}/{path}").json()["questions"]
    return questions


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("Did the agent offer a refund?", 0),
        ("Has anything been ISSUED, and when will the e-mail come?", 3),
        ("On which date was it bought?", 2),
    ],
)
def test_an_answer_quotes_the_line_that_fits_best(
    question: str, line: int, session: Any, refund: Any
) -> None:
    answer = ask(session, session.chat(*refund), question).json()["answer"]

    assert refund[line].partition(": ")[2] in answer


def test_a_question_about_something_else_is_answered_honestly(session: Any, refund: Any) -> None:
    answer = ask(session, session.chat(*refund), "Zebras?").json()["answer"]

    assert answer == "The conversation does not say."


def test_before_the_first_question_the_history_is_empty(session: Any, refund: Any) -> None:
    assert history(session, session.chat(*refund)) == []


def test_five_questions_are_answered_and_the_sixth_is_refused(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)

    statuses = [ask(session, interaction, f"Question {n}?").status_code for n in range(7)]

    assert statuses == [200] * 5 + [422] * 2
    assert [one["question"] for one in history(session, interaction)] == [
        f"Question {n}?" for n in range(5)
    ]
    assert session.simulator.ledger.asked["gen_ai.cx.ask"].successes == 5


def test_each_interaction_and_each_endpoint_has_a_budget_of_its_own(
    session: Any, refund: Any
) -> None:
    first, second = session.chat(*refund), session.chat(*refund)
    for _ in range(6):
        last = ask(session, first)

    assert last.status_code == 422
    assert ask(session, second).status_code == 200
    assert ask(session, first, path="gen-ai/ask").status_code == 200
    assert len(history(session, first, "gen-ai/ask")) == 1


def test_five_errors_use_up_a_budget_and_stay_in_the_history(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    session.simulator.faults.set([Fault(operation="gen_ai.cx.ask", times=5, status=500)])

    statuses = [ask(session, interaction).status_code for _ in range(6)]

    assert statuses == [500] * 5 + [422]
    failed = history(session, interaction)
    assert [one["answer"] for one in failed] == [None] * 5
    assert {one["errorMessage"] for one in failed} == {"a fault was set for gen_ai.cx.ask"}


def test_errors_that_the_table_calls_free_are_not_counted(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    session.simulator.faults.set([Fault(operation="gen_ai.cx.ask", times=9, status=429)])

    statuses = [ask(session, interaction).status_code for _ in range(10)]

    assert statuses == [429] * 9 + [200]
    assert len(history(session, interaction)) == 1


def test_a_question_about_unprocessed_audio_counts_as_an_error(session: Any) -> None:
    interaction = session.audio()

    statuses = [ask(session, interaction).status_code for _ in range(6)]

    assert statuses == [409] * 5 + [422]


def test_a_switch_says_that_failures_do_not_count(
    open_session: Callable[..., Any],
) -> None:
    session = open_session(switches=Switches(ask_failed_counts=False, ask_exhausted_status=429))
    interaction = session.audio()

    assert [ask(session, interaction).status_code for _ in range(7)] == [409] * 7
    assert session.simulator.ledger.asked == {}


def test_an_answer_that_was_lost_is_counted_all_the_same(session: Any, refund: Any) -> None:
    interaction = session.chat(*refund)
    session.simulator.faults.set([Fault(operation="gen_ai.cx.ask", status=504, after=True)])

    assert ask(session, interaction).status_code == 504
    assert [one["errorMessage"] for one in history(session, interaction)] == [None]
    assert session.simulator.ledger.asked["gen_ai.cx.ask"].successes == 1


@pytest.mark.parametrize(
    "body",
    [{"question": "x" * 251}, {"question": " "}, {"question": ""}, {"question": 5}, {}, [], "x"],
    ids=str,
)
def test_a_question_that_breaks_the_spec_is_refused_and_costs_nothing(
    body: object, session: Any, refund: Any
) -> None:
    interaction = session.chat(*refund)

    assert session.post(f"{interaction}/{ASK}", json=body).status_code == 400
    assert history(session, interaction) == []


def test_a_budget_that_others_have_used_has_as_many_answers_left_as_was_set(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session(quota=1)
    interaction = session.chat(*refund)

    statuses = [ask(session, interaction).status_code for _ in range(2)]

    assert statuses == [200, 422]
