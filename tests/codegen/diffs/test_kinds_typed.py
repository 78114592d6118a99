"""Several kinds of change at once, as a type checker sees them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .copies import small

OPTIONS = ["--strict", "--follow-imports", "silent", "--no-error-summary"]
OPTIONS += ["--cache-dir", os.devnull, "--config-file", os.devnull]
PROGRAM = """
from typing import assert_type
from {name} import Client, AsyncClient, models

def read(client: Client) -> None:
    answer = client.gen_ai.cx.summary("id", "pt-BR")
    assert_type(answer, models.CxSummary | None)
    assert answer is not None
    assert_type(answer.summary, str | None)
    assert_type(answer.mood, str | None)
    assert_type(answer.parts, list[models.CxSummaryPartsItem] | None)
    assert_type(client.gen_ai.cx.summary_details("id").is_resolved, int)
    client.gen_ai.cx.summary("id")  # the language is required now
    client.gen_ai.cx.ask("id", question=7)  # a text is wanted
    client.interactions.delete("id", reason="x")
    models.AudioInteraction(language_tag="en", model="echo")  # is no value any more

async def read_async(client: AsyncClient) -> None:
    assert_type(await client.gen_ai.cx.summary("id", "en"), models.CxSummary | None)
"""


def edit(document: Any) -> None:
    operations = {o["operationId"]: o for i in document["paths"].values() for o in i.values()}
    schemas = document["components"]["schemas"]
    document["components"]["parameters"]["acceptLanguage"]["required"] = True
    operations["gen_ai.cx.summary"]["responses"]["204"] = {"description": "There is none."}
    operations["interactions.delete"]["requestBody"] = {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"reason": {"type": "string"}}}
            }
        }
    }
    item = {"type": "object", "properties": {"text": {"type": "string"}}}
    schemas["CxSummary"]["properties"] |= {
        "summary": {"type": ["string", "null"]},
        "mood": {"type": "string"},
        "parts": {"type": "array", "items": item},
    }
    schemas["CxSummaryDetails"]["properties"]["isResolved"]["type"] = "integer"
    schemas["AudioInteraction"]["properties"]["model"]["enum"] = ["cx"]


def test_the_types_follow_the_spec(workbench: Any, tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="make types installs it")
    value = small().edited(edit).value
    made = workbench.generated(value)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(name=made.name), "utf-8")
    rooms = [made.folder, *(Path(p) for p in sys.path if Path(p).name == "plugins")]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *OPTIONS, str(program)],
        cwd=tmp_path,
        env={"MYPYPATH": os.pathsep.join(map(str, rooms)), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = {
        PROGRAM.splitlines()[int(line.split(":")[1]) - 1].partition("#")[2].strip()
        for line in done.stdout.splitlines()
        if ": error: " in line
    }
    assert lines == {
        "the language is required now",
        "a text is wanted",
        "is no value any more",
    }, done.stdout + done.stderr
