"""`check` tells, file by file, where a folder is not what the spec gives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_codegen.check import check


def test_a_folder_that_is_what_the_spec_gives_is_passed_in_silence(workshop: Any) -> None:
    workshop.generate()
    ran = workshop.run("check", "--package", "library")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_an_edit_by_hand_is_shown_with_the_first_line_that_differs(workshop: Any) -> None:
    client = workshop.generate() / "library" / "client.py"
    lines = client.read_text("utf-8").splitlines()
    lines[41] = "# a quick fix " + 1000 * "x"
    client.write_text("\n".join(lines), "utf-8")
    ran = workshop.run("check", "--package", "library")
    assert ran.code == 1
    (line,) = ran.err.splitlines()
    assert line.startswith("generated/library/client.py:42: edited by hand: '# a quick fix xxx")
    assert len(line) < 300


def test_missing_extra_stale_and_edited_files_are_told_apart(workshop: Any) -> None:
    workshop.generate()
    (workshop.out / "library" / "errors.py").unlink()
    (workshop.out / "library" / "mine.py").write_text("x = 1\n")
    (workshop.out / "library" / "models.py").write_text("x = 1\n")
    workshop.edit("operationId: books.add", "operationId: books.shelve")
    workshop.edit("declare: books.add", "declare: books.shelve")
    found = {
        str(Path(line.partition(":")[0]).relative_to(workshop.out)): line
        for line in check(workshop.out, workshop.files())
    }
    assert ": missing;" in found["library/errors.py"]
    assert ": extra: not generated" in found["library/mine.py"]
    assert ":1: edited by hand: 'x = 1'" in found["library/models.py"]
    assert ": stale: the spec or a template has changed" in found["library/client.py"]
    assert ": stale: no longer generated" in found["reference/operations/books.add.md"]
    assert ": missing;" in found["reference/operations/books.shelve.md"]
    assert "MANIFEST" not in found


def test_a_manifest_that_was_edited_is_found(workshop: Any) -> None:
    manifest = workshop.generate() / "MANIFEST"
    manifest.write_text(manifest.read_text().replace("library/client.py", "library/cleint.py"))
    found = check(workshop.out, workshop.files())
    assert any("MANIFEST" in line or "client.py" in line for line in found)
    assert found


WATCHED = """
import os, sys

def forbid(event, arguments):
    writes = event == "open" and (
        isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        or isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    )
    # A number is a pipe that is open already: the formatter is spoken to through one.
    writes = writes and not isinstance(arguments[0], int) and arguments[0] != os.devnull
    changes = "mkdir remove rename rmdir truncate chmod utime link symlink".split()
    if writes or event in {f"os.{change}" for change in changes}:
        os.write(2, f"{event} {arguments}".encode())
        os._exit(99)

from elevatekit_codegen.cli import main
sys.addaudithook(forbid)
main(["check", "--package", "library"])
"""


def test_a_tree_that_may_only_be_read_is_checked_without_git_or_path(workshop: Any) -> None:
    """Even root, who may write everywhere, is seen to open nothing for writing."""
    workshop.generate()
    done = subprocess.run(
        [sys.executable, "-B", "-c", WATCHED],
        cwd=workshop.folder,
        env={"PATH": "", "HOME": "/nonexistent"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.parametrize(("setting", "ends"), [("true", b"\r\n"), ("input", b"\n")])
def test_a_clone_is_passed_whatever_git_does_to_the_ends_of_lines(
    workshop: Any, setting: str, ends: bytes
) -> None:
    workshop.generate()
    clone = type(workshop)(workshop.folder.parent / "clone")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.safecrlf=no"]
    git += ["-c", f"core.autocrlf={setting}"]
    alone = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", "x"],
        ["clone", "--quiet", ".", str(clone.folder)],
    ):
        subprocess.run([*git, *command], cwd=workshop.folder, env=alone, check=True)

    assert clone.spec.read_bytes().splitlines(keepends=True)[0].endswith(ends)
    ran = clone.run("check", "--package", "library")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert "unchanged" in clone.run("generate", "--package", "library").err


def test_checking_writes_nothing(workshop: Any) -> None:
    workshop.generate()
    before = {p: p.stat().st_mtime_ns for p in workshop.folder.rglob("*")}
    assert workshop.run("check", "--package", "library").code == 0
    assert {p: p.stat().st_mtime_ns for p in workshop.folder.rglob("*")} == before


def test_what_is_committed_is_what_our_spec_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    from elevatekit_codegen.assemble import assemble
    from elevatekit_codegen.lint import vetted
    from elevatekit_codegen.loading import load
    from elevatekit_codegen.render import render

    monkeypatch.chdir(Path(__file__).parents[2])
    files = render(assemble(vetted(load(Path("spec/openapi.yaml"))), "elevatekit"))
    assert check(Path("generated"), files) == []
