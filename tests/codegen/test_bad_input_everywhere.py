"""What cannot be used is named, with line and remedy, by every verb; nothing is half-written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from elevatekit_codegen.tree import leftovers

Snapshot = Callable[[Path], dict[str, bytes]]


def write(text: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


def nothing(path: Path) -> None:
    path.unlink()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
)
UNREADABLE = {
    "no file": (nothing, 1, "cannot be read: No such file or directory"),
    "a folder": (folder, 1, "not a file"),
    "a pipe that nobody writes to": (pipe, 1, "not a file"),
    "an empty file": (write(""), 1, "not a mapping"),
    "not YAML": (write("openapi: 3.1.0\ninfo: [a\nb: c\n"), 3, "invalid YAML"),
    "a text": (write("just a text"), 1, "not a mapping"),
    "latin-1": (
        write("openapi: 3.1.0\ninfo: {title: Bücher}\n", "latin-1"),
        2,
        "save the file as UTF-8",
    ),
    "UTF-16": (write("openapi: 3.1.0\n", "utf-16"), 1, "save the file as UTF-8"),
    "a key that is here twice": (write("openapi: 3.1.0\ninfo: {}\ninfo: {}\n"), 3, "duplicate key"),
    "aliases of aliases": (write(BOMB), 1, "check for nested aliases"),
}
UNUSABLE = {
    "YAML that is no spec": (write("kind: Deployment\nmetadata: {}\n"), 1, "openapi is None"),
    "a list of pets": (write("openapi: 3.1.0\npaths: [a, b]\n"), 2, "it must be a map"),
    "Swagger 2.0": (write('swagger: "2.0"\ninfo: {}\n'), 1, "convert it to OpenAPI 3.1"),
    "OpenAPI 2.0": (write('info: {}\nopenapi: "2.0"\n'), 2, "convert it to OpenAPI 3.1"),
    "OpenAPI 3.2": (write("info: {}\nopenapi: 3.2.0\n"), 2, "such as 3.0.3 or 3.1.0"),
    "no paths": (write("openapi: 3.1.0\npaths: {}\n"), 2, "the document has no paths"),
}
VERBS = ["lint", "generate", "check", "diff"]


def ask(workshop: Any, verb: str) -> Any:
    """Run a verb on the spec of a workshop."""
    arguments = {
        "generate": ["--package", "library"],
        "check": ["--package", "library"],
        "diff": ["spec/openapi.yaml", "spec/openapi.yaml"],
    }
    return workshop.run(verb, *arguments.get(verb, []))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_document_is_named_by_every_verb(
    workshop: Any, name: str, verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from elevatekit_codegen import loading

    monkeypatch.setattr(loading, "MAX_VALUES", 10_000)
    spoil, line, message = UNREADABLE[name]
    spoil(workshop.spec)
    ran = ask(workshop, verb)
    assert ran.code == 2
    told = ran.out if verb == "lint" else ran.err
    if (name, verb) == ("no file", "diff"):
        # It might have been a revision of git.
        assert told.startswith("spec/openapi.yaml is not a file, and git cannot read")
        return
    assert re.match(rf"spec/openapi\.yaml:{line}:\d+: ", told), told
    assert message in told
    assert sorted(os.listdir(workshop.folder)) == ["spec"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", UNUSABLE)
def test_a_document_that_is_no_spec_of_ours_is_named_by_every_verb(
    workshop: Any, name: str, verb: str
) -> None:
    spoil, line, message = UNUSABLE[name]
    spoil(workshop.spec)
    ran = ask(workshop, verb)
    assert ran.code == (2 if verb == "diff" else 1)
    told = ran.out if verb == "lint" else ran.err
    assert re.match(rf"spec/openapi\.yaml:{line}:\d+: ", told), told
    assert message in told
    assert sorted(os.listdir(workshop.folder)) == ["spec"]


def test_a_byte_order_mark_is_no_part_of_the_spec(workshop: Any) -> None:
    workshop.spec.write_bytes(b"\xef\xbb\xbf" + workshop.spec.read_bytes())
    assert workshop.run("lint").out == ""
    assert workshop.run("generate", "--package", "library").code == 0


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_a_report_that_is_no_file_is_named(workshop: Any, make: Callable[[Path], None]) -> None:
    make(workshop.folder / "report")
    ran = workshop.run("patch", "report")
    assert (ran.code, ran.err) == (2, "report is not a file; specify a probe report\n")


AUTHOR = "\n    Author:\n"
LOOP = '{$ref: "#/components/schemas/Loop"}'
READ = "operationId: books.read"
BROKEN = {
    "a $ref in a circle": (AUTHOR, f"\n    Loop: {LOOP}{AUTHOR}", 1, "$ref '#/components/sch"),
    "a class of itself": (
        AUTHOR,
        f"\n    Loop: {{allOf: [{LOOP}]}}{AUTHOR}",
        1,
        "allOf is circular",
    ),
    "a list of itself": (
        AUTHOR,
        f"\n    Loop: {{type: array, items: {LOOP}}}{AUTHOR}",
        1,
        "items is circular",
    ),
    "a map of itself": (
        AUTHOR,
        f"\n    Loop: {{type: object, additionalProperties: {LOOP}}}{AUTHOR}",
        1,
        "additionalProperties is circular",
    ),
    "a $ref to nothing": ("weight: {type: number}", f"weight: {LOOP}", 0, "has no target; correct"),
    "an operationId that is here twice": (
        READ,
        "operationId: books.add",
        0,
        "duplicate operationId",
    ),
    "an operationId that gives the name of another": (
        READ,
        "operationId: Add",
        0,
        "duplicate operationId 'books.add'",
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_hold_together_is_named_with_its_line_by_every_verb(
    workshop: Any, name: str, verb: str
) -> None:
    old, new, below, message = BROKEN[name]
    line = workshop.edit(old, new) + below
    ran = ask(workshop, verb)
    assert ran.code == (2 if verb == "diff" else 1)
    (told,) = (ran.out if verb == "lint" else ran.err).splitlines()
    assert re.match(rf"spec/openapi\.yaml:{line}:\d+: ", told), told
    assert message in told
    assert sorted(os.listdir(workshop.folder)) == ["spec"]


def test_a_class_may_hold_others_of_itself(workshop: Any) -> None:
    inner = (
        f"all: {{type: array, items: {LOOP}}}, by: {{type: object, additionalProperties: {LOOP}}}"
    )
    workshop.edit(AUTHOR, f"\n    Loop: {{type: object, properties: {{{inner}}}}}{AUTHOR}")
    workshop.edit("weight: {type: number}", f"weight: {LOOP}")
    assert workshop.run("lint").out == ""


def test_a_pipe_in_the_output_folder_is_named_and_not_waited_for(workshop: Any) -> None:
    os.mkfifo(workshop.generate() / "pipe")
    workshop.edit("title: Library", "title: Books")
    ran = workshop.run("generate", "--package", "library")
    assert ran.code == 1
    assert "generated/pipe" in ran.err


def test_what_a_killed_run_has_left_is_named(workshop: Any) -> None:
    left = workshop.folder / ".generated-abc"
    left.mkdir()
    ran = workshop.run("generate", "--package", "library")
    assert ran.code == 0
    assert f"{left}: left by an interrupted run; delete it" in ran.err
    assert leftovers(workshop.out) == [left]


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from elevatekit_codegen.cli import main
main()
"""


def test_a_disk_that_takes_no_more_leaves_everything_as_it_was(
    workshop: Any, snapshot: Snapshot
) -> None:
    workshop.generate()
    workshop.edit("title: Library", "title: Books")
    before = snapshot(workshop.folder)
    done = subprocess.run(
        [sys.executable, "-B", "-c", LIMITED, "4096", "generate", "--package", "library"],
        cwd=workshop.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "cannot be written: File too large; nothing changed" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(workshop.folder) == before
