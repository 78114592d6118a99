"""The small parts of a call by themselves: bucket, ledger, policy, redaction."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from elevatekit_plugins.api import Quota, RetryRule
from elevatekit_plugins.builtin.retry.standard import (
    StandardPolicy,
    StandardSettings,
    elevatekit_register_retry_policies,
)
from elevatekit_plugins.calls.bucket import RetryBucket
from elevatekit_plugins.calls.quota import (
    MemoryLedger,
    Reservation,
    Spent,
    forget_ledgers,
    shared_ledger,
)
from elevatekit_plugins.messages import Attempt
from elevatekit_plugins.secrecy import Secret, redact, spellings

RULE = RetryRule(deadline=60.0, statuses={429: "documented"}, safe=True)
BUDGET = Quota(per="id", successes=5, errors=3, free=(), history=None)


def attempt(**changes: Any) -> Attempt:
    return Attempt(**({"number": 1, "status": 500, "sent": True, "elapsed": 0.1} | changes))


# -- the bucket ----------------------------------------------------------------------------------


def test_a_full_bucket_pays_a_hundred_retries_after_answers() -> None:
    bucket = RetryBucket()

    assert sum(bucket.spend(answered=True) for _ in range(1000)) == 100


def test_a_full_bucket_pays_fifty_retries_after_no_answer() -> None:
    bucket = RetryBucket()

    assert sum(bucket.spend(answered=False) for _ in range(1000)) == 50


def test_five_successes_pay_a_retry_after_an_answer() -> None:
    bucket = RetryBucket()
    while bucket.spend(answered=True):
        pass

    for _ in range(4):
        bucket.refund()
    assert not bucket.spend(answered=True)
    bucket.refund()
    assert bucket.spend(answered=True)


def test_a_bucket_holds_no_more_than_it_had_at_first() -> None:
    bucket = RetryBucket()
    assert bucket.spend(answered=True)
    for _ in range(20):
        bucket.refund()

    assert sum(bucket.spend(answered=True) for _ in range(1000)) == 100


# -- the ledger ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spent", "allowed"),
    [
        (Spent(), True),
        (Spent(successes=4), True),
        (Spent(successes=5), False),
        (Spent(errors=2), True),
        (Spent(errors=3), False),
        (Spent(unknown=2), True),
        (Spent(unknown=3), False),
        (Spent(successes=4, unknown=1), False),
        (Spent(errors=2, unknown=1), False),
        (Spent(successes=4, errors=2), True),
    ],
)
def test_a_budget_counts_what_is_unknown_on_both_sides(spent: Spent, allowed: bool) -> None:
    assert spent.allows(BUDGET) is allowed


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        ("success", Spent(successes=1, unknown=1)),
        ("error", Spent(errors=1, unknown=1)),
        ("free", Spent(unknown=1)),
        ("unknown", Spent(unknown=2)),
    ],
)
def test_a_unit_is_settled_as_what_it_was(outcome: Any, after: Spent) -> None:
    ledger, one, other = MemoryLedger(), Reservation("ask", "it"), Reservation("ask", "it")
    assert ledger.reserve(one, BUDGET)
    assert ledger.reserve(other, BUDGET)

    assert ledger.settle(one, outcome) == after
    assert ledger.spent("ask", "it") == after
    assert ledger.spent("ask", "other") == Spent()


def test_a_ledger_reserves_no_more_than_the_budget() -> None:
    ledger = MemoryLedger()

    reserved = [ledger.reserve(Reservation("ask", "it"), BUDGET) for _ in range(4)]

    assert reserved == [True, True, True, False]
    assert ledger.spent("ask", "it") == Spent(unknown=3)


def test_a_unit_is_settled_once_and_only_by_its_own_reservation() -> None:
    ledger = MemoryLedger()
    kept, settled = Reservation("ask", "it"), Reservation("ask", "it")
    assert ledger.reserve(kept, BUDGET)
    assert ledger.reserve(settled, BUDGET)

    for outcome in ("free", "free", "success"):
        ledger.settle(settled, outcome)  # type: ignore[arg-type]
        ledger.settle(Reservation("ask", "it"), outcome)  # type: ignore[arg-type]

    assert ledger.spent("ask", "it") == Spent(unknown=1)


def test_a_ledger_belongs_to_an_account_until_its_service_begins_again() -> None:
    base, other = "http://127.0.0.1:1/pieces", "http://127.0.0.1:2/pieces"
    first, elsewhere = shared_ledger(base, "a"), shared_ledger(other, "a")

    assert shared_ledger(base, "a") is first
    assert shared_ledger(base, "b") is not first
    forget_ledgers(base)
    assert shared_ledger(base, "a") is not first
    assert shared_ledger(other, "a") is elsewhere
    forget_ledgers(base)
    forget_ledgers(other)


# -- the policy ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "chance", "seconds"),
    [(1, 0.0, 0.25), (1, 1.0, 0.5), (2, 0.0, 0.5), (2, 1.0, 1.0), (3, 0.0, None)],
)
def test_a_wait_doubles_and_half_of_it_is_chance(
    count: int, chance: float, seconds: float | None
) -> None:
    policy = StandardPolicy(StandardSettings())

    assert policy.delay([attempt()] * count, RULE, chance) == seconds


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [(0.0, 0.5), (0.4, 0.5), (7.0, 7.0), (120.0, 120.0), (120.1, None)],
)
def test_what_a_server_asks_is_obeyed_up_to_two_minutes(
    asked: float, seconds: float | None
) -> None:
    policy = StandardPolicy(StandardSettings())

    assert policy.delay([attempt(retry_after=asked)], RULE, 1.0) == seconds


def test_a_wait_of_our_own_choice_is_never_longer_than_the_cap() -> None:
    policy = StandardPolicy(StandardSettings(retries=20))

    assert policy.delay([attempt()] * 15, RULE, 1.0) == 20.0


def test_a_crowd_uses_up_no_retry() -> None:
    policy = StandardPolicy(StandardSettings())
    crowd, failed = attempt(status=429, crowded=True), attempt()

    assert policy.delay([crowd] * 30, RULE, 1.0) == 0.5
    assert policy.delay([*[crowd] * 5, failed, failed], RULE, 1.0) == 1.0
    assert policy.delay([failed] * 3 + [crowd], RULE, 1.0) == 2.0


def test_a_policy_of_no_retries_stops_for_a_crowd_too() -> None:
    policy = StandardPolicy(StandardSettings(retries=0))

    assert policy.delay([attempt(status=429, crowded=True)], RULE, 0.0) is None


def test_a_policy_of_one_retry_makes_one() -> None:
    policy = StandardPolicy(StandardSettings(retries=1))

    assert policy.delay([attempt()], RULE, 0.0) == 0.25
    assert policy.delay([attempt()] * 2, RULE, 0.0) is None


def test_the_policy_is_registered_as_what_it_is() -> None:
    [spec] = elevatekit_register_retry_policies()

    assert spec.name == "standard"
    assert isinstance(spec.build(spec.settings()), StandardPolicy)


# -- redaction -----------------------------------------------------------------------------------


def test_a_secret_is_shown_by_nothing_but_reveal() -> None:
    secret = Secret("hunter22")

    assert {repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{secret!r}"} == {
        "Secret('***')"
    }
    assert pickle.loads(pickle.dumps(secret)).reveal() == "***"
    assert copy.copy(secret).reveal() == "***"
    assert secret.reveal() == "hunter22"


def test_secrets_are_equal_by_what_they_hold() -> None:
    secret = Secret("hunter22")

    assert secret == Secret("hunter22")
    assert secret != Secret("hunter23")
    assert secret != "hunter22"
    assert len({secret, Secret("hunter22"), Secret("hunter23")}) == 2


def test_a_secret_of_a_secret_is_itself() -> None:
    secret = Secret("hunter22")

    assert Secret.of(secret) is secret
    assert Secret.of("hunter22") == secret
    assert Secret.of(None) is None


def test_each_secret_of_a_text_is_masked_each_time() -> None:
    text = redact("one hunter22, two hunter22, three swordfish", ["hunter22", "swordfish"])

    assert text == "one ***, two ***, three ***"


def test_what_is_shorter_than_four_characters_is_left_alone() -> None:
    assert redact("an abc of abcd", ["abc"]) == "an abc of abcd"
    assert redact("an abc of abcd", ["abcd"]) == "an abc of ***"


def test_a_secret_is_known_by_each_way_in_which_texts_write_it() -> None:
    key = "-----BEGIN-----\n  indented\n8 chars.\n7 chars\n-----END-----"

    assert list(spellings(key)) == [
        key,
        "-----BEGIN----- indented 8 chars. 7 chars -----END-----",
        r"-----BEGIN-----\n  indented\n8 chars.\n7 chars\n-----END-----",
        r"-----BEGIN-----\n  indented\n8 chars.\n7 chars\n-----END-----",
        r"-----BEGIN-----\n  indented\n8 chars.\n7 chars\n-----END-----",
        "-----BEGIN-----",
        "indented",
        "8 chars.",
        "-----END-----",
    ]
    assert r"it\'s" in spellings("it's"), "as `repr` writes it in a text with both quotes"
    assert r"a\"b" in spellings('a"b'), "as JSON writes it"
