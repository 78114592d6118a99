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


def _example(document: Any) -> None:
    document["components"]["schemas"]["CxSummary"]["title"] = "A summary"


def _title(document: Any) -> None:
    document["info"]["title"] = "Other"


def _namespace(document: Any) -> None:
    document["tags"][0]["description"] = "All of it."


def _deprecated(document: Any) -> None:
    document["components"]["parameters"]["acceptLanguage"]["deprecated"] = True


def _evidence(document: Any) -> None:
    del document["components"]["schemas"]["CxSummaryDetails"]["x-evidence"]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            _example,
            "none the document: differs in what no program meets: examples, titles, order",
        ),
        (_title, "none info.title: is `Other` now, was `ElevateAI`"),
        (_namespace, "none client.interactions: is described in other words"),
        (_deprecated, "additive client.gen_ai.cx.summary(accept_language): is deprecated now"),
        (_evidence, "none CxSummaryDetails: its evidence `documented` is gone"),
    ],
)
def test_what_is_said_in_other_words_breaks_nothing_and_is_told(edit: Any, told: str) -> None:
    (change, *more) = small().compared(small().edited(edit)).changes
    assert f"{change.impact.word} {change.symbol}: {change.what}" == told
    # Properties whose evidence was that of their schema have lost it, too.
    assert {c.impact for c in more} <= {Impact.NONE}


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
