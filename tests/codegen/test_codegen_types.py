"""What editors and type checkers are told: unions, enums, None, and the prose of the docstrings."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

import elevatekit.client
import elevatekit.models
from elevatekit import Client
from elevatekit_codegen import limits
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load
from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.reading import Spec
from elevatekit_codegen.reference import host
from elevatekit_codegen.shapes import Field, ListOf, Nullable, Object, Scalar

ROOT = Path(__file__).parents[2]
TOKEN = "66666666-6666-4666-8666-666666666666"


@pytest.fixture(scope="module")
def spec() -> Spec:
    return vetted(load(ROOT / "spec" / "openapi.yaml"))


def told(text: str | None) -> str:
    return " ".join((text or "").split())


def method(operation: ReadOperation) -> Any:
    found: Any = Client
    for word in operation.row.id.split("."):
        found = getattr(found, word)
        if hasattr(found, "func"):
            found = getattr(elevatekit.client, found.func.__annotations__["return"])
    return found


def test_a_docstring_tells_what_limits_a_call_and_how_well_it_is_known(spec: Spec) -> None:
    for operation in spec.operations:
        doc = told(inspect.getdoc(method(operation)))
        assert operation.description in doc
        assert f"Evidence: {operation.row.evidence}." in doc
        allowed = limits.of_arguments(operation, spec.definitions)
        for sentence in (*allowed, *limits.of_operation(operation.row)):
            assert sentence in doc


def documented(spec: Spec) -> Iterator[tuple[Field, str]]:
    """Every property of a model, and the docstring of its field."""
    classes = {cls.name: cls for cls in host.classes(elevatekit.models)}
    for definition in spec.definitions.values():
        if isinstance(definition, Object):
            docs = {a.name: a.doc for a in classes[definition.name].attributes}
            for field in definition.fields:
                if field.python in docs:
                    yield field, docs[field.python]


def test_a_field_tells_its_unit_its_limits_and_its_evidence(spec: Spec) -> None:
    everything = ""
    for field, doc in documented(spec):
        shape = field.shape.inner if isinstance(field.shape, Nullable) else field.shape
        # Units stand in descriptions; OpenAPI has no word for them.
        assert field.description in doc
        if field.evidence is not None:
            assert f"Evidence: {field.evidence}." in doc, field.pointer
        if isinstance(shape, Scalar | ListOf):
            for sentence in limits.of_shape(shape):
                assert sentence in doc, field.pointer
        everything += doc
    for words in ("Milliseconds from the start", "1 to 250 characters.", "At least 0.", "0 to 1"):
        assert words in everything


def test_what_is_declared_is_told_apart_by_its_type() -> None:
    members = typing.get_args(elevatekit.models.Interaction)
    configs = [member.__struct_config__ for member in members]
    assert [config.tag_field for config in configs] == ["type"] * 3
    assert {config.tag for config in configs} == {"audio", "transcript", "chat"}
    # A member lacks what only the others have, so a checker narrows by class.
    assert not hasattr(elevatekit.models.AudioInteraction, "chat")


def test_every_enum_of_an_answer_is_open_and_every_one_of_a_request_closed(spec: Spec) -> None:
    seen: set[bool] = set()
    for name, usage in spec.usage.items():
        model = getattr(elevatekit.models, name)
        if not isinstance(model, type) or not issubclass(model, msgspec.Struct):
            continue
        for hint in typing.get_type_hints(model).values():
            alternatives = {typing.get_origin(a) or a for a in (hint, *typing.get_args(hint))}
            if typing.Literal in alternatives:
                is_open = str in alternatives
                assert is_open == ("received" in usage), name
                seen.add(is_open)
    assert seen == {True, False}


def test_the_raw_json_tells_null_from_absent_where_the_types_do_not(wire: Any) -> None:
    wire.json(b'{"questions": [{"question": "a?", "answer": null}, {"question": "b?"}]}')
    id = "7f0d6b1e-2c55-4e5c-9a5e-0d7b1c0f9e42"
    with Client(TOKEN, base_url=f"{wire.url}/v1", plugins=False) as client:
        null, absent = client.raw.gen_ai.ask_history(id).json()["questions"]
        typed = client.gen_ai.ask_history(id).questions or []

    assert "answer" in null
    assert "answer" not in absent
    assert [question.answer for question in typed] == [None, None]


def test_generated_code_asks_no_checker_to_look_away() -> None:
    modules = sorted((ROOT / "generated").rglob("*.py"))
    assert modules
    for path in modules:
        found = re.findall(r"type: ignore|pyright:|noqa|mypy:", path.read_text("utf-8"))
        assert not found, path


def test_the_types_are_published() -> None:
    assert (ROOT / "generated" / "elevatekit" / "py.typed").exists()
