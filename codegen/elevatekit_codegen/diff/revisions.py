"""The documents of a diff: files, and files as a revision of git has them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from elevatekit_codegen.loading import load, parse
from elevatekit_codegen.source import Document


class RevisionError(Exception):
    """There is no such document; the message says what to give instead."""


def document(given: str, spec: Path) -> Document:
    """The document that a text names.

    Args:
        given: a file; or `REVISION:PATH`, as git has it (from the root of the repository, or from
            here if it begins with `./`); or a revision alone, in which `spec` is read.
        spec: a path from here.

    Raises:
        RevisionError: there is no such file, revision or path, or no git.
        SpecError: it is neither YAML nor JSON.
    """
    if "\0" not in given and os.path.lexists(given):
        return load(Path(given))
    revision, colon, path = given.partition(":")
    if not revision or revision.startswith("-") or "\0" in given:
        raise RevisionError(f"{given!r} is neither a file nor a git revision")
    if not colon:
        path = f"./{spec.as_posix()}" if not spec.is_absolute() else _from_root(spec)
    repository = _git("rev-parse", "--git-dir")
    if repository.returncode:
        said = repository.stderr.decode("utf-8", "replace").partition("\n")[0]
        raise RevisionError(
            f"{given} is not a file, and git cannot read revisions: {said!r}; specify two files,"
            " or the new one with --spec"
        )
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}")
    if commit.returncode:
        raise RevisionError(
            f"{given} is not a file, and {revision!r} is not a git revision{_shallow()}"
        )
    found = _git("cat-file", "blob", f"{commit.stdout.decode().strip()}:{path}")
    if found.returncode:
        raise RevisionError(
            f"revision {revision} has no file {path.removeprefix('./')};"
            f" specify another one as {revision}:PATH"
        )
    return parse(f"{revision}:{path.removeprefix('./')}", found.stdout)


def _shallow() -> str:
    """What to do where git has not fetched all: in workflows it fetches one commit by itself."""
    said = _git("rev-parse", "--is-shallow-repository").stdout.strip()
    return " in this shallow clone; fetch it first" if said == b"true" else ""


def _from_root(path: Path) -> str:
    root = _git("rev-parse", "--show-toplevel").stdout.decode().rstrip("\n")
    return os.path.relpath(path, root)


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603
            ["git", *arguments],  # noqa: S607
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error.strerror}; specify two files") from None
