"""Put a rendered tree in the place of the old one, whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from elevatekit_codegen.render import MANIFEST, read_manifest

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SHOWN: Final = 20
"""Files that an error names. More are there where `--out` is another folder than was meant."""


class TreeError(Exception):
    """The output folder cannot be written, or holds something that was not generated."""


def write(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Make a folder hold these files and no other; whether anything had to change.

    The new tree is written beside the old one and takes its place in one step, so that a process
    that is killed leaves one or the other.

    Raises:
        TreeError: it holds a file that its manifest does not list, or it cannot be written.
    """
    folder = folder.resolve()
    try:
        current = dict(read(folder))
    except OSError as error:
        place = error.filename or folder
        raise TreeError(f"{place} cannot be read: {error.strerror}; nothing changed") from None
    _refuse_foreign(folder, current)
    if current == files:
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # mkdtemp asks nobody, so two runs at once do not share a folder.
        staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            _fill(staged, files)
            _take_the_place_of(folder, staged)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        remedy = (
            "free some space"
            if error.errno in _NO_ROOM
            else f"make {folder.parent} writable, or choose another folder with --out"
        )
        raise TreeError(
            f"{folder} cannot be written: {error.strerror}; nothing changed; {remedy}"
        ) from None
    return True


def read(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file below a folder, by its path; `__pycache__` aside."""
    if not folder.exists():
        return
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if "__pycache__" not in relative.parts and (path.is_symlink() or not path.is_dir()):
            # A pipe that nobody writes to would be waited for without end.
            yield relative.as_posix(), path.read_bytes() if path.is_file() else b""


def leftovers(folder: Path) -> list[Path]:
    """What runs that were killed have left beside a folder, unless one of them is still running."""
    folder = folder.resolve()
    return sorted(folder.parent.glob(f".{glob.escape(folder.name)}-*"))


def _refuse_foreign(folder: Path, current: Mapping[str, bytes]) -> None:
    known = {MANIFEST, *read_manifest(current.get(MANIFEST, b""))}
    foreign = sorted(path for path in current if path not in known)
    if foreign:
        names = [f"  {folder / path}" for path in foreign[:_SHOWN]]
        if len(foreign) > _SHOWN:
            names.append(f"  and {len(foreign) - _SHOWN} more")
        told = (
            "contains files that were not generated; move them, or choose another folder with --out"
        )
        raise TreeError("\n".join([f"{folder} {told}:", *names]))


def _fill(staged: Path, files: Mapping[str, bytes]) -> None:
    # mkdtemp is private; the tree gets the permissions that the user's umask allows.
    umask = os.umask(0)
    os.umask(umask)
    staged.chmod(0o777 & ~umask)
    for name, data in files.items():
        path = staged / name
        if staged not in path.resolve().parents:
            raise TreeError(f"{name} would be outside the output folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _take_the_place_of(folder: Path, staged: Path) -> None:
    if not folder.exists():
        staged.rename(folder)
    elif not _exchanged(folder, staged):
        # Two steps where the system has no exchange: for a moment there is no folder.
        aside = staged.with_name(f"{staged.name}-old")
        folder.rename(aside)
        try:
            staged.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
        shutil.rmtree(aside)


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    if sys.platform not in ("linux", "darwin"):
        return False
    libc: Any = ctypes.CDLL(None)
    paths = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "linux":
            at_cwd, exchange = -100, 2
            done: int = libc.renameat2(at_cwd, paths[0], at_cwd, paths[1], exchange)
        else:
            swap = 2
            done = libc.renamex_np(*paths, swap)
    except AttributeError:
        return False
    return done == 0
