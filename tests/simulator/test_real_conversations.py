"""A thousand dialogues, where they are at hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared" / "conversations" / "conversations.jsonl"

pytestmark = pytest.mark.skipif(
    not FILE.exists(), reason="the 1,000 dialogues are not part of the project"
)


def test_summaries_differ_as_dialogues_do_and_entities_are_quoted(session: Any, chat: Any) -> None:
    rows = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
    summaries: set[str] = set()
    for row in rows:
        lines = tuple(f"{turn['role']}: {turn['text']}" for turn in row["turns"])
        interaction = session.declare(chat(lines, externalIdentifier=row["id"]))
        summary = session.get(f"{interaction}/gen-ai/cx/summary").json()["summary"]
        details = session.get(f"{interaction}/gen-ai/cx/summary/details").json()
        said = "\n".join(turn["text"] for turn in row["turns"])

        summaries.add(re.sub(r"\d", "", summary.replace(row["id"], "")))
        assert summary.strip()
        assert details["reasons"]
        assert [e for e in details["entities"] if e["value"] not in said] == []

    assert len(rows) == 1000
    assert len(summaries) >= 990
