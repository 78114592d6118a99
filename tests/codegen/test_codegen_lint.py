"""The lint: what no reader stumbles over, each with the line where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from elevatekit_codegen import parser
from elevatekit_codegen.cli import main
from elevatekit_codegen.signatures import Reading
from elevatekit_codegen.source import Document

FINDINGS = [
    ("      parameters:\n        - {name: X-L", "      paramaters:\n        - {name: X-L",
     "Operation has no key 'paramaters'; did you mean parameters"),
    ("weight: {type: number}", "weight: {type: number, minimun: 1}", "no key 'minimun'"),
    ("weight: {type: number}", "weight: {type: number, not: {const: 1}}", "not is not supported"),
    ("weight: {type: number}", "weight: {type: string, contentEncoding: base64}", "is not"),
    ("weight: {type: number}", "weight: {type: number, x-roll: key}", "x-roll has no effect"),
    ("weight: {type: number}", "weight: {type: number, x-role: scor}",
     "unknown x-role 'scor'; did you mean score?"),
    ("weight: {type: number}", "weight: {type: number, x-role: 5}", "x-role 5 is not a string"),
    ("weight: {type: number}", "weight: {type: number, x-role: mood}",
     "warning: unknown x-role 'mood'; remove it"),
    ("weight: {type: number}", "weight: {type: number, x-evidence: sure}",
     "unknown x-evidence 'sure'; use one of source,"),
    ("  /books:\n", "  /shelves: {$ref: '#/components/pathItems/Shelves'}\n  /books:\n",
     "$ref is not supported"),
    ("schema: {type: integer}}", "content: {text/plain: {schema: {type: integer}}}}",
     "content is not supported"),
    ("operationId: books.scan", "operationId: books.read", "duplicate operationId"),
    ("operationId: books.add", "operationId: export.add", "is a built-in command"),
    ("x-evidence: source\n      x-retry", "x-retry", "this operation has no x-evidence"),
    ("deadline: 30, safe: true", "deadline: soon, safe: true", "Expected `float`"),
    ("deadline: 30, safe: true", "deadline: 30, save: true", "unknown field `save`"),
    ('"503": likely}', '"503": perhaps}', "Invalid enum value 'perhaps'"),
    ("limit: 3, scope: account", "limit: 3, scope: office", "Invalid enum value 'office'"),
    ("per: bookId", "per: noteId", "has no parameter 'noteId'"),
    ("history: books.notes.all_notes", "history: books.notes.all",
     "unknown operation 'books.notes.all'; did you mean books.notes.all_notes"),
    ("maxLength: 80, pattern: '\\S', x-role: question}", "maxLength: 80, pattern: '\\S'}",
     "one of them a string with x-role: question"),
    ("required: [text]\n              properties",
     "required: [text, page]\n              properties",
     "its body must not require 'page'"),
    ("declare: books.add", "declare: books.ad", "unknown operation 'books.ad'"),
    ("operation: books.scan", "operation: books.scam", "unknown operation 'books.scam'"),
    ("operation: books.progress", "operation: books.read", "has no x-waiter"),
    ("property: state", "property: status", "has no property 'status'"),
    ("done: [scanned]", "done: [scaned]", "'scaned' is not a state of books.progress"),
    ("failed: [torn]", "failed: [torn]\n        waiting: [lent]",
     "'lent' is not a state of books.progress"),
    ("  key: shelfmark", "  clef: shelfmark", "unknown field `clef`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), FINDINGS)
def test_each_mistake_is_found_where_it_stands(
    workshop: Any, old: str, new: str, message: str
) -> None:
    line = workshop.edit(old, new)
    height = new.count("\n")
    result = CliRunner().invoke(main, ["lint", "--spec", str(workshop.spec)])
    assert result.exit_code == 1
    assert message in result.stdout
    found = [f for f in result.stdout.splitlines() if message in f]
    # At the edit, or at the operation that it belongs to.
    lines = [int(f.removeprefix(f"{workshop.spec}:").partition(":")[0]) for f in found]
    assert any(line - 8 <= at <= line + height for at in lines), (line, result.stdout)


def test_a_spec_without_mistakes_is_passed_in_silence(workshop: Any) -> None:
    result = CliRunner().invoke(main, ["lint", "--spec", str(workshop.spec)])
    assert (result.exit_code, result.output) == (0, "")


def test_generate_prints_warnings_and_is_stopped_by_none(workshop: Any) -> None:
    workshop.edit("weight: {type: number}", "weight: {type: number, x-role: mood}")
    ran = workshop.run("generate", "--package", "library")
    assert ran.code == 0
    assert "warning: unknown x-role 'mood'; remove it" in ran.err


def test_all_mistakes_are_told_at_once_in_the_order_of_the_document(workshop: Any) -> None:
    workshop.edit("weight: {type: number}", "weight: {type: number, minimun: 1}")
    workshop.edit("limit: 3, scope: account", "limit: three, scope: account")
    result = CliRunner().invoke(main, ["lint", "--spec", str(workshop.spec)])
    assert [("minimun" in f, "`int`" in f) for f in result.stdout.splitlines()] == [
        (False, True),
        (True, False),
    ]


def test_generate_tells_its_warnings_from_the_one_reading_that_it_makes(
    workshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, made = list[Document](), parser.reading

    def counted(document: Document) -> Reading:
        read.append(document)
        return made(document)

    monkeypatch.setattr(parser, "reading", counted)
    workshop.edit("weight: {type: number}", "weight: {type: number, x-role: mood}")
    assert "warning: unknown x-role 'mood'" in workshop.run("generate", "--package", "library").err
    assert len(read) == 1


TOGETHER = {
    "ids that name no method": (
        ("operationId: books.add", "operationId: books.Add", "'books.Add' must be a group and"),
        ("operationId: books.scan", "operationId: books.", "'books.' must be a group and a method"),
        ("      operationId: books.notes.write\n", "", "the operation needs an operationId"),
        ("operationId: books.read", "operationId: pull.read", "is a built-in command"),
    ),
    "names that are taken": (
        ("operationId: books.read", "operationId: raw.read", "'raw' is already used by the client"),
        ("operationId: books.notes.write", "operationId: send.write", "'send' is already used by"),
    ),
    "names of classes": (
        ("  schemas:\n", "  schemas:\n    Client: {properties: {a: {type: string}}}\n",
         "'Client' is already used"),
        ("  schemas:\n", "  schemas:\n    Waited: {properties: {a: {type: string}}}\n",
         "'Waited' is already used"),
    ),
    "operations": (
        ("x-error: NoSuchBookError", "x-error: lost", "'lost' must be a class name"),
        ("method: wait", "method: wait-for", "'wait-for' is not a valid method name"),
        ('"204": {description: Taken.}', '"302": {description: Taken.}', "status '302' is not"),
    ),
    "schemas": (
        ("weight: {type: number}", "weight: {enum: [1, 2]}", "only enums of strings"),
        ("state: {", "\u4f60: {type: string}\n        state: {", "has no valid Python name"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOGETHER)
def test_what_the_readers_refuse_in_several_places_is_told_at_once(
    workshop: Any, case: str
) -> None:
    for old, new, _ in TOGETHER[case]:
        text = workshop.spec.read_text("utf-8")
        workshop.spec.write_text(text.replace(old, new, 1), "utf-8")
    for command in ("lint", "generate"):
        ran = workshop.run(command)
        assert ran.code == 1
        for *_, message in TOGETHER[case]:
            (told,) = (line for line in (ran.out + ran.err).splitlines() if message in line)
            line, column = map(int, told.split(":")[1:3])
            assert line > 1, told
            assert column > 1, told


def test_the_spec_of_this_project_has_no_mistakes() -> None:
    spec = Path(__file__).parents[2] / "spec" / "openapi.yaml"
    result = CliRunner().invoke(main, ["lint", "--spec", str(spec)])
    assert (result.exit_code, result.output) == (0, "")


def nested(value: str) -> str:
    return f"example: {{title: t, author: {{name: n}}, {value}}}"


MISFITS = [
    (nested("pages: many"), "'many' is not of type integer"),
    (nested("genre: epic"), "'epic' is not in the enum"),
    (nested("topics: [a, 2]"), "2 is not of type string"),
    (nested("notes: [{text: t, place: {page: x}}]"), "'x' is not of type integer"),
    ("example: {title: t}", "property 'author' is missing"),
    ("example: t", "'t' is not of type object"),
    ("example: {title: t, author: {name: n, bornAt: soon}}", "'soon' is not a valid date-time"),
]


@pytest.mark.parametrize(("example", "why"), MISFITS)
def test_an_example_that_does_not_fit_is_told_at_what_does_not(
    workshop: Any, example: str, why: str
) -> None:
    line = workshop.edit(
        "description: What is known of a book.", f"description: Known.\n      {example}"
    )
    result = CliRunner().invoke(main, ["lint", "--spec", str(workshop.spec)])
    (found,) = result.stdout.splitlines()
    assert found.startswith(f"{workshop.spec}:{line + 1}:")
    assert found.endswith(f"warning: the example does not match its schema: {why}")


LIMITS = [
    ("string, minLength: 2", "a", "b b"),
    ("string, pattern: '^x'", "ax", "xa"),
    ("string, format: uuid", "1", "7f0d6b1e-2c55-4e5c-9a5e-0d7b1c0f9e42"),
    ("string, format: date", "2026-13-01", "2026-12-01"),
    ("string, const: a", "b", "a"),
    ("integer, minimum: 2", "1", "2"),
    ("integer, exclusiveMaximum: 2", "2", "1"),
    ("integer", "1.5", "1.0"),
    ("number, maximum: 2", "2.5", "2"),
    ("boolean", "1", "true"),
    ("[string, 'null']", "1", "null"),
    ("array, items: {type: string}, minItems: 2", "[a]", "[a, b]"),
    ("array, items: {type: string}, uniqueItems: true", "[a, a]", "[a, b]"),
    ("object, additionalProperties: {type: integer}", "{a: b}", "{a: 1}"),
]


@pytest.mark.parametrize(("schema", "wrong", "right"), LIMITS)
def test_each_keyword_of_a_schema_is_held_against_its_example(
    workshop: Any, schema: str, wrong: str, right: str
) -> None:
    def said(example: str) -> str:
        return f"weight: {{type: {schema}, example: {example}}}"

    workshop.edit("weight: {type: number}", said(wrong))
    assert "the example does not match its schema" in workshop.run("lint").out
    workshop.edit(said(wrong), said(right))
    assert workshop.run("lint").out == ""
