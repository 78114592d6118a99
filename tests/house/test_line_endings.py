"""What is committed has the same bytes on every machine, whatever git does with line endings."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def git(folder: Path, *arguments: str) -> None:
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=os.environ | alone, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("setting", ["true", "input", "false"])
def test_a_clone_has_the_generated_bytes_whatever_autocrlf_is(tmp_path: Path, setting: str) -> None:
    origin, clone = tmp_path / "origin", tmp_path / "clone"
    git(tmp_path, "init", "-q", str(origin))
    shutil.copy(ROOT / ".gitattributes", origin)
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generated", origin / "generated", ignore=ignore)
    git(origin, "add", "--all")
    git(origin, "commit", "-q", "-m", "x")
    git(
        tmp_path,
        "-c",
        f"core.autocrlf={setting}",
        "-c",
        "core.eol=crlf",
        "clone",
        "-q",
        "origin",
        "clone",
    )

    for path in (origin / "generated").rglob("*.*"):
        assert (clone / path.relative_to(origin)).read_bytes() == path.read_bytes()
