"""The contract with openapi-python-client: all that `parser.py` relies on in it, one thing a row.

Its parser is no public interface, and a release of it is taken only when this holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_python_client.schema.untrusted_string import UntrustedString
from ruamel.yaml import YAML

from elevatekit_codegen import parser
from elevatekit_codegen.loading import load
from elevatekit_codegen.source import SpecError

SHAPES: list[tuple[dict[str, Any], str]] = [
    ({"type": "string"}, "string"),
    ({"type": "string", "format": "date-time"}, "string(date-time)"),
    ({"type": "string", "format": "date"}, "string(date)"),
    ({"type": "string", "format": "uuid"}, "string(uuid)"),
    ({"type": "string", "format": "binary"}, "string(binary)"),
    ({"type": "integer"}, "integer"),
    ({"type": "number"}, "number"),
    ({"type": "boolean"}, "boolean"),
    ({"const": "a"}, 'one of ["a"]'),
    ({"type": "string", "enum": ["b", "a"]}, 'one of ["a", "b"]'),
    ({"type": ["string", "null"]}, "null | string"),
    ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "integer | string"),
    ({"type": "array", "items": {"type": "integer"}}, "list[integer]"),
    ({"type": "object", "additionalProperties": {"type": "number"}}, "map[number]"),
    ({"type": "object", "additionalProperties": True}, "map[anything]"),
    ({"$ref": "#/components/schemas/Other"}, "object /components/schemas/Other"),
    (
        {"allOf": [{"$ref": "#/components/schemas/Other"}], "properties": {"b": {}}, "x": 1},
        "object /components/schemas/Other",
    ),
    ({"properties": {"b": {"type": "string"}}}, "object /components/schemas/Thing/properties/it"),
    ({}, "anything"),
]


def document(folder: Path, shape: dict[str, Any], **operation: Any) -> Path:
    thing = {"type": "object", "required": ["must"], "properties": {"must": {}, "it": shape}}
    other = {"type": "object", "properties": {"a": {"type": "string"}}}
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    get = {
        "operationId": "things.read",
        "responses": {"200": {"description": "x", "content": answer}},
    }
    path = folder / "openapi.yaml"
    with path.open("w") as file:
        YAML().dump(
            {
                "openapi": "3.1.0",
                "info": {"title": "x", "version": "1"},
                "paths": {"/things": {"post": get | operation}},
                "components": {"schemas": {"Thing": thing, "Other": other}},
            },
            file,
        )
    return path


@pytest.mark.parametrize(("shape", "signature"), SHAPES, ids=lambda value: str(value)[:60])
def test_each_kind_of_property_is_the_class_that_we_know(
    tmp_path: Path, shape: dict[str, Any], signature: str
) -> None:
    read = parser.reading(load(document(tmp_path, shape)))
    place = ("/components/schemas/Thing/properties/it", "property 'it'")
    assert read[place] == f"{signature}, optional"
    assert read["/components/schemas/Thing/properties/must", "property 'must'"] == (
        "anything, required"
    )


def test_an_operation_is_found_by_its_place_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    operation = {
        "parameters": [
            {"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}},
            {"name": "X-H", "in": "header", "schema": {"type": "string"}},
        ],
        "requestBody": {"content": {"application/json": {"schema": {"type": "string"}}}},
        "responses": {
            "200": {
                "description": "x",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
            },
            "204": {"description": "nothing"},
        },
    }
    read = parser.reading(load(document(tmp_path, {"type": "string"}, **operation)))
    place = "/paths/~1things/post"
    assert {what: said for (at, what), said in read.items() if at.startswith(place)} == {
        "method": "post",
        "query parameter 'q'": "integer, required",
        "header parameter 'X-H'": "string, optional",
        "body application/json": "string, optional",
        "response 200": "object /components/schemas/Thing",
        "response 204": "nothing",
    }


def test_what_it_leaves_out_is_an_error_with_its_place(tmp_path: Path) -> None:
    schema = {"type": "string", "format": "date-time"}
    lost = document(
        tmp_path, {"type": "string"}, parameters=[{"name": "h", "in": "header", "schema": schema}]
    )
    with pytest.raises(SpecError, match="openapi-python-client would drop this") as caught:
        parser.reading(load(lost))
    assert caught.value.findings[0].mark.line > 1


def test_what_it_refuses_is_an_error_in_its_words(tmp_path: Path) -> None:
    path = document(tmp_path, {"type": "string"})
    path.write_text(path.read_text().replace("openapi: 3.1.0", "openapi: 2.7.0"))
    with pytest.raises(SpecError, match="openapi-python-client rejects the document"):
        parser.reading(load(path))


def test_its_texts_are_wrapped_and_can_be_taken_out() -> None:
    assert UntrustedString("a\nb").get_untrusted_value() == "a\nb"
