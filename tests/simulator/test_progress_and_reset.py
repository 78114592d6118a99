"""What moves audio from state to state, and what a reset may change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.faults import Fault
from elevatekit_plugins.simulator.server import Simulator
from elevatekit_plugins.simulator.settings import Changes
from elevatekit_plugins.simulator.switches import Switches

SUMMARY = "gen_ai.cx.summary"


def state(session: Any, interaction: str) -> str:
    answer: str = session.get(f"{interaction}/status").json()["status"]
    return answer


def test_immediate_audio_is_processed_as_soon_as_its_file_is_there(
    open_session: Callable[..., Any], wav: Any
) -> None:
    session = open_session(progress="immediate")
    sent, fetched = session.audio(), session.audio(downloadUri="https://example.com/1.wav")
    before = state(session, sent)
    session.upload(sent, wav())

    assert [before, state(session, sent), state(session, fetched)] == [
        "filePendingUpload",
        "processed",
        "processed",
    ]
    told = session.get(f"{fetched}/status").json()
    assert told["declared"] == told["downloaded"] == told["processed"]


def test_manual_audio_takes_one_state_after_another_and_no_clock_moves_it(
    open_session: Callable[..., Any], wav: Any
) -> None:
    session = open_session(progress="manual")
    interaction = session.audio()
    session.simulator.move()
    states = [state(session, interaction)]
    session.upload(interaction, wav())
    session.simulator.clock.advance(3600)

    for _ in range(5):
        states.append(state(session, interaction))
        session.simulator.move()

    assert states == [
        "filePendingUpload",
        "fileUploading",
        "fileUploaded",
        "pendingProcessing",
        "processing",
        "processed",
    ]
    assert session.get(f"{interaction}/status").json()["processed"] == "2025-01-06T10:00:00.000000Z"


def test_one_interaction_is_moved_and_the_others_stay(open_session: Callable[..., Any]) -> None:
    session = open_session(progress="manual")
    one, other = (session.audio(downloadUri=f"https://example.com/{n}.wav") for n in range(2))

    session.simulator.move(one.removeprefix("/interactions/"), steps=4)

    told = session.get(f"{one}/status").json()
    assert (told["status"], state(session, other)) == ("pendingProcessing", "declared")
    assert told["downloaded"] == told["declared"]


def test_chats_and_transcripts_are_done_at_once_whatever_the_progress(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session(progress="manual")

    assert state(session, session.chat(*refund)) == "processed"


def test_interactions_take_the_states_that_were_set(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session(progress="manual", states=("processing", "processingFailed"))
    interaction = session.chat(*refund)
    first = state(session, interaction)
    session.simulator.move()

    told = session.get(f"{interaction}/status").json()

    assert (first, told["status"]) == ("processing", "processingFailed")
    assert told["errorMessage"] == "the chat cannot be processed"
    assert session.get(f"{interaction}/gen-ai/summary").status_code == 409


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"states": ("procesed",)}, "did you mean processed"),
        ({"states": ("x",)}, "available: declared, "),
        ({"progress": "imediate"}, "did you mean immediate"),
        ({"progress": "7"}, "available: immediate, time, manual"),
        ({"progress": 7}, "available: immediate, time, manual"),
        ({"latency": -1}, "the latency must be 0 seconds or more"),
        ({"quota": -1}, "the quota must be 0 or more, not -1"),
        ({"faults": [Fault(operation="gen_ai.cx.sumary", status=500)]}, "did you mean gen_ai.cx"),
    ],
)
def test_what_cannot_be_used_is_explained_and_a_reset_then_changes_nothing(
    settings: Any, problem: str, api: Api, session: Any, refund: Any
) -> None:
    with pytest.raises(ValueError, match=problem):
        Simulator(api, **settings)

    interaction = session.chat(*refund)
    session.simulator.clock.advance(5)
    with pytest.raises(ValueError, match=problem):
        session.simulator.reset(**settings)
    assert state(session, interaction) == "processed"
    assert session.simulator.clock.now() == 5


def test_only_manual_progress_is_moved_by_hand(
    open_session: Callable[..., Any], session: Any
) -> None:
    with pytest.raises(ValueError, match="the progress is time"):
        session.simulator.move()
    manual = open_session(progress="manual")
    with pytest.raises(KeyError, match="interaction x does not exist"):
        manual.simulator.move("x")

    with pytest.raises(ValueError, match="by 0 steps"):
        manual.simulator.move(steps=0)


def test_a_reset_changes_settings_until_the_next_one(
    open_session: Callable[..., Any], refund: Any
) -> None:
    session = open_session()
    changes = Changes(
        switches=Switches(audio_unprocessed_status=422),
        faults=[Fault(operation=SUMMARY, nth=2, status=500)],
        inactive=["11111111-1111-4111-8111-111111111111"],
        states=("processingFailed",),
    )

    def seen() -> list[int]:
        interaction = session.chat(*refund)
        got = [session.get(f"{interaction}/gen-ai/cx/summary").status_code for _ in range(2)]
        headers = {"X-API-Token": "11111111-1111-4111-8111-111111111111"}
        return [*got, session.get(interaction, headers=headers).status_code]

    session.simulator.reset(**changes)
    changed = seen()
    session.simulator.reset()

    assert (changed, seen()) == ([422, 500, 401], [200, 200, 404])


def test_another_seed_gives_other_ids_until_the_next_reset(session: Any, refund: Any) -> None:
    first = session.chat(*refund)
    session.simulator.reset(seed=2)
    second = session.chat(*refund)
    session.simulator.reset()

    assert first == session.chat(*refund) != second
