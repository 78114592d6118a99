"""Pins: a distribution is used only while its files are the ones that somebody looked at.

A pin is the SHA-256 of the names and contents of all files that the installer recorded (`RECORD`),
as they are on disk now, without those that differ between two installations of the same wheel:
what the installer wrote itself, and compiled bytecode. It does not cover what the plugin imports
from other distributions; those can be pinned, too.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Final, cast

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.contract import UnfitPluginError
from elevatekit_plugins.host.discovery import Candidate, canonical
from elevatekit_plugins.host.misspelt import warn_of_unknown

PINS: Final = "ELEVATEKIT_PLUGIN_PINS"
"""Environment: `acme-vault=sha256:…,other=sha256:…`."""
_PIN: Final = re.compile(r"sha256:[0-9a-f]{64}")


def wanted_pins(
    given: object, configured: Mapping[str, str], candidates: Iterable[Candidate]
) -> Mapping[str, str]:
    """Canonical name of a distribution to its pin: from `pins=`, else the environment, else files.

    Raises:
        ConfigError: something there is no pin.
    """
    if not isinstance(given, Mapping):
        raise ConfigError(f"pins= maps names of distributions to their pins, not {given!r}")
    said = (word.partition("=") for word in os.environ.get(PINS, "").split(",") if word.strip())
    environment = {name.strip(): pin.strip() for name, _, pin in said}
    arguments = cast("Mapping[object, object]", given)
    known = {canonical(c.distribution) for c in candidates if c.metadata is not None}
    found: dict[str, str] = {}
    for source, table in (("[pins]", configured), (PINS, environment), ("pins=", arguments)):
        named = {canonical(str(name)): value for name, value in table.items()}
        for name, value in named.items():
            if not isinstance(value, str) or not _PIN.fullmatch(value):
                raise ConfigError(
                    f"{source}: {value!r} is no pin of {name}; `elevatekit plugins pin {name}`"
                    " prints it"
                )
            found[name] = value
        warn_of_unknown(named, source, known, "distribution with a plugin")
    return found


def pin(distribution: Distribution) -> str:
    """The pin of a distribution as it is installed: `sha256:…`.

    Raises:
        UnfitPluginError: nothing was recorded of it, or a file cannot be read.
    """
    digest = hashlib.sha256()
    for name, path in _files(distribution):
        try:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise UnfitPluginError(
                f"its file {name} cannot be read ({error.strerror}); install it again"
            ) from None
        digest.update(f"{name}\0{content}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def check(distribution: Distribution, module: str, wanted: str) -> None:
    """Make sure that a plugin is what was pinned, before any of it is imported.

    Raises:
        UnfitPluginError: it is not, or its module is not among the files that the pin covers.
    """
    found = pin(distribution)
    if found != wanted:
        raise UnfitPluginError(
            f"its files are not those that were pinned: they give {found}, the pin is {wanted};"
            f" look at what changed, then pin {distribution.name} again"
        )
    top = module.partition(".")[0]
    spec = find_spec(top)
    origin = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
    if origin not in {path.resolve() for _, path in _files(distribution)}:
        raise UnfitPluginError(
            f"it is pinned, and its module {top} comes from {origin or 'nowhere'}, which the pin"
            " does not cover; install it from a wheel, not in editable mode"
        )


def _files(distribution: Distribution) -> Iterator[tuple[str, Path]]:
    """Name and place of every file that a wheel brings, in the order of their names."""
    recorded = distribution.files
    if not recorded:
        raise UnfitPluginError("it is pinned, and its installer recorded no files; use pip or uv")
    for file in sorted(recorded, key=str):
        info = file.parts[0].endswith(".dist-info")
        if file.parts[0] == ".." or file.suffix == ".pyc":
            continue
        if info and file.name not in ("METADATA", "entry_points.txt"):
            continue
        yield file.as_posix(), Path(str(distribution.locate_file(file)))
