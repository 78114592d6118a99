"""Two readers see the document; where they differ, nothing is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from elevatekit_codegen import parser, signatures
from elevatekit_codegen.agree import disagreements, own_reading
from elevatekit_codegen.loading import load
from elevatekit_codegen.operations import operations
from elevatekit_codegen.reading import read_spec
from elevatekit_codegen.schemas import Schemas
from elevatekit_codegen.source import SpecError

PLANTED = [
    # The parser takes the one $ref and drops the properties beside it.
    (
        'weight: {allOf: [{$ref: "#/components/schemas/Author"}], properties: {z: {type: string}}}',
        "elevatekit reads `object /components/schemas/BookDetails/properties/weight, optional`",
        "openapi-python-client `object /components/schemas/Author, optional`",
    ),
    # It takes an object that is closed and empty at its word; we read a map.
    (
        "weight: {type: object, additionalProperties: false}",
        "elevatekit reads `map[anything], optional`",
        "openapi-python-client `map[nothing], optional`",
    ),
]


@pytest.mark.parametrize(("construct", "ours", "theirs"), PLANTED)
def test_a_construct_that_the_readers_see_differently_stops_generate(
    workshop: Any, construct: str, ours: str, theirs: str
) -> None:
    line = workshop.edit("weight: {type: number}", construct)
    ran = workshop.run("generate", "--package", "library")
    first = ran.err.splitlines()[0]
    assert ran.code == 1
    assert first.startswith(
        f"spec/openapi.yaml:{line}:9: two parsers disagree on property 'weight'"
    )
    assert ours in first
    assert theirs in first
    assert not workshop.out.exists()


@pytest.mark.parametrize(
    ("what", "doctored"),
    [
        ("property 'title'", "integer, required"),
        ("property 'pages'", "integer, required"),
        ("property 'finished'", "string(date-time), optional"),
        ("path parameter 'bookId'", "string, required"),
        ("body multipart/form-data", "nothing"),
        ("response 204", "anything"),
    ],
)
def test_an_answer_of_the_parser_that_was_doctored_stops_generate(
    workshop: Any, monkeypatch: pytest.MonkeyPatch, what: str, doctored: str
) -> None:
    true = parser.reading(load(workshop.spec))
    place = next(place for place in true if place[1] == what)
    monkeypatch.setattr(parser, "reading", lambda _: {**true, place: doctored})
    with pytest.raises(SpecError) as caught:
        read_spec(load(workshop.spec))
    (finding,) = caught.value.findings
    assert f"disagree on {what}: elevatekit reads `{true[place]}`" in str(finding)
    assert f"openapi-python-client `{doctored}`" in str(finding)
    assert finding.mark.line > 1


def test_something_that_only_one_reader_sees_stops_generate(workshop: Any) -> None:
    document = load(workshop.spec)
    schemas = Schemas(document)
    ours = dict(own_reading(operations(document, schemas), schemas.definitions))
    theirs = dict(parser.reading(document))
    assert disagreements(document, ours, theirs) == []
    lost = signatures.property_place("/components/schemas/Author", "name")
    del theirs[lost]
    (finding,) = disagreements(document, ours, theirs)
    assert "elevatekit reads `string, required`, openapi-python-client `nothing`" in str(finding)


def test_what_the_parser_would_lose_with_a_warning_stops_generate(workshop: Any) -> None:
    """It leaves out an operation that has a date in a header, and goes on."""
    workshop.edit("{type: string, maxLength: 5}", "{type: string, format: date-time}")
    ran = workshop.run("generate", "--package", "library")
    assert ran.code == 1
    assert "openapi-python-client would drop this: WARNING parsing GET /books/{bookId}" in ran.err
    assert "object at 0x" not in ran.err


def test_both_readings_of_our_spec_are_whole_and_the_same() -> None:
    document = load(Path(__file__).parents[2] / "spec" / "openapi.yaml")
    schemas = Schemas(document)
    ours = own_reading(operations(document, schemas), schemas.definitions)
    theirs = parser.reading(document)
    assert ours == theirs
    # Every operation, and of each at least an answer: an empty agreement would prove nothing.
    assert sum(what == "method" for _, what in theirs) == 22
    assert sum(what.startswith("response 2") for _, what in theirs) >= 22
    assert sum(what.startswith("property") for _, what in theirs) > 100
