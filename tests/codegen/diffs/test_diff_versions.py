"""The step of the version, and what is told where nothing is made of what changed."""

from __future__ import annotations

from typing import Any

import pytest

from elevatekit_codegen.diff.changes import Impact
from elevatekit_codegen.diff.versions import version

from .copies import small, whole


@pytest.mark.parametrize(
    ("old", "impact", "step", "least"),
    [
        ("0.1.0", Impact.BREAKING, "minor", "0.2.0"),
        ("0.1.4", Impact.ADDITIVE, "patch", "0.1.5"),
        ("0.1.4", Impact.NONE, "patch", "0.1.5"),
        ("0.1.4", None, "none", "0.1.4"),
        ("1.2.3", Impact.BREAKING, "major", "2.0.0"),
        ("1.2.3", Impact.ADDITIVE, "minor", "1.3.0"),
        ("1.2.3", Impact.NONE, "patch", "1.2.4"),
        ("2.0", Impact.ADDITIVE, "minor", "2.1.0"),
        ("v3", Impact.BREAKING, "major", "4.0.0"),
        ("1.2.3-beta.1", Impact.ADDITIVE, "minor", "1.3.0"),
        ("2026-01-01", Impact.BREAKING, "major", "2027.0.0"),
        ("next", Impact.BREAKING, "major", None),
        ("1.2.3.4", Impact.BREAKING, "major", None),
        ("", Impact.NONE, "patch", None),
    ],
)
def test_the_step_follows_the_worst_change_and_the_version_before(
    old: str, impact: Impact | None, step: str, least: str | None
) -> None:
    found = version(impact, old, old)
    assert (found.step, found.least) == (step, least)


@pytest.mark.parametrize(
    ("said", "enough"),
    [("0.1.9", False), ("0.2.0", True), ("1.0.0", True), ("next", True), ("0.2", True)],
)
def test_a_version_that_is_too_low_is_noticed(said: str, enough: bool) -> None:
    assert version(Impact.BREAKING, "0.1.0", said).is_enough is enough


def test_an_edit_of_which_nothing_is_made_is_told_all_the_same() -> None:
    def edit(document: Any) -> None:
        document["components"]["schemas"]["CxSummary"]["title"] = "A summary"

    (change,) = small().compared(small().edited(edit)).changes
    assert (change.impact, change.symbol) == (Impact.NONE, "the document")


def test_what_an_edit_breaks_for_readers_it_may_give_to_senders() -> None:
    """A class that is sent and received breaks by either."""

    def edit(document: Any) -> None:
        schemas = document["components"]["schemas"]
        schemas["PhraseSegment"]["required"].remove("score")
        schemas["TranscriptSegment"]["required"].remove("phraseIndex")
        schemas["AudioInteraction"]["required"].remove("languageTag")

    changes = whole().compared(whole().edited(edit)).changes
    assert {change.symbol: change.impact.word for change in changes} == {
        "PhraseSegment.score": "breaking",  # received
        "TranscriptSegment.phrase_index": "breaking",  # sent, and received
        "AudioInteraction.language_tag": "additive",  # sent
    }
