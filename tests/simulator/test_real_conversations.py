"""Real conversations: those of the demo always, a thousand more where they are at hand."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.simulator.answers import Answers
from elevatekit_plugins.simulator.conversation import Conversation, Turn, speaker_of

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo" / "conversations" / "conversations.jsonl"
MANY = ROOT.parent / "shared" / "conversations" / "conversations.jsonl"
FILES = pytest.mark.parametrize("file", [DEMO, MANY], ids=["demo", "many"])


def rows(file: Path) -> Iterator[Any]:
    if not file.exists():
        pytest.skip("the 1,000 dialogues are not part of the project")
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "turns" in row:  # The others are calls: their words are in the file.
            yield row


def without_digits(summary: str, row: Any) -> str:
    return re.sub(r"\d", "", summary.replace(row["id"], ""))


@FILES
def test_summaries_differ_as_dialogues_do_and_entities_are_quoted(
    file: Path, session: Any, chat: Any
) -> None:
    count, summaries = 0, set[str]()
    for row in rows(file):
        lines = tuple(f"{turn['role']}: {turn['text']}" for turn in row["turns"])
        interaction = session.declare(chat(lines, externalIdentifier=row["id"]))
        summary = session.get(f"{interaction}/gen-ai/cx/summary").json()["summary"]
        details = session.get(f"{interaction}/gen-ai/cx/summary/details").json()
        said = "\n".join(turn["text"] for turn in row["turns"])

        count += 1
        summaries.add(without_digits(summary, row))
        assert summary.strip()
        assert details["reasons"]
        assert [e for e in details["entities"] if e["value"] not in said] == []

    assert len(summaries) >= 0.99 * count


@FILES
@pytest.mark.parametrize("language", ["en", "pt-BR", "es", "ja"])
def test_summaries_differ_in_every_language(file: Path, language: str) -> None:
    count, summaries = 0, set[str]()
    for row in rows(file):
        turns = tuple(Turn(speaker_of(turn["role"]), turn["text"]) for turn in row["turns"])
        summary = Answers(Conversation(turns)).summary_in(language)

        count += 1
        summaries.add(without_digits(summary, row))
        assert summary.strip()

    assert len(summaries) >= 0.99 * count
