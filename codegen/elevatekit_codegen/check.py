"""Tell whether a folder holds what the spec gives, and where it does not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from elevatekit_codegen.render import MANIFEST, read_manifest
from elevatekit_codegen.tree import read

_REMEDY = "run elevatekit-codegen generate"


def check(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """What differs between a folder and the files that the spec gives, one line for each file.

    A file whose content is the one that the manifest lists is stale: the spec or a template has
    changed since. Any other difference was made by hand.

    Raises:
        OSError: something in the folder cannot be read.
    """
    found = dict(read(folder))
    listed = read_manifest(found.get(MANIFEST, b""))
    lines = list(_differences(folder, files, found, listed))
    manifest = found.get(MANIFEST)
    # It changes with every other file; by itself it is worth a word only where all else is right.
    if not lines and manifest is not None and manifest != files[MANIFEST]:
        lines.append(_edited(folder / MANIFEST, files[MANIFEST], manifest))
    return lines


def _differences(
    folder: Path,
    files: Mapping[str, bytes],
    found: Mapping[str, bytes],
    listed: Mapping[str, str],
) -> Iterator[str]:
    for path in sorted(files.keys() | found.keys()):
        wanted, there, place = files.get(path), found.get(path), folder / path
        if there is None:
            yield f"{place}: missing; {_REMEDY}"
        elif path == MANIFEST or there == wanted:
            continue
        elif wanted is None and path not in listed:
            yield f"{place}: extra: not generated; move or delete it"
        elif listed.get(path) != hashlib.sha256(there).hexdigest():
            yield _edited(place, wanted or b"", there)
        elif wanted is None:
            yield f"{place}: stale: no longer generated; {_REMEDY}"
        else:
            yield f"{place}: stale: the spec or a template has changed; {_REMEDY}"


def _edited(place: Path, wanted: bytes, there: bytes) -> str:
    number, line = _first_difference(wanted, there)
    return (
        f"{place}:{number}: edited by hand: {line!r:.100}; change the spec or a template"
        f" instead and {_REMEDY}"
    )


def _first_difference(wanted: bytes, there: bytes) -> tuple[int, str]:
    """The number of the first line that differs, and what stands there."""
    ours, theirs = wanted.split(b"\n"), there.split(b"\n")
    number = next(
        (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
        min(len(ours), len(theirs)),
    )
    line = theirs[number] if number < len(theirs) else b""
    return number + 1, line.decode("utf-8", "replace")
