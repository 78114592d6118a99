"""How many of a group are in flight: fewer after a refusal, and more again after answers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from elevatekit_plugins.calls.group import GAIN, LONGEST_PAUSE, SHORTEST_PAUSE, Group


def refuse(group: Group, now: float = 0.0, chance: float = 0.0) -> None:
    group.refused(group.cuts, now, chance)


def test_a_refusal_halves_what_may_be_in_flight() -> None:
    group = Group(10)

    refuse(group)

    assert group.slots.limit == 5


def test_what_was_sent_before_the_last_cut_is_no_news() -> None:
    group = Group(10)
    sent = group.cuts

    for _ in range(9):
        group.refused(sent, 0.0, 0.0)

    assert group.slots.limit == 5
    assert group.cuts == 1


def test_one_slot_stays_however_often_it_is_refused() -> None:
    group = Group(10)

    for _ in range(50):
        refuse(group)

    assert group.slots.limit == 1


def test_answers_bring_the_slots_back_one_by_one_up_to_the_limit() -> None:
    group, seen = Group(4), list[int]()
    refuse(group)
    refuse(group)

    for _ in range(GAIN * 4 * 4):
        group.answered(0.1)
        seen.append(group.slots.limit)

    assert seen == sorted(seen)
    assert list(dict.fromkeys(seen)) == [1, 2, 3, 4]


def test_slots_that_came_back_go_to_whoever_waits(things: SimpleNamespace) -> None:
    group = Group(2)
    holder = things.Holder(group.slots)
    refuse(group)
    assert holder.acquire()

    assert not holder.acquire()
    for _ in range(GAIN * 3):
        group.answered(0.1)

    assert holder.acquire()


def test_the_group_pauses_about_as_long_as_a_request_takes() -> None:
    group = Group(10)
    group.answered(1.5)

    refuse(group, now=100.0, chance=0.0)

    assert group.paused_until == pytest.approx(100.75)


def test_a_pause_doubles_while_nothing_is_answered_and_has_an_end() -> None:
    group, pauses = Group(10), list[float]()

    for _ in range(30):
        refuse(group, chance=1.0)
        pauses.append(group.paused_until)
    group.answered(0.0)
    refuse(group, chance=1.0)

    assert pauses[:3] == [SHORTEST_PAUSE, 2 * SHORTEST_PAUSE, 4 * SHORTEST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert group.paused_until == SHORTEST_PAUSE


def test_fewer_slots_than_are_out_come_about_as_they_are_given_back(
    things: SimpleNamespace,
) -> None:
    group = Group(4)
    holder = things.Holder(group.slots)
    for _ in range(4):
        assert holder.acquire()
    refuse(group)
    holder.release()
    holder.release()

    assert not holder.acquire()
    holder.release()
    assert holder.acquire()
