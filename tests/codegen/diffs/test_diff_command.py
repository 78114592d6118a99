"""`elevatekit-codegen diff`: what it reads, what it prints, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LIMIT = ("maxLength: 80", "maxLength: 20")
PROPERTY = ("pages: {type: integer,", "shelf: {type: string}\n        pages: {type: integer,")
WORDS = ("description: As on the cover.", "description: As it is printed on the cover.")


def git(workshop: Any, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    command = ["git", *who, "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, cwd=workshop.folder, check=True, capture_output=True)


@pytest.fixture
def repository(workshop: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The workshop with its spec committed."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    git(workshop, "init", "-q")
    git(workshop, "add", ".")
    git(workshop, "commit", "-q", "-m", "Begin")
    return workshop


def changed(workshop: Any, *edits: tuple[str, str]) -> list[str]:
    """The old spec beside the new one, as arguments."""
    old = workshop.folder / "old.yaml"
    old.write_bytes(workshop.spec.read_bytes())
    for edit in edits:
        workshop.edit(*edit)
    return ["diff", str(old), "spec/openapi.yaml", "--package", "library"]


def test_nothing_changed_is_exit_code_0_and_one_line(workshop: Any) -> None:
    ran = workshop.run(*changed(workshop))
    assert (ran.code, ran.out, ran.err) == (0, "nothing changed\n", "")


def test_the_text_tells_each_change_where_it_is_met(workshop: Any) -> None:
    ran = workshop.run(*changed(workshop, LIMIT, PROPERTY, WORDS))
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "4 changes: 1 breaking, 2 additive, 1 without effect",
        "version: 3.0.0 or later, from 2.0 (major): a break raises the major version;"
        " info.version still says 2.0",
        "",
        "Python",
        "  breaking  BooksNotesWriteBody.text: `maxLength` `80` became `20`"
        " (client.books.notes.write)",
        "  additive  BookDetails.shelf: is new, `str | None` (client.books.read)",
        "",
        "Export",
        "  additive  interactions.books_read_shelf: is a new column",
        "",
        "Words",
        "  none      BookDetails.title: is described in other words",
        "",
        "Stale cassettes",
        "  books.notes.write.yaml",
    ]


def test_release_notes_are_by_what_people_have_to_do(workshop: Any) -> None:
    ran = workshop.run(*changed(workshop, LIMIT, PROPERTY), "--format", "markdown")
    assert ran.out == (
        "## 3.0.0\n\n### Breaking changes\n\n"
        "- **Python** `BooksNotesWriteBody.text`: `maxLength` `80` became `20`"
        " (client.books.notes.write)\n\n"
        "### New\n\n"
        "- **Python** `BookDetails.shelf`: is new, `str | None` (client.books.read)\n"
        "- **Export** `interactions.books_read_shelf`: is a new column\n\n"
        "### Cassettes to record anew\n\n- `books.notes.write.yaml`\n"
    )


def test_the_json_has_everything_with_the_lines_of_the_new_document(workshop: Any) -> None:
    arguments = changed(workshop, PROPERTY)
    line = 1 + workshop.spec.read_text("utf-8").splitlines().index("        shelf: {type: string}")
    ran = workshop.run(*arguments, "--format", "json")
    told = json.loads(ran.out)
    assert told["impact"] == "additive"
    assert told["version"] == {
        "step": "minor",
        "old": "2.0",
        "least": "2.1.0",
        "said": "2.0",
        "enough": False,
    }
    assert told["changes"][0] == {
        "impact": "additive",
        "area": "python",
        "symbol": "BookDetails.shelf",
        "what": "is new, `str | None`",
        "operations": ["books.read"],
        "line": line,
    }
    assert told["cassettes"] == []


def test_github_shows_a_break_beside_its_line(workshop: Any) -> None:
    arguments = changed(workshop, LIMIT, WORDS)
    lines = workshop.run(*arguments, "--format", "github").out.splitlines()
    assert lines[0].startswith("::error file=spec/openapi.yaml,line=")
    assert lines[0].endswith(
        ",title=breaking%3A Python::BooksNotesWriteBody.text: `maxLength` `80` became `20`"
        " (client.books.notes.write)"
    )
    assert lines[1] == "::debug::BookDetails.title: is described in other words"
    assert lines[2].startswith("::notice::2 changes: 1 breaking, 1 without effect; ")


def test_what_a_spec_holds_cannot_forge_a_line(workshop: Any) -> None:
    evil = r'"a\n::error::forged\x1b[2J` <b> %0A"'
    arguments = changed(
        workshop, ("genre: {type: string, enum: [crime,", f"genre: {{type: string, enum: [{evil},")
    )
    for form in ("text", "markdown", "json", "github"):
        out = workshop.run(*arguments, "--format", form).out
        assert "forged" in out
        assert "\x1b" not in out
        assert not [line for line in out.splitlines() if line.startswith("::error::forged")]


@pytest.mark.parametrize(
    ("edits", "fail_on", "code"),
    [
        ([LIMIT], "breaking", 1),
        ([LIMIT], "additive", 1),
        ([LIMIT], "never", 0),
        ([PROPERTY], "breaking", 0),
        ([PROPERTY], "additive", 1),
        ([WORDS], "breaking", 0),
        ([WORDS], "additive", 0),
    ],
)
def test_the_exit_code_is_that_of_the_worst_change(
    workshop: Any, edits: list[tuple[str, str]], fail_on: str, code: int
) -> None:
    assert workshop.run(*changed(workshop, *edits), "--fail-on", fail_on).code == code


@pytest.mark.parametrize(
    "old", ["HEAD", "HEAD:spec/openapi.yaml", "main", "HEAD:./spec/openapi.yaml"]
)
def test_a_revision_of_git_is_a_document(repository: Any, old: str) -> None:
    repository.edit(*LIMIT)
    ran = repository.run("diff", old, "--package", "library")
    assert ran.code == 1
    assert "BooksNotesWriteBody.text: `maxLength` `80` became `20`" in ran.out


def test_two_revisions_are_compared_without_the_files_of_now(repository: Any) -> None:
    repository.edit(*PROPERTY)
    git(repository, "commit", "-q", "-a", "-m", "Shelf")
    repository.spec.unlink()
    ran = repository.run("diff", "HEAD~1", "HEAD", "--format", "github", "--package", "library")
    assert ran.code == 0
    assert "::notice file=spec/openapi.yaml,line=" in ran.out


def test_a_file_is_meant_before_a_revision_of_its_name(repository: Any) -> None:
    (repository.folder / "main").write_text("openapi: 3.1.0", "utf-8")
    assert "main:" in repository.run("diff", "main").err


BAD = [
    ("missing.yaml", "missing.yaml is not a file, and 'missing.yaml' is not a git revision"),
    ("nowhere:spec/openapi.yaml", "'nowhere' is not a git revision"),
    ("HEAD:missing.yaml", "HEAD has no file missing.yaml; specify another one as HEAD:PATH"),
    ("HEAD:spec", "revision HEAD has no file spec"),
    (":spec/openapi.yaml", "is neither a file nor a git revision"),
    ("", "is neither a file nor a git revision"),
    ("spec", "spec:1:1: not a file; specify the OpenAPI document"),
    ("HEAD:README", "README:1:1: not a mapping"),
    ("HEAD~99", "'HEAD~99' is not a git revision"),
]


@pytest.mark.parametrize(("old", "message"), BAD)
def test_a_document_that_is_not_there_is_named(repository: Any, old: str, message: str) -> None:
    (repository.folder / "README").write_text("just a text", "utf-8")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "Say more")
    ran = repository.run("diff", old)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize("text", ["a: 1", "openapi: 3.1.0", 'swagger: "2.0"', "[1]", "\0"])
def test_a_document_that_is_no_spec_is_named(workshop: Any, text: str) -> None:
    (workshop.folder / "old.yaml").write_text(text, "utf-8")
    ran = workshop.run("diff", "old.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("old.yaml:")


def test_without_a_repository_a_revision_is_no_document(
    workshop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(workshop.folder.parent))
    ran = workshop.run("diff", "HEAD")
    assert ran.code == 2
    assert "HEAD is not a file, and git cannot read revisions: 'fatal: not a git" in ran.err


def test_without_git_two_files_are_compared_and_a_revision_is_not(
    workshop: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arguments = changed(workshop, PROPERTY)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert workshop.run(*arguments).code == 0
    ran = workshop.run("diff", "HEAD")
    assert ran.code == 2
    assert "git cannot be run: No such file or directory; specify two files" in ran.err


def test_a_shallow_clone_is_told_to_fetch(repository: Any, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(repository, "clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone))
    ran = type(repository)(clone).run("diff", "v0.1.0")
    assert ran.code == 2
    assert "'v0.1.0' is not a git revision in this shallow clone; fetch it first" in ran.err


def test_a_full_disk_behind_the_output_is_told_and_no_traceback(workshop: Any) -> None:
    with open("/dev/full", "w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "elevatekit_codegen", *changed(workshop, LIMIT)],
            cwd=workshop.folder,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    told = "the output cannot be read or written: No space left on device\n"
    assert (ran.returncode, ran.stderr) == (1, told)


def test_the_same_of_several_things_is_told_once_with_a_line_for_each(workshop: Any) -> None:
    arguments = changed(workshop, ("    Author:\n", "    Author:\n      deprecated: true\n"))
    workshop.edit("    BookDetails:\n", "    BookDetails:\n      deprecated: true\n")
    assert "  additive  is deprecated now:\n              BookDetails\n              Author\n" in (
        workshop.run(*arguments).out
    )
    notes = workshop.run(*arguments, "--format", "markdown").out
    assert "- **Python** is deprecated now:\n  - `BookDetails`\n  - `Author`\n" in notes


def test_a_revision_that_looks_like_an_option_is_none(repository: Any) -> None:
    ran = repository.run("diff", "--", "--output=pwned", "spec/openapi.yaml")
    assert ran.code == 2
    assert not (repository.folder / "pwned").exists()
