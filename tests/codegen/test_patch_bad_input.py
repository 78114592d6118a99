"""`elevatekit-codegen patch`: reports and files that are not as they should be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from elevatekit_plugins import report as reports
from elevatekit_plugins.report import (
    Added,
    Answered,
    Change,
    Fact,
    Listed,
    Nullable,
    Optional,
    Probed,
    Report,
    Retyped,
    Shape,
    Unformatted,
)

BOOK = "/components/schemas/BookDetails"
OLD, NEW = "isLent: {type: boolean}", 'isLent: {type: [boolean, "null"], x-evidence: probed}'
IS_LENT = (f"{BOOK}/properties/isLent", Nullable())
FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
from elevatekit_codegen.cli import main
main(sys.argv[1:])
"""
"""A process in which no file grows beyond 4 KiB."""


def write(
    workshop: Any, *changes: tuple[str, Change], api: str = "Library", spec: str = "2.0"
) -> list[str]:
    """A report of some differences, and how it is patched."""
    facts = tuple(
        Fact(verdict="different", pointer=pointer, said="", came="", change=change)
        for pointer, change in changes
    )
    probed = (Probed(operation="books.read", status=200),)
    report = Report(version=reports.VERSION, api=api, spec=spec, operations=probed, facts=facts)
    (workshop.folder / "report.json").write_bytes(reports.write(report))
    return ["patch", "report.json", "--package", "library"]


def patched(workshop: Any, *changes: tuple[str, Change], **of: str) -> Any:
    return workshop.run(*write(workshop, *changes, **of), "--write")


KINDS = [
    (f"{BOOK}/properties/genre", Listed(values=("drama",))),
    ("/components/schemas/Author/properties/bornAt", Unformatted()),
    (BOOK, Added(name="shelf", shape=Shape(kinds=("string",)))),
    (f"{BOOK}/properties/title", Optional()),
    (f"{BOOK}/properties/genre", Nullable()),
    (f"{BOOK}/properties/author", Nullable()),
    IS_LENT,
    (f"{BOOK}/properties/weight", Retyped(shape=Shape(kinds=("string",)))),
    ("/paths/~1books~1{bookId}/get/responses", Answered(status=418)),
]


@pytest.mark.parametrize(("pointer", "change"), KINDS)
def test_what_the_spec_says_already_is_left_as_it_is(
    workshop: Any, pointer: str, change: Change
) -> None:
    before = workshop.spec.read_bytes()
    assert patched(workshop, (pointer, change)).err.endswith(": 1 difference corrected, 0 left\n")
    after = workshop.spec.read_bytes()
    assert after != before
    again = patched(workshop, (pointer, change))
    assert again.err.endswith(": 0 differences corrected, 1 already present, 0 left\n")
    assert workshop.spec.read_bytes() == after


@pytest.mark.parametrize(
    "form",
    [
        lambda data: data,
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.rstrip(b"\n"),
    ],
    ids=["as it is", "byte order mark", "line ends of Windows", "no line end at the end"],
)
def test_only_the_line_that_changes_is_changed_and_git_can_apply_it(
    workshop: Any, form: Any
) -> None:
    whole = form(workshop.spec.read_bytes())
    workshop.spec.write_bytes(whole)
    command = [sys.executable, "-m", "elevatekit_codegen", *write(workshop, IS_LENT)]
    shown = subprocess.run(command, cwd=workshop.folder, capture_output=True, check=True).stdout
    assert patched(workshop, IS_LENT).code == 0
    after = workshop.spec.read_bytes()
    assert after == whole.replace(OLD.encode(), NEW.encode())
    workshop.spec.write_bytes(whole)
    diff = workshop.folder / "it.diff"
    diff.write_bytes(shown)
    subprocess.run(["git", "apply", diff.name], cwd=workshop.folder, check=True)
    assert workshop.spec.read_bytes() == after


def test_a_report_of_another_api_is_refused_and_one_of_another_version_told(workshop: Any) -> None:
    before = workshop.spec.read_bytes()
    ran = patched(workshop, IS_LENT, api="Weather")
    assert ran.code == 1
    assert "for Weather, but spec/openapi.yaml describes Library; choose the probed" in ran.err
    assert workshop.spec.read_bytes() == before
    ran = patched(workshop, IS_LENT, spec="1.9")
    assert ran.code == 0
    assert "report.json is for version 1.9, spec/openapi.yaml is 2.0; review each" in ran.err


@pytest.mark.parametrize("pointer", ["", "/info", "/servers/0", "/paths"])
@pytest.mark.parametrize(
    "change", [Added(name="x", shape=Shape(kinds=("null",))), Retyped(shape=Shape())]
)
def test_a_report_that_points_at_no_schema_breaks_nothing(
    workshop: Any, pointer: str, change: Change
) -> None:
    before = workshop.spec.read_bytes()
    ran = patched(workshop, (pointer, change))
    assert ran.code == 1
    assert "report.json: the edit would make the spec invalid, so nothing was written" in ran.err
    assert workshop.spec.read_bytes() == before


def test_a_spec_that_does_not_pass_lint_is_told_and_left(workshop: Any) -> None:
    line = workshop.edit("operationId: books.read", "operationId: books.add")
    before = workshop.spec.read_bytes()
    ran = patched(workshop, IS_LENT)
    assert ran.code == 2
    assert f"spec/openapi.yaml:{line}:" in ran.err
    assert workshop.spec.read_bytes() == before


def test_a_spec_that_is_read_only_is_told_and_left(workshop: Any) -> None:
    before = workshop.spec.read_bytes()
    workshop.spec.chmod(0o444)
    ran = patched(workshop, IS_LENT)
    assert ran.code == 1
    assert ran.err.startswith(
        "spec/openapi.yaml cannot be written: it is read-only; it is unchanged"
    )
    assert workshop.spec.read_bytes() == before
    assert workshop.run(*write(workshop, IS_LENT)).code == 0  # it can be looked at


def test_a_disk_that_fills_up_leaves_the_spec_as_it_was(workshop: Any) -> None:
    before = workshop.spec.read_bytes()
    assert len(before) > 4096
    command = [sys.executable, "-c", FULL, *write(workshop, IS_LENT), "--write"]
    ran = subprocess.run(command, cwd=workshop.folder, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (
        1,
        "spec/openapi.yaml cannot be written: File too large; it is unchanged\n",
    )
    assert workshop.spec.read_bytes() == before
    assert os.listdir(workshop.spec.parent) == ["openapi.yaml"]


def test_a_link_stays_one_and_what_it_leads_to_is_written_with_its_mode(workshop: Any) -> None:
    real = workshop.folder / "real.yaml"
    workshop.spec.rename(real)
    real.chmod(0o640)
    workshop.spec.symlink_to(Path("..") / "real.yaml")
    assert patched(workshop, IS_LENT).code == 0
    assert workshop.spec.is_symlink()
    assert NEW in real.read_text("utf-8")
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_mark_before_a_report_that_a_shell_wrote_is_no_part_of_it(workshop: Any) -> None:
    arguments = write(workshop, IS_LENT)
    report = workshop.folder / "report.json"
    report.write_bytes(b"\xef\xbb\xbf" + report.read_bytes())
    assert workshop.run(*arguments).code == 0
