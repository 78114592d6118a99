"""The three forms of what lint finds: for people, for programs, and for GitHub."""

from __future__ import annotations

import json
from typing import Any

BROKEN = "weight: {type: number, minimun: 1, x-go-name: 'a%b'}"


def test_text_is_a_line_for_each_with_file_line_and_column(workshop: Any) -> None:
    line = workshop.edit("weight: {type: number}", BROKEN)
    ran = workshop.run("lint")
    assert ran.code == 1
    error, warning = ran.out.splitlines()
    assert error.startswith(f"spec/openapi.yaml:{line}:32: Schema has no key 'minimun'")
    assert warning.startswith(f"spec/openapi.yaml:{line}:44: warning: x-go-name has no effect")


def test_json_is_a_list_of_objects_and_an_empty_one_where_nothing_is_wrong(workshop: Any) -> None:
    ran = workshop.run("lint", "--format", "json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    line = workshop.edit("weight: {type: number}", BROKEN)
    ran = workshop.run("lint", "--format", "json")
    assert ran.code == 1
    error, warning = json.loads(ran.out)
    assert error.pop("message").startswith("Schema has no key 'minimun'")
    assert error == {"level": "error", "file": "spec/openapi.yaml", "line": line, "column": 32}
    assert (warning["level"], warning["column"]) == ("warning", 44)


def test_github_shows_each_beside_its_line(workshop: Any) -> None:
    line = workshop.edit("weight: {type: number}", "weight: {type: number, a%b: 1, x-go: 1}")
    ran = workshop.run("lint", "--format", "github")
    assert ran.code == 1
    error, warning = ran.out.splitlines()
    place = f"file=spec/openapi.yaml,line={line}"
    assert error.startswith(f"::error {place},col=32::Schema has no key 'a%25b'")
    assert warning.startswith(f"::warning {place},col=40::x-go has no effect on Schema")


def test_a_document_that_cannot_be_read_is_told_in_the_same_forms(workshop: Any) -> None:
    workshop.spec.write_text("openapi: 3.1.0\ninfo: [a\nb: c\n", "utf-8")
    ran = workshop.run("lint", "--format", "github")
    assert ran.code == 2
    assert ran.out.startswith("::error file=spec/openapi.yaml,line=3,col=")
    ran = workshop.run("lint", "--format", "json")
    assert (ran.code, json.loads(ran.out)[0]["line"]) == (2, 3)


def test_warnings_stop_lint_and_not_generate(workshop: Any) -> None:
    workshop.edit("weight: {type: number}", "weight: {type: number, example: heavy}")
    assert workshop.run("lint").code == 1
    assert workshop.run("generate", "--package", "library").code == 0
