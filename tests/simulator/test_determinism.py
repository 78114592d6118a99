from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.api import Api


def everything(session: Any, api: Api, interaction: str) -> list[tuple[int, bytes, bytes]]:
    answers: list[tuple[int, bytes, bytes]] = []
    for operation in api.operations:
        if operation.method == "GET":
            path = operation.path.replace("/interactions/{interactionIdentifier}", interaction)
            got = session.get(path)
            answers.append((got.status_code, repr(got.headers.multi_items()).encode(), got.content))
    return answers


def test_equal_runs_have_equal_answers_byte_for_byte(
    open_session: Callable[..., Any], api: Api, refund: Any, wav: Any
) -> None:
    runs: list[list[Any]] = []
    for _ in range(2):
        session = open_session(seed=7)
        chat, audio = session.chat(*refund), session.audio()
        session.upload(audio, wav(*refund))
        session.simulator.clock.advance(61.5)
        session.post(f"{chat}/gen-ai/ask", json={"question": "What was refunded?"})
        runs.append([chat, audio, everything(session, api, chat), everything(session, api, audio)])

    assert runs[0] == runs[1]


def test_ids_do_not_hang_on_the_order_of_arrival(
    open_session: Callable[..., Any], chat: Any, refund: Any
) -> None:
    bodies = [chat(refund, externalIdentifier=str(n)) for n in range(4)]
    first, second = open_session(), open_session()

    ids = [first.declare(body) for body in bodies]

    assert [second.declare(body) for body in reversed(bodies)] == ids[::-1]


def test_what_is_declared_twice_gets_two_ids(session: Any, refund: Any) -> None:
    assert len({session.chat(*refund) for _ in range(3)}) == 3


def test_another_seed_gives_other_ids(open_session: Callable[..., Any], refund: Any) -> None:
    assert open_session(seed=1).chat(*refund) != open_session(seed=2).chat(*refund)


def test_a_reset_begins_again(open_session: Callable[..., Any], refund: Any) -> None:
    session = open_session()
    before = session.chat(*refund)
    session.simulator.clock.advance(100)

    session.simulator.reset()

    assert session.get(f"{before}/status").status_code == 404
    assert session.simulator.clock.now() == 0
    assert session.simulator.ledger.declared == 0
    assert session.chat(*refund) == before


@pytest.mark.parametrize("header", [None, "de, fr;q=0.9", "en-GB", "x", "pt;q=zero"])
def test_a_summary_is_english_where_nothing_else_fits(
    header: str | None, session: Any, refund: Any
) -> None:
    headers = {} if header is None else {"Accept-Language": header}
    summary = session.get(f"{session.chat(*refund)}/gen-ai/cx/summary", headers=headers).json()

    assert summary["summary"].startswith("The customer said: “Hello, my name is Ana")


@pytest.mark.parametrize(
    ("header", "beginning", "end"),
    [
        ("pt-BR", "O cliente disse: “Hello", "A questão foi resolvida."),
        ("es-419, en;q=0.8", "El cliente dijo: «Hello", "El asunto quedó resuelto."),
        ("en;q=0.2, ja;q=0.9", "お客様の発言：「Hello", "用件は解決しました。"),
    ],
)
def test_a_summary_is_told_in_the_language_that_is_accepted(
    header: str, beginning: str, end: str, session: Any, refund: Any
) -> None:
    interaction = session.chat(*refund)

    headers = {"Accept-Language": header}
    summary = session.get(f"{interaction}/gen-ai/cx/summary", headers=headers).json()["summary"]
    topics = session.get(f"{interaction}/gen-ai/topics", headers=headers)

    assert (summary.startswith(beginning), summary.endswith(end)) == (True, True)
    assert topics.content == session.get(f"{interaction}/gen-ai/topics").content
