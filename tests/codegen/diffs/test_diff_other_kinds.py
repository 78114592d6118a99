"""What `diff` says of changes that only specs of other kinds know."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from elevatekit_codegen.cli import main

SPECS = Path(__file__).parents[1] / "specs"
PNG = "content: {image/png: {schema: {type: string, format: binary}}}"
CHANGES = {
    "the scheme of the token": (
        "desk", "scheme: bearer, bearerFormat: opaque", "scheme: basic",
        "is sent as `Basic TOKEN` now, was sent as `Bearer TOKEN`", 1),
    "how a list is written": (
        "desk", "in: query, description: Any of these.",
        "in: query, explode: false, description: Any of these.",
        "as `query status, between commas`, was `query status, again for each value`", 1),
    "a text for bytes": (
        "files", PNG, "content: {text/plain: {schema: {type: string}}}",
        "client.files.preview_file() -> str | None: returned `bytes | None` before", 1),
    "an operation for everybody": (
        "weather", "      security: []\n", "", "is sent with the token now", 1),
    "a class for a hundred statuses": (
        "shelf", "        5XX: {description: The shelf has fallen down.}\n", "",
        "raises a plain `StatusError` for 501, was `ServerError`", 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_is_told_with_what_it_breaks(kind: str, tmp_path: Path) -> None:
    name, before, after, told, code = CHANGES[kind]
    text = (SPECS / f"{name}.yaml").read_text("utf-8")
    assert text.count(before) == 1
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(text, "utf-8")
    new.write_text(text.replace(before, after), "utf-8")

    ran = CliRunner().invoke(main, ["diff", str(old), str(new), "--package", name])

    assert told in ran.stdout, ran.output
    assert ran.exit_code == code
