"""A spec that cannot be read or expressed: a message with file and line, and nothing written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from elevatekit_codegen import loading
from elevatekit_codegen.cli import main
from elevatekit_codegen.loading import load

UNREADABLE = [
    ("", 1, "not a mapping"),
    ("just a text", 1, "not a mapping"),
    ("- a\n- b\n", 1, "not a mapping"),
    ("openapi: 3.1.0\ninfo: [a\nb: c\n", 3, "invalid YAML"),
    ("openapi: 3.1.0\ninfo:\n\ttitle: x\n", 3, "invalid YAML"),
    ("openapi: 3.1.0\ninfo: {}\ninfo: {}\n", 3, "duplicate key 'info'"),
    ("openapi: 3.1.0\ninfo: &a\n  b: *a\n", 3, "alias refers to a value that contains it"),
    ("a: &a {x: 1}\nb:\n  <<: *a\n", 3, "a key must be a string"),
    ("openapi: 3.1.0\nx: !!python/name:os.system\n", 2, "is not supported"),
    ("openapi: 3.1.0\nx: .inf\n", 2, "is not a JSON number"),
    ("openapi: 3.1.0\nx: *nowhere\n", 2, "invalid YAML"),
    ('{"openapi": "3.1.0",\n\t"info": {,}\n}', 2, "invalid YAML"),
    ("[" * 2000, 1, "the document is nested too deeply"),
    ("a: " + "[" * 900 + "]" * 900, 1, "the document is nested too deeply"),
    ("openapi: 3.1.0\nx: !!int many\n", 2, "many is not a JSON number"),
    ("openapi: 3.1.0\nx: " + "9" * 5000, 2, "is not a JSON number"),
    ("openapi: 3.1.0\nx: \x07\n", 2, "control characters are not allowed: U+0007"),
    ("openapi: 3.1.0\n# a\u2028x: b\n", 2, "U+2028 is a line break for some YAML parsers"),
    ('{"openapi": "3.1.0",\n "x": "\\ud8"}', 2, "invalid YAML"),
]


@pytest.mark.parametrize(("text", "line", "message"), UNREADABLE)
def test_a_file_that_is_no_document_is_named_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_text(text, "utf-8")
    result = CliRunner().invoke(main, ["lint", "--spec", str(spec)])
    assert result.exit_code == 2
    assert re.match(rf"{spec}:{line}:\d+: ", result.stdout)
    assert message in result.stdout
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    spec = tmp_path / "missing.yaml"
    result = CliRunner().invoke(main, ["generate", "--spec", str(spec)])
    assert (result.exit_code, result.stderr) == (
        2,
        f"{spec}:1:1: cannot be read: No such file or directory\n",
    )


def test_bytes_that_are_not_utf8_are_named_with_their_line(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_bytes(b"openapi: 3.1.0\ninfo: \xff\n")
    result = CliRunner().invoke(main, ["lint", "--spec", str(spec)])
    assert (result.exit_code, result.stdout) == (
        2,
        f"{spec}:2:7: byte 21 is not UTF-8; save the file as UTF-8\n",
    )


def test_aliases_of_aliases_are_refused_before_they_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MAX_VALUES", 10_000)
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    spec = tmp_path / "openapi.yaml"
    spec.write_text("\n".join(rows), "utf-8")
    result = CliRunner().invoke(main, ["lint", "--spec", str(spec)])
    assert result.exit_code == 2
    assert "check for nested aliases" in result.stdout


NOTE = '{$ref: "#/components/schemas/Note"}'
AUTHOR = '{$ref: "#/components/schemas/Author"}'
OBJECT = "{type: object, properties: {a: {type: string}}}"
INEXPRESSIBLE = [
    ("openapi: 3.1.0", "openapi: 3.2.0", "openapi is '3.2.0'"),
    ("openapi: 3.1.0", "openapi: 3.1", "it must be a string"),
    ("openapi: 3.1.0", 'swagger: "2.0"', "this is Swagger 2.0"),
    ("operationId: books.read", "operationId: add", "duplicate operationId 'books.add'"),
    ("operationId: books.read", "operationId: books.class", "must be a group and a method"),
    (
        "operationId: books.read",
        "operationId: raw.add",
        "'raw' is already used by the client itself",
    ),
    ("operationId: books.read", "operationId: books.scan.all", "'books.scan' is already used by"),
    ("operationId: books.read", "operationId: books.notes_write", "already has the constant"),
    ("operationId: books.read", "operationId: books.wait", "'books.wait' is already used by"),
    (
        "schema: {type: integer}}",
        "schema: {type: array, items: {}}}",
        "must be a scalar or a list of scalars",
    ),
    ("name: max-pages, in: query", "name: max-pages, in: cookie", "is not supported"),
    ("name: max-pages, in: query", "name: x_language, in: query", "same Python name 'x_language'"),
    ('"201":', '"2XX":', "is not supported; use 200"),
    ('"201":', "default:", "an operation needs a 2xx response"),
    ("x-error: NoSuchBookError", "x-error: no such book", "must be a class name"),
    ("x-error: NoSuchBookError", "x-error: Novel", "'Novel' is already used"),
    ("pages: {type: integer,", "isLent: {type: integer,", "duplicate key"),
    ("weight: {type: number}", "is_lent: {type: number}", "same Python name 'is_lent'"),
    ("weight: {type: number}", 'weight: {$ref: "#/components/schemas/Wight"}', "has no target"),
    ("weight: {type: number}", 'weight: {$ref: "other.yaml#/Wight"}', "is external"),
    ("weight: {type: number}", "weight: {type: array}", "an array without items"),
    ("weight: {type: number}", "weight: {type: [array, string]}", "is not supported"),
    ("weight: {type: number}", "weight: {enum: [1, 2]}", "only enums of strings"),
    (
        "weight: {type: number}",
        "weight: {type: number, default: much}",
        "does not allow the default",
    ),
    (
        "weight: {type: number}",
        "weight: {type: string, pattern: '['}",
        "not a valid Python pattern",
    ),
    ("weight: {type: number}", f"weight: {{oneOf: [{NOTE}, {AUTHOR}]}}", "needs a discriminator"),
    ("kind: {type: string, const: atlas}", "kind: {type: string}", "needs the property 'kind'"),
    ("type: apiKey, in: header", "type: http, scheme: digest", "type 'http digest' is not"),
    ("https://library.example/api", "/api", "must have an absolute URL"),
    ("multipart/form-data", "audio/wav", "must be {type: string, format: binary}"),
    ("\n    Problem:", f"\n    novel: {OBJECT}\n    Problem:", "is already the class Novel"),
]


@pytest.mark.parametrize(("old", "new", "message"), INEXPRESSIBLE)
def test_what_cannot_be_expressed_is_named_with_its_line_and_nothing_is_written(
    workshop: Any, old: str, new: str, message: str
) -> None:
    workshop.edit(old, new)
    arguments = ["--spec", str(workshop.spec)]
    result = CliRunner().invoke(main, ["generate", *arguments, "--out", str(workshop.out)])
    assert message in result.stderr
    assert result.stderr.startswith(f"{workshop.spec}:")
    assert not workshop.out.exists()


def test_a_package_name_that_python_does_not_take_is_a_usage_error(workshop: Any) -> None:
    ran = workshop.run("generate", "--package", "../evil")
    assert ran.code == 2
    assert "'../evil' is not a valid package name" in ran.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("class", "'class' is not a valid package name"),
        ("os", "'os' would hide a module of Python"),
        ("elevatekit_plugins", "would hide a module of Python or of the SDK"),
        ("msgspec", "would hide a module of Python or of the SDK"),
    ],
)
def test_a_package_name_that_is_taken_is_a_usage_error(workshop: Any, name: str, said: str) -> None:
    ran = workshop.run("generate", "--package", name)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())
    assert not workshop.out.exists()


def test_a_json_document_is_read_as_well_as_a_yaml_one(workshop: Any, tmp_path: Path) -> None:
    document = load(workshop.spec)
    spec = tmp_path / "openapi.json"
    spec.write_text(json.dumps(document.value, indent="\t"), "utf-8")
    again = load(spec)
    assert again.value == document.value
    place = "/paths/~1books/post/operationId"
    before, _, _ = spec.read_text("utf-8").partition('"operationId": "books.add"')
    line = before.count("\n") + 1
    assert again.marks[place].line == line


def test_texts_of_json_are_read_whatever_escapes_and_breaks_they_hold(tmp_path: Path) -> None:
    texts = ["\U0001f600", "\\ud83d", "\u2028 \x85", "\ud83d", "a\\/\n\t"]
    spec = tmp_path / "openapi.json"
    for ascii_only in (True, False):
        data = json.dumps({"x": texts}, ensure_ascii=ascii_only)
        spec.write_text(data, "utf-8", "replace")
        lone = "\ufffd" if ascii_only else "?"
        assert load(spec).value == {"x": [text.replace("\ud83d", lone) for text in texts]}


def test_plain_texts_are_what_yaml_1_2_says(tmp_path: Path) -> None:
    spec = tmp_path / "openapi.yaml"
    spec.write_text("[yes, off, 2020-01-01, 012, 0o17, 0x1F, 1_0, 1e3, .5, ~, TRUE, 1:30, '1']")
    spec.write_text(f"x: {spec.read_text()}\n200:\n")
    read = ["yes", "off", "2020-01-01", 12, 15, 31, "1_0", 1000.0, 0.5, None, True, "1:30", "1"]
    assert load(spec).value == {"x": read, "200": None}


def test_a_chain_of_schemas_that_is_too_long_is_named(workshop: Any) -> None:
    chain = "".join(
        f"    Link{n}: {{type: object, properties: {{next: {{$ref:"
        f' "#/components/schemas/Link{n + 1}"}}}}}}\n'
        for n in reversed(range(600))
    )
    last = "    Link600: {type: object, properties: {end: {type: string}}}\n"
    workshop.edit("    Problem:", f"{last}{chain}    Problem:")
    workshop.edit("weight: {type: number}", 'weight: {$ref: "#/components/schemas/Link0"}')
    ran = workshop.run("lint")
    assert ran.code == 1
    assert "the chain of schema references is too long" in ran.out
    assert "Traceback" not in ran.err


def test_without_its_extra_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['ruamel.yaml'] = None\n"
        "from elevatekit_codegen.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 1
    assert b'pip install "elevatekit[codegen]"' in done.stderr
    assert b"Traceback" not in done.stderr
