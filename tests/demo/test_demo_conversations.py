"""The conversations of the demo are as different as real ones, and its recordings are remade."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "demo" / "conversations"
LINES: list[dict[str, Any]] = [
    json.loads(line)
    for line in FOLDER.joinpath("conversations.jsonl").read_text("utf-8").splitlines()
]
BODIES = [line for line in LINES if "type" in line]
TRANSCRIPTS = [line for line in BODIES if line["type"] == "transcript"]


def said(line: dict[str, Any]) -> list[str]:
    """What is said, in order; of a transcript, one participant after the other."""
    if "turns" in line:
        return [turn["text"] for turn in line["turns"]]
    if "chat" in line:
        return [message["content"] for message in line["chat"]["messages"]]
    return [text for part in line.get("transcript", {}).values() for text in part["phrases"]]


TEXTS = [text for line in LINES for text in said(line)]


def test_there_are_enough_and_each_has_an_id_of_its_own() -> None:
    ids = [line["id"] for line in LINES]
    assert len(ids) >= 14
    assert len(set(ids)) == len(ids)


def test_short_form_is_turns_of_agent_and_customer() -> None:
    short = [line for line in LINES if "type" not in line]
    assert len(short) >= 8
    for line in short:
        assert set(line) == {"id", "turns"}
        assert {frozenset(turn) for turn in line["turns"]} == {frozenset({"role", "text"})}
        assert {turn["role"] for turn in line["turns"]} == {"agent", "customer"}


@pytest.mark.parametrize("line", BODIES, ids=[line["id"] for line in BODIES])
def test_full_body_fits_the_spec(line: dict[str, Any]) -> None:
    spec = YAML(typ="safe").load(ROOT / "spec" / "openapi.yaml")
    body = {key: value for key, value in line.items() if key not in ("id", "file")}
    schema = {"$ref": "#/components/schemas/Interaction", "components": spec["components"]}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(body)


def test_there_are_chats_three_transcripts_and_two_recordings() -> None:
    types = [line.get("type", "chat") for line in LINES]
    assert types.count("chat") >= 9
    assert types.count("transcript") >= 3
    assert types.count("audio") == 2


def test_one_is_portuguese_and_one_spanish() -> None:
    languages = [line["languageTag"] for line in BODIES]
    assert [tag for tag in languages if not tag.startswith("en")] == ["pt-br", "es-419"]


def test_one_has_three_lines_and_one_has_sixty() -> None:
    lengths = [len(said(line)) for line in LINES if line.get("type") != "audio"]
    assert min(lengths) == 3
    assert max(lengths) == 60
    assert lengths.count(3) == lengths.count(60) == 1


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("emoji", "[\U0001f300-\U0001faff]"),
        ("emoji of several code points", "\u200d"),
        ("straight quotation marks", '"'),
        ("curly quotation marks", "[“”]"),
        ("single quotation marks", "'still ticking'"),
        ("angular quotation marks", "«"),
        ("line that starts like a formula", "^="),
        ("line that starts with a minus", "^-"),
        ("line that starts with an at sign", "^@"),
        ("dollars", r"\$\d"),
        ("euros", r"€\d"),
        ("pounds", r"£\d"),
        ("reais", r"R\$ \d"),
        ("date in words", r"\d+ March|March \d+"),
        ("date in figures", r"\d{4}-\d{2}-\d{2}"),
        ("phone number", r"\b555-01\d\d\b"),
        ("e-mail address", r"[\w.]+@example\.com"),
        ("name", r"[Mm]y name is [A-Z]"),
    ],
)
def test_somebody_writes_each_kind_of_thing(what: str, pattern: str) -> None:
    assert any(re.search(pattern, text) for text in TEXTS), what


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("refund-", "I have refunded"),
        ("complaint-", "it is still not resolved"),
        ("escalation-", "I have escalated your case"),
        ("call-two-topics-", "Two things, actually"),
    ],
)
def test_a_story_is_told_by_its_words(start: str, words: str) -> None:
    (story,) = [line for line in LINES if line["id"].startswith(start)]
    assert any(words in text for text in said(story))


@pytest.mark.parametrize("line", TRANSCRIPTS, ids=[line["id"] for line in TRANSCRIPTS])
def test_transcript_times_every_phrase_once_and_nobody_interrupts(line: dict[str, Any]) -> None:
    parts = line["transcript"]
    assert set(parts) == {"participantOne", "participantTwo"}
    for part in parts.values():
        indexes = [segment["phraseIndex"] for segment in part["phraseSegments"]]
        assert indexes == list(range(len(part["phrases"])))
    segments = sorted(
        (segment["startTimeOffset"], segment["endTimeOffset"])
        for part in parts.values()
        for segment in part["phraseSegments"]
    )
    times = [time for segment in segments for time in segment]
    assert times == sorted(set(times))


def test_recordings_are_what_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "demo" / "make_audio.py", tmp_path], check=True)
    files = [line["file"] for line in LINES if "file" in line]
    assert sorted(p.name for p in FOLDER.glob("*.wav")) == sorted(files)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(files)
    for name in files:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_one_recording_is_short_and_one_is_empty() -> None:
    lengths: dict[str, float] = {}
    for file in FOLDER.glob("*.wav"):
        with wave.open(str(file)) as sound:
            lengths[file.name] = sound.getnframes() / sound.getframerate()
    assert lengths == {"billing-call.wav": 1.5, "empty-recording.wav": 0.0}


def test_recording_carries_its_dialogue_as_a_comment() -> None:
    data = FOLDER.joinpath("billing-call.wav").read_bytes()
    _, _, after = data.partition(b"ICMT")
    size = int.from_bytes(after[:4], "little")
    lines = after[4 : 4 + size].rstrip(b"\0").decode().splitlines()
    assert len(lines) >= 6
    assert {line.partition(": ")[0] for line in lines} == {"agent", "customer"}
