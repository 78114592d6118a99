"""The exporter `jsonl`: a line for each interaction, with its payloads as they came."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins.builtin.export.jsonl import build
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.descriptors import NoSettings


def test_a_line_holds_what_is_known_of_an_interaction_and_its_payloads(bench: Any) -> None:
    exporter = build(NoSettings(), bench.context("calls.jsonl"))
    exporter.open()
    exporter.write([bench.record("1", summary="Ünï\n=1"), bench.record("2")])

    assert exporter.finish() == ["calls.jsonl"]

    lines = Path("calls.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"interaction_id": "1", "results": {"a.summary": {"summary": "Ünï\n=1"}}},
        {"interaction_id": "2", "results": {"a.summary": {"summary": None}}},
    ]
    assert os.listdir(".") == ["calls.jsonl"]


def test_a_dash_is_standard_output(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written))
    exporter = build(NoSettings(), bench.context("-"))
    exporter.open()
    exporter.write([bench.record("1")])
    exporter.finish()

    assert json.loads(written.getvalue())["interaction_id"] == "1"
    assert os.listdir(".") == []


def test_given_up_it_leaves_what_was_there(bench: Any) -> None:
    Path("calls.jsonl").write_text("mine")
    exporter = build(NoSettings(), bench.context("calls.jsonl"))
    exporter.open()
    exporter.write([bench.record("1")])

    exporter.abort()

    assert os.listdir(".") == ["calls.jsonl"]
    assert Path("calls.jsonl").read_text() == "mine"


@pytest.mark.parametrize(
    ("target", "said"), [("gone/x.jsonl", "does not exist"), ("out", "a directory")]
)
def test_a_place_where_it_cannot_be_is_an_error_that_names_it(
    bench: Any, target: str, said: str
) -> None:
    Path("out").mkdir()
    exporter = build(NoSettings(), bench.context(target))

    with pytest.raises(ConfigError, match=said):
        exporter.open()
    exporter.abort()
