"""What is pinned: its files are hashed before any of it is imported, and no other file ever is.

A pin is the SHA-256 of the names and contents of all files that the installer recorded (`RECORD`),
as they are on disk now, without those that differ between two installations of the same wheel:
what the installer wrote itself, and compiled bytecode. So no bytecode is used either: nothing says
that it is the one of the source. A pin does not cover what the plugin imports from other
distributions; those can be pinned, too.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import Distribution
from importlib.util import spec_from_file_location
from pathlib import Path, PurePath
from types import CodeType, ModuleType
from typing import Final

from elevatekit_plugins.host.contract import UnfitPluginError
from elevatekit_plugins.host.discovery import Candidate, canonical


class UncoveredError(UnfitPluginError, ImportError):
    """A module of a pinned distribution comes from a file that the pin does not cover."""


def pin(distribution: Distribution) -> str:
    """The pin of a distribution as it is installed: `sha256:…`.

    Raises:
        UnfitPluginError: nothing was recorded of it, or a file cannot be read.
    """
    return _pin(_hashes(distribution))


def admit(candidate: Candidate, pins: Mapping[str, str]) -> None:
    """Make sure that a candidate is what was pinned, if it was, before any of it is imported.

    From then on its modules are imported from the files that were looked at, and from no others.

    Args:
        pins: canonical name of a distribution to its pin.

    Raises:
        UnfitPluginError: it is not, or its module is not among the files that the pin covers.
    """
    wanted = pins.get(canonical(candidate.distribution))
    if wanted is None or candidate.metadata is None:
        return
    hashes = _hashes(candidate.metadata)
    found = _pin(hashes)
    if found != wanted:
        raise UnfitPluginError(
            f"its files have changed since they were pinned ({found}, the pin is {wanted});"
            f" review the changes, then pin {candidate.distribution} again"
        )
    modules = {_module(name): place for name, (place, _) in hashes.items()}
    top = (candidate.module or "").partition(".")[0]
    if top not in modules:
        raise UncoveredError(
            f"it is pinned, but the pin does not cover its module {top}; install"
            " it from a wheel, not in editable mode"
        )
    IMPORTS.guard(modules, {place.resolve(): digest for place, digest in hashes.values()})


class PinnedImports(MetaPathFinder):
    """Finds the modules of pinned distributions, ahead of everybody else."""

    def __init__(self) -> None:
        self._covered: dict[str, Mapping[Path, str]] = {}

    def guard(self, modules: Mapping[str, Path], digests: Mapping[Path, str]) -> None:
        """Import these modules, and all below them, from these files and no others."""
        self._covered.update(dict.fromkeys(filter(None, modules), digests))
        self._leave_path()
        sys.meta_path.insert(0, self)

    def forget(self) -> None:
        """Guard nothing."""
        self._covered.clear()
        self._leave_path()

    def _leave_path(self) -> None:
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module of a pinned distribution is; None for those of others.

        Raises:
            UncoveredError: it is in a file that is not covered, or that changed.
        """
        digests = self._digests(fullname)
        if digests is None:
            return None
        found = (
            finder.find_spec(fullname, path, target)
            for finder in sys.meta_path
            if finder is not self
        )
        spec = next((spec for spec in found if spec is not None), None)
        if spec is None or (spec.origin is None and spec.submodule_search_locations is not None):
            return spec  # not there, or a folder in which there is no code of its own
        file = Path(spec.origin or "").resolve()
        if file not in digests or hashlib.sha256(file.read_bytes()).hexdigest() != digests[file]:
            raise UncoveredError(
                f"it is pinned, but its module {fullname} comes from {spec.origin}, which the pin"
                " does not cover; install it from a wheel, and remove what replaces it"
            )
        if file.suffix != ".py":
            return spec
        return spec_from_file_location(
            fullname,
            file,
            loader=_SourceLoader(fullname, str(file)),
            submodule_search_locations=spec.submodule_search_locations,
        )

    def _digests(self, module: str) -> Mapping[Path, str] | None:
        while module:
            if module in self._covered:
                return self._covered[module]
            module = module.rpartition(".")[0]
        return None


IMPORTS: Final = PinnedImports()
"""The one of this process."""


class _SourceLoader(SourceFileLoader):
    """Compiles a module each time: bytecode is in no record, and can be of another source."""

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = self.source_to_code(self.get_data(self.path), self.path)
        return code


def _pin(hashes: Mapping[str, tuple[Path, str]]) -> str:
    digest = hashlib.sha256()
    for name, (_, content) in hashes.items():
        digest.update(f"{name}\0{content}\n".encode())
    return f"sha256:{digest.hexdigest()}"


def _hashes(distribution: Distribution) -> Mapping[str, tuple[Path, str]]:
    """Name to place and SHA-256 of every file that a wheel brings, in the order of their names."""
    try:
        recorded = sorted(distribution.files or (), key=str)
    except Exception:  # of a record that is none
        raise UnfitPluginError("the record of its installer is damaged; install it again") from None
    if not recorded:
        raise UnfitPluginError("its installer recorded no files; install it with pip or uv")
    found: dict[str, tuple[Path, str]] = {}
    for file in recorded:
        if file.parts[:1] == ("..",) or file.suffix == ".pyc":
            continue
        info = file.parts and file.parts[0].endswith(".dist-info")
        if info and file.name not in ("METADATA", "entry_points.txt"):
            continue
        place = Path(str(distribution.locate_file(file)))
        try:
            digest = hashlib.sha256(place.read_bytes()).hexdigest()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise UnfitPluginError(
                f"its file {file} cannot be read ({reason}); install it again"
            ) from None
        found[file.as_posix()] = (place, digest)
    return found


def _module(name: str) -> str:
    """The module that a file is: `acme/vault.py` is `acme.vault`; nothing if it is none."""
    file = PurePath(name)
    stem = inspect.getmodulename(file.name)
    if stem is None:
        return ""
    parts = file.parts[:-1] if stem == "__init__" else (*file.parts[:-1], stem)
    return ".".join(parts)
