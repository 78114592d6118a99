"""The lint: what no reader stumbles over, each with the line where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from elevatekit_codegen.cli import main

FINDINGS = [
    ("      parameters:\n        - {name: X-L", "      paramaters:\n        - {name: X-L",
     "Operation has no key 'paramaters'; did you mean parameters"),
    ("weight: {type: number}", "weight: {type: number, minimun: 1}", "no key 'minimun'"),
    ("weight: {type: number}", "weight: {type: number, not: {const: 1}}", "not cannot be"),
    ("weight: {type: number}", "weight: {type: string, contentEncoding: base64}", "cannot be"),
    ("weight: {type: number}", "weight: {type: number, x-roll: key}", "x-roll means nothing"),
    ("weight: {type: number}", "weight: {type: number, x-evidence: sure}", "'sure' is none of"),
    ("  /books:\n", "  /shelves: {$ref: '#/components/pathItems/Shelves'}\n  /books:\n",
     "$ref cannot be expressed"),
    ("schema: {type: integer}}", "content: {text/plain: {schema: {type: integer}}}}",
     "content cannot be expressed"),
    ("operationId: books.scan", "operationId: books.read", "is here twice"),
    ("operationId: books.add", "operationId: export.add", "the command line has a command"),
    ("x-evidence: source\n      x-retry", "x-retry", "x-evidence of this operation is missing"),
    ("deadline: 30, safe: true", "deadline: soon, safe: true", "Expected `float`"),
    ("deadline: 30, safe: true", "deadline: 30, save: true", "unknown field `save`"),
    ('"503": likely}', '"503": perhaps}', "Invalid enum value 'perhaps'"),
    ("limit: 3, scope: account", "limit: 3, scope: office", "Invalid enum value 'office'"),
    ("per: bookId", "per: noteId", "has no parameter 'noteId'"),
    ("history: books.notes.all_notes", "history: books.notes.all",
     "there is no operation 'books.notes.all'; did you mean books.notes.all_notes"),
    ("declare: books.add", "declare: books.ad", "there is no operation 'books.ad'"),
    ("operation: books.scan", "operation: books.scam", "there is no operation 'books.scam'"),
    ("operation: books.progress", "operation: books.read", "has no x-waiter"),
    ("property: state", "property: status", "has no property 'status'"),
    ("done: [scanned]", "done: [scaned]", "'scaned' is no state of books.progress"),
    ("failed: [torn]", "failed: [torn]\n        waiting: [lent]",
     "'lent' is no state of books.progress"),
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
    assert any(line - 6 <= at <= line + height for at in lines), (line, result.stdout)


def test_a_spec_without_mistakes_is_passed_in_silence(workshop: Any) -> None:
    result = CliRunner().invoke(main, ["lint", "--spec", str(workshop.spec)])
    assert (result.exit_code, result.output) == (0, "")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_document(workshop: Any) -> None:
    workshop.edit("weight: {type: number}", "weight: {type: number, minimun: 1}")
    workshop.edit("limit: 3, scope: account", "limit: three, scope: account")
    result = CliRunner().invoke(main, ["lint", "--spec", str(workshop.spec)])
    assert [("minimun" in f, "`int`" in f) for f in result.stdout.splitlines()] == [
        (False, True),
        (True, False),
    ]


def test_the_spec_of_this_project_has_no_mistakes() -> None:
    spec = Path(__file__).parents[2] / "spec" / "openapi.yaml"
    result = CliRunner().invoke(main, ["lint", "--spec", str(spec)])
    assert (result.exit_code, result.output) == (0, "")
