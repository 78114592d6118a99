"""The record of which interactions a run of pytest played: what no test needs can be told from it.

A run that is whole judges itself. Where a suite is split over machines, each run writes a record,
and `elevatekit cassettes lint --played` reads all of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from elevatekit_plugins.errors import ConfigError


class Played(Struct, frozen=True):
    """What was seen of one cassette."""

    sha256: str
    """Of the file as the run left it."""
    unplayed: tuple[int, ...]
    """The interactions that no test played, counted from 1."""


class PlayRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """What one run, or several, saw."""

    cassettes: dict[str, Played]
    """By path, below the root folder of the suite, with `/` on every system."""


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_record(path: Path, root: Path, unplayed: Mapping[Path, Iterable[int]]) -> None:
    """Write down what a run saw. A cassette that is gone, or outside of `root`, is left out."""
    cassettes = {
        cassette.relative_to(root).as_posix(): Played(digest(cassette), tuple(sorted(numbers)))
        for cassette, numbers in sorted(unplayed.items())
        if cassette.is_file() and cassette.is_relative_to(root)
    }
    content = msgspec.json.format(msgspec.json.encode(PlayRecord(cassettes)))
    path.write_bytes(content + b"\n")


def read_records(paths: Iterable[Path]) -> PlayRecord:
    """What several runs saw together: an interaction is played if one of them played it.

    Raises:
        ConfigError: one cannot be read, or two saw different cassettes at one place.
    """
    merged: dict[str, Played] = {}
    for path in paths:
        for name, played in _read(path).cassettes.items():
            other = merged.get(name, played)
            if other.sha256 != played.sha256:
                raise ConfigError(
                    f"{path}: the cassette {name} was another one than in the records before it;"
                    " run all parts of the suite on the same files"
                )
            both = sorted({*other.unplayed} & {*played.unplayed})
            merged[name] = Played(played.sha256, tuple(both))
    return PlayRecord(merged)


def _read(path: Path) -> PlayRecord:
    try:
        return msgspec.json.decode(path.read_bytes(), type=PlayRecord)
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = f"it was not written by pytest --elevatekit-played: {error}"
    raise ConfigError(f"the record {path}: {problem}")
