"""What is built: everything that is needed, nothing else, and the same bytes each time."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "elevatekit": "generated/elevatekit",
    "elevatekit_plugins": "plugins/elevatekit_plugins",
    "elevatekit_codegen": "codegen/elevatekit_codegen",
}
NOT_PUBLISHED = (".gitattributes", ".github")
"""What git holds and the sdist does not: it serves the repository, not the project."""


def git(*arguments: str) -> list[str]:
    done = subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """The files that git holds, as they are in the working tree."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    return [path for path in git("ls-files") if (ROOT / path).is_file()]


@pytest.fixture
def checkout(tracked: list[str], tmp_path: Path) -> Path:
    """A copy of the project as a fresh clone would have it."""
    return copy(tracked, tmp_path / "checkout")


@pytest.fixture(scope="module")
def published(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a copy, built. It is shared: look, and change nothing."""
    project = copy(tracked, tmp_path_factory.mktemp("published"))
    build(project, TZ="UTC", PYTHONHASHSEED="1")
    return project


def copy(tracked: list[str], target: Path) -> Path:
    for path in tracked:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target / path)
    return target


def build(
    project: Path, *, ok: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist"],
        cwd=project,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1767225600"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode == 0) == ok, done.stdout + done.stderr
    return done


def built(project: Path, pattern: str) -> Path:
    (path,) = (project / "dist").glob(pattern)
    return path


def hashes(project: Path) -> dict[str, str]:
    paths = sorted((project / "dist").iterdir())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_wheel_holds_the_three_packages_whole_and_nothing_else(
    published: Path, tracked: list[str]
) -> None:
    expected = {
        f"{package}/{PurePosixPath(path).relative_to(folder)}"
        for package, folder in PACKAGES.items()
        for path in tracked
        if path.startswith(f"{folder}/")
    }

    with zipfile.ZipFile(built(published, "*.whl")) as wheel:
        names = set(wheel.namelist())
    info = {name for name in names if PurePosixPath(name).parts[0].endswith(".dist-info")}
    assert names - info == expected
    assert {PurePosixPath(name).name for name in info} == {
        "LICENSE",
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
    }
    assert expected >= {
        "elevatekit/openapi.json",
        "elevatekit_plugins/journal/schema.sql",
        "elevatekit_codegen/templates/client.py.jinja",
        *(f"{package}/py.typed" for package in PACKAGES),
    }


def test_the_sdist_holds_what_git_holds(published: Path, tracked: list[str]) -> None:
    """A new folder at the root has to be named in pyproject.toml, or here as not published."""
    expected = {path for path in tracked if PurePosixPath(path).parts[0] not in NOT_PUBLISHED}

    with tarfile.open(built(published, "*.tar.gz")) as sdist:
        names = {
            str(PurePosixPath(member.name).relative_to(PurePosixPath(member.name).parts[0]))
            for member in sdist.getmembers()
            if member.isfile()
        }
    assert names == expected | {"PKG-INFO"}


def test_two_builds_are_the_same_bytes(published: Path, checkout: Path) -> None:
    build(checkout, TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="C")

    assert len(hashes(checkout)) == 2
    assert hashes(checkout) == hashes(published)


def test_the_date_is_the_one_that_the_environment_gives(checkout: Path) -> None:
    build(checkout, SOURCE_DATE_EPOCH="946684800")

    with tarfile.open(built(checkout, "*.tar.gz")) as sdist:
        assert {member.mtime for member in sdist.getmembers()} == {946684800}


def test_what_lies_about_in_the_working_tree_is_not_published(
    published: Path, checkout: Path
) -> None:
    for path in (
        "notes.txt",
        "demo-output/run.db",
        "tests/house/__pycache__/x.pyc",
        "x.egg-info/y",
    ):
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text("private")

    build(checkout)

    assert hashes(checkout) == hashes(published)


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        ("generated", "generated/MANIFEST"),
        ("generated/elevatekit/openapi.json", "generated/elevatekit/openapi.json"),
    ],
)
def test_a_build_without_generated_files_fails_with_the_command_to_run(
    checkout: Path, lost: str, named: str
) -> None:
    path = checkout / lost
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()

    done = build(checkout, ok=False)

    assert f"{named}: missing; run `make generate`" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not list((checkout / "dist").glob("*"))
