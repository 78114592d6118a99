"""A spec is code that somebody else may have written: no text of it becomes code of ours."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest
from ruamel.yaml import YAML

from elevatekit_codegen.literals import docstring, literal, text

from .hostile import PAYLOADS, Slot, check_module, slots


def document(workshop: Any) -> Any:
    return YAML(typ="safe").load(workshop.spec.read_text("utf-8"))


def with_payload(value: Any, paths: list[Slot], payload: str) -> Any:
    copy = json.loads(json.dumps(value))
    for path in paths:
        inner = copy
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = payload
    return copy


def is_prose(slot: Slot) -> bool:
    return slot[-1] in ("description", "summary", "title", "version") and "properties" not in slot


@pytest.mark.parametrize("payload", PAYLOADS)
def test_prose_may_say_anything(workshop: Any, payload: str) -> None:
    original = document(workshop)
    prose = [slot for slot in slots(original) if is_prose(slot)]
    assert len(prose) > 20
    workshop.spec.write_text(json.dumps(with_payload(original, prose, payload)), "utf-8")
    for path in workshop.generate().rglob("*.py"):
        check_module(str(path), path.read_text("utf-8"))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_prose_comes_through_unharmed(payload: str) -> None:
    (statement,) = ast.parse(text(payload)).body
    assert ast.literal_eval(statement.value) == payload  # type: ignore[attr-defined]
    assert ast.literal_eval(literal({payload: (payload, 1)})) == {payload: (payload, 1)}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("indent", [0, 4, 8])
def test_a_docstring_says_what_the_spec_says_and_no_more(payload: str, indent: int) -> None:
    margin = " " * indent
    body = f"{margin}{docstring(payload, indent)}\n{margin}x = 1\n"
    source = "".join(f"{' ' * depth}class C{depth}:\n" for depth in range(0, indent, 4)) + body
    tree = ast.parse(source)
    found: Any = tree
    while isinstance(found.body[0], ast.ClassDef):
        found = found.body[0]
    assert len(found.body) == 2
    told = ast.literal_eval(found.body[0].value)
    assert told.split() == payload.split()
    assert body.isascii()


def test_a_property_may_have_any_name_that_can_be_spelt(workshop: Any) -> None:
    original = document(workshop)
    properties = original["components"]["schemas"]["Note"]["properties"]
    for name in ("str", "typing", "msgspec", "None", "self", "field", "__class__", "1st", "a-b"):
        properties[name] = {"type": "string"}
    workshop.spec.write_text(json.dumps(original), "utf-8")
    workshop.generate()
    told = workshop.python(
        "import msgspec, library.models as m\n"
        'note = msgspec.json.decode(b\'{"text": "t", "str": "s", "None": "n", "1st":'
        ' "f"}\', type=m.Note)\n'
        "print(note.str_, note.none, note._1_st, note.class_)"
    )
    assert told == "s n f None"
