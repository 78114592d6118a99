"""An edit of a spec leaves alone what it does not change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from elevatekit_codegen.patch.edits import apply
from elevatekit_codegen.patch.layout import edited, unified
from elevatekit_codegen.patch.tree import Tree
from elevatekit_plugins.report import Change, Nullable, Renamed, Retyped, Shape

SPEC = """\
# The truth.
openapi: "3.1.0"
paths: {}
components:
  schemas:
    # ---- one
    One:
      type: object
      required: [name,
                 size]   # both
      properties:
        name: {type: string, description: 'Its name.'}  # said twice
        size:
          type: integer
          # of the thing
          minimum: 1

    # ---- two
    Two:
      type: object
      properties:
        name: {type: string, description: 'Its name.'}
        one: {$ref: "#/components/schemas/One"}
"""
ONE, TWO = "/components/schemas/One/properties", "/components/schemas/Two/properties"


def after(text: str, pointer: str, change: Change) -> str:
    return edited("spec.yaml", text, lambda root: apply(Tree(root), pointer, change))


def lines(text: str) -> list[str]:
    """The lines of the diff that an edit makes."""
    shown = unified("spec.yaml", SPEC, text).splitlines()[2:]
    return [line for line in shown if line.startswith(("+", "-"))]


def test_a_renamed_property_changes_its_line_and_the_list_of_what_is_required() -> None:
    text = after(SPEC, f"{ONE}/size", Renamed(name="extent"))

    assert lines(text) == [
        "-      required: [name,",
        "-                 size]   # both",
        "+      required: [name, extent] # both",
        "-        size:",
        "+        extent:",
    ]


def test_of_two_blocks_that_are_alike_the_right_one_changes() -> None:
    text = after(SPEC, f"{TWO}/name", Nullable())

    assert lines(text) == [
        "-        name: {type: string, description: 'Its name.'}",
        "+        name: {type: [string, \"null\"], description: 'Its name.'}",
    ]


def test_a_value_that_goes_does_not_take_the_next_heading_along() -> None:
    shape = Shape(kinds=("array",), items=Shape(kinds=("string",)))
    text = after(SPEC, f"{ONE}/size", Retyped(shape=shape))

    assert lines(text) == [
        "-          type: integer",
        "+          type: array",
        "-          minimum: 1",
        "+          items: {type: string}",
    ]


def test_a_reference_that_may_be_null_becomes_a_union() -> None:
    text = after(SPEC, f"{TWO}/one", Nullable())

    assert '        one: {anyOf: [{$ref: "#/components/schemas/One"}, {type: "null"}]}' in text


@pytest.mark.parametrize("change", [Nullable(), Renamed(name="title")])
def test_line_ends_of_windows_and_documents_in_json_stay_what_they_are(change: Change) -> None:
    windows = after(SPEC.replace("\n", "\r\n"), f"{TWO}/name", change)
    assert windows == after(SPEC, f"{TWO}/name", change).replace("\n", "\r\n")

    root: dict[str, Any] = {
        "openapi": "3.1.0",
        "paths": {},
        "components": {"schemas": {"Two": {"properties": {"name": {"type": "string"}, "b": {}}}}},
    }
    written = json.loads(after(json.dumps(root), f"{TWO}/name", change))
    assert [*written["components"]["schemas"]["Two"]["properties"]][1] == "b"


def test_null_is_said_in_the_words_of_the_version() -> None:
    text = after(SPEC.replace('"3.1.0"', '"3.0.3"'), f"{TWO}/name", Nullable())

    assert "name: {type: string, description: 'Its name.', nullable: true}" in text
