"""Help says what the spec says, though the table does not hold it."""

from __future__ import annotations

from typing import Any

import pytest

from elevatekit.operations import API
from elevatekit_plugins.api import Api, Operation, Parameter, RetryRule
from elevatekit_plugins.cli.app import main
from elevatekit_plugins.cli.descriptions import Descriptions


@pytest.mark.parametrize("operation", API.operations, ids=lambda o: o.id)
def test_the_help_of_a_command_tells_what_the_operation_does(
    operation: Operation[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    node = API.document()["paths"][operation.path][operation.method.lower()]

    assert main(API, [*operation.words, "--help"]) == 0

    shown = " ".join(capsys.readouterr().out.split())
    assert " ".join(node["description"].split()) in shown
    for rule in (*operation.parameters, *(operation.body.fields if operation.body else ())):
        if rule.location != "path":
            told = Descriptions(API, operation).parameter(rule)
            assert told
            assert told in shown


DOCUMENT = {
    "paths": {
        "/x": {
            "parameters": [{"$ref": "#/components/parameters/far~1off"}],
            "post": {
                "description": "Does\n  it.",
                "parameters": [
                    {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/Q"}}
                ],
                "requestBody": {"$ref": "#/components/requestBodies/B"},
            },
        }
    },
    "components": {
        "parameters": {"far/off": {"name": "h", "in": "header", "description": "Far off."}},
        "requestBodies": {
            "B": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}}
        },
        "schemas": {
            "Q": {"type": "string", "description": "Of the schema."},
            "S": {
                "allOf": [{"properties": {"a": {"description": "Inherited."}}}],
                "properties": {
                    "b": {"$ref": "#/components/schemas/Q", "description": "Beside a $ref."},
                    "c": {"$ref": "#/components/schemas/Q"},
                    "d": {"type": "string"},
                    "e": {"type": "integer", "minimum": 1, "maximum": 50},
                    "f": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                    "old": {"type": "string", "description": "As it was.", "deprecated": True},
                    "g": {"type": "array", "items": {"type": "integer", "exclusiveMaximum": 9}},
                },
            },
        },
    },
}


OPERATION = Operation[Any](
    id="x.y",
    method="POST",
    path="/x",
    summary="x",
    success=(200,),
    retry=RetryRule(deadline=1.0, statuses={}, safe=True),
    evidence="assumed",
)


@pytest.mark.parametrize(
    ("location", "name", "told"),
    [
        ("header", "h", "Far off."),
        ("query", "q", "Of the schema."),
        ("query", "h", ""),
        ("body", "a", "Inherited."),
        ("body", "b", "Beside a $ref."),
        ("body", "c", "Of the schema."),
        ("body", "d", ""),
    ],
)
def test_a_description_is_found_wherever_the_spec_has_it(
    monkeypatch: pytest.MonkeyPatch, location: Any, name: str, told: str
) -> None:
    monkeypatch.setattr(Api, "document", lambda _: DOCUMENT)
    found = Descriptions(API, OPERATION)
    rule = Parameter(name=name, python=name, location=location, required=False)

    assert found.operation == "Does it."
    assert found.parameter(rule) == told


@pytest.mark.parametrize(
    ("rule", "help"),
    [
        ({"name": "a", "enum": ("turn", "sentence")}, "Inherited. One of: turn, sentence."),
        ({"name": "b", "max_length": 500}, "Beside a $ref. At most 500 characters."),
        ({"name": "e"}, "From 1 to 50."),
        ({"name": "f"}, "More than 0."),
        ({"name": "old"}, "As it was. Deprecated."),
        ({"name": "g", "many": "commas"}, "Less than 9. May be given several times."),
    ],
)
def test_the_help_of_an_option_tells_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, rule: dict[str, Any], help: str
) -> None:
    monkeypatch.setattr(Api, "document", lambda _: DOCUMENT)
    given = Parameter(python=rule["name"], location="body", required=False, **rule)

    assert Descriptions(API, OPERATION).option(given) == help


@pytest.mark.parametrize(
    ("rule", "metavar"),
    [
        ({"location": "query"}, "TEXT"),
        ({"location": "query", "type": "integer"}, "INTEGER"),
        ({"location": "query", "enum": ("turn", "sentence")}, "turn|sentence"),
        ({"location": "path", "enum": ("turn", "sentence")}, "turn|sentence"),
        ({"location": "body", "enum": tuple(["a very long one"] * 3)}, "KIND"),
        ({"location": "path", "format": "uuid"}, "ID"),
        ({"location": "path"}, "KIND"),
    ],
)
def test_the_usage_of_a_command_shows_what_may_be_given(rule: dict[str, Any], metavar: str) -> None:
    given = Parameter(name="kind", python="kind_", required=True, **rule)

    assert given.metavar == metavar
