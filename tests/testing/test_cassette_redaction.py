"""What people say does not get into a cassette, if one asks for that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from vcr import VCR

from elevatekit.operations import API
from elevatekit_plugins.testing.accounts import ACCOUNT
from elevatekit_plugins.testing.cassettes.errors import CassetteError
from elevatekit_plugins.testing.cassettes.lint import lint
from elevatekit_plugins.testing.cassettes.recipe import Recipe
from elevatekit_plugins.testing.cassettes.redaction import with_redaction
from elevatekit_plugins.testing.chats import chat

HEADERS = {API.key.header: ACCOUNT}


def redact(text: str) -> str:
    return text.replace("Ana Silva", "Jo Doe")


def declare(client: httpx2.Client, base_url: str, said: str) -> str:
    body = msgspec.to_builtins(chat(API, f"customer: My name is {said}. My money back!"))
    answer = client.post(f"{base_url}/interactions", json=body, headers=HEADERS)
    identifier: str = answer.json()["interactionIdentifier"]
    return f"{base_url}/interactions/{identifier}/gen-ai/cx/summary"


def test_what_was_said_is_replaced_in_questions_and_answers_and_still_plays(
    tmp_path: Path, elevatekit_simulator: Any
) -> None:
    file = tmp_path / "a.yaml"
    options = with_redaction(Recipe(API).options(), redact)
    base_url = elevatekit_simulator.base_url
    with VCR().use_cassette(file, **options), httpx2.Client() as client:
        summary = client.get(declare(client, base_url, "Ana Silva"), headers=HEADERS)
    with VCR(record_mode="none").use_cassette(file, **options), httpx2.Client() as client:
        replayed = client.get(declare(client, API.base_url, "Ana Silva"), headers=HEADERS)

    assert "Ana Silva" in summary.text, "the test that records sees the real answer"
    assert replayed.text == summary.text.replace("Ana Silva", "Jo Doe")
    assert "Ana" not in file.read_text("utf-8")
    assert lint(API, tmp_path, strict=True).problems == ()


@pytest.mark.parametrize(
    ("body", "recorded"),
    [
        (b"Ana Silva, no JSON", b"Jo Doe, no JSON"),
        (b'{"Ana Silva": ["Ana Silva", 5, null]}', b'{"Ana Silva":["Jo Doe",5,null]}'),
        (b"RIFF\xff\xfe", b""),
        (b"", b""),
    ],
)
def test_a_body_of_any_kind_is_redacted(body: bytes, recorded: bytes) -> None:
    [_, ours] = with_redaction(Recipe(API).options(), redact)["before_record_response"]

    assert ours({"body": {"string": body}})["body"]["string"] == recorded


def test_a_function_that_changes_its_own_results_is_refused() -> None:
    options = with_redaction(Recipe(API).options(), lambda text: f"{text}!")
    [_, ours] = options["before_record_response"]

    with pytest.raises(CassetteError, match="changes what it has changed already"):
        ours({"body": {"string": b'"Ana"'}})


def test_redaction_is_added_to_what_there_is() -> None:
    recipe = Recipe(API)
    twice = with_redaction(with_redaction(recipe.options(), redact), str.strip)

    assert twice["before_record_request"][0] == recipe.request
    assert [len(twice[f"before_record_{part}"]) for part in ("request", "response")] == [3, 3]
    assert twice["persister"] is recipe
