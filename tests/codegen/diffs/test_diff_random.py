"""Random edits of the spec: the diff names each break that griffe finds, and invents none.

A few in every run; `make diff-random` takes 200 of the whole spec (ELEVATEKIT_RANDOM_EDITS).
"""

from __future__ import annotations

import os

import pytest

from .copies import small, whole
from .random_edits import random_edit
from .verdict import judge

MANY = int(os.environ.get("ELEVATEKIT_RANDOM_EDITS", "0"))


@pytest.mark.parametrize("seed", range(MANY or 12))
def test_a_random_edit_breaks_what_griffe_finds_and_nothing_that_no_judge_confirms(
    seed: int,
) -> None:
    old = whole() if MANY else small()
    new, done = random_edit(old, seed)

    comparison = old.compared(new)

    verdict = judge(old, new)
    assert verdict.missed(comparison) == set(), done
    assert verdict.overlooked(comparison) == set(), done
    assert verdict.invented(comparison) == [], done
    assert comparison.changes or new.value == old.value, done
