"""From a spec and a report to the edited spec, which lint and generate accept."""

from __future__ import annotations

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from elevatekit_codegen.assemble import assemble
from elevatekit_codegen.identity import operation_id
from elevatekit_codegen.lint import vetted
from elevatekit_codegen.loading import load, parse
from elevatekit_codegen.patch.edits import apply, ordered
from elevatekit_codegen.patch.evidence import mark
from elevatekit_codegen.patch.layout import edited, unified
from elevatekit_codegen.patch.tree import MissingError, Tree
from elevatekit_codegen.source import Node, SpecError
from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.report import Change, Fact, Renamed, Report

_WRITABLE: Final = 0o222


class PatchError(Exception):
    """The report cannot be made an edit of the spec."""


@dataclass(frozen=True, slots=True)
class Patch:
    """An edit of a spec."""

    path: Path
    old: str
    new: str
    settled: int
    """Differences that it settles."""
    said: int
    """Differences that the spec has already."""
    left: tuple[Fact, ...]
    """Differences that people have to look at."""
    version: str
    """`info.version` of the spec: a report of another one may be about what was changed since."""

    def diff(self) -> str:
        """The edit as a unified diff."""
        return unified(self.path.as_posix().lstrip("/"), self.old, self.new)

    def write(self) -> None:
        """Write the edited spec: the file is the old one or the new one, never half of it.

        Raises:
            OSError: it cannot be written. Then it is as it was.
        """
        target = self.path.resolve()
        if not target.stat().st_mode & _WRITABLE:
            # Another file could take its place all the same; who made it so does not want that.
            raise PermissionError(errno.EACCES, "it is read-only", str(target))
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self.new.encode())
            os.chmod(name, target.stat().st_mode)
            os.replace(name, target)
        except BaseException:
            os.unlink(name)
            raise


def patch(path: Path, report: Report, package: str) -> Patch:
    """The edit of the spec at a path that makes it say what came.

    Args:
        package: the name of the package that is generated.

    Raises:
        SpecError: the spec cannot be read.
        PatchError: the report is about another spec, or the edit would break it.
    """
    document = vetted(load(path)).document
    text = path.read_bytes().decode()
    info = document.root.child("info")
    title, version = info.line("title"), info.text("version")
    if report.api != title:
        raise PatchError(
            f"the report is for {report.api}, but {path} describes {title}; choose the probed spec"
            " with --spec"
        )
    changes = ordered(report.of("different"))
    settled: list[Change] = []

    def edit(root: Any) -> None:
        tree = Tree(root)
        _check_operations(tree, report)
        for step in (False, True):
            for fact, change in changes:
                if isinstance(change, Renamed) is step and apply(tree, fact.pointer, change):
                    settled.append(change)
            if not step and any("x-evidence" in pointer for pointer in document.marks):
                mark(tree, report)

    try:
        new = edited(str(path), text, edit)
    except MissingError as error:
        raise PatchError(
            f"{path} has no {error}, which the report refers to; probe again with the SDK generated"
            " from this spec"
        ) from None
    except RecursionError:
        raise PatchError("a response is nested too deeply for a schema") from None
    try:
        assemble(vetted(parse(str(path), new.encode())), package)
    except SpecError as error:
        raise PatchError(
            f"the edit would make the spec invalid, so nothing was written:\n{error}\n"
            "(lines of the edited text); remove these facts from the report, or edit the spec by"
            " hand"
        ) from None
    left = tuple(fact for fact in report.of("different") if fact.change is None)
    return Patch(path, text, new, len(settled), len(changes) - len(settled), left, version)


def _check_operations(tree: Tree, report: Report) -> None:
    known = [operation_id(Node(operation, "")) for operation in tree.operations()]
    for probed in report.operations:
        if probed.operation not in known:
            near = did_you_mean(probed.operation, known)
            raise PatchError(
                f"unknown operation in the report: {probed.operation}{near}; probe again with the"
                " SDK generated from this spec"
            )
