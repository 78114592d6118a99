"""`$env:NAME` and `$file:PATH` in settings: what stands for something that stands elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from msgspec import Struct

from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.secrecy import Secret


class UnresolvedError(Exception):
    """A reference leads nowhere; the message says to what."""

    def __init__(self, message: str, *, absent: bool) -> None:
        super().__init__(message)
        self.absent = absent
        """Whether it is only not there; else it may not be referred to."""


class MissingSecret(Secret):
    """A secret that is not there.

    It is in the way only of what needs it: `slack:-` writes a message to standard output, with a
    configuration whose webhook is in no environment.
    """

    __slots__ = ("_message",)

    def __init__(self, message: str) -> None:
        super().__init__("")
        self._message = message

    def reveal(self) -> str:
        """
        Raises:
            ConfigError: always; it names plugin, key, source and what is not there.
        """
        raise ConfigError(self._message)


class Fence(Struct, frozen=True, kw_only=True):
    """What a file may refer to that came with somebody's folder: it must not hand out what is the
    user's own."""

    folder: Path
    """Files in here, wherever symbolic links lead, and no others."""
    prefix: str
    """How the names of our own variables begin: none of them."""
    variables: frozenset[str] = frozenset()
    """Nor these, to which the user's own configuration refers."""
    files: frozenset[Path] = frozenset()
    """Nor these files."""

    def variable(self, name: str) -> None:
        """
        Raises:
            UnresolvedError: it may not be referred to.
        """
        if name.upper().startswith(self.prefix) or name in self.variables:
            raise _refused(f"$env:{name}", "it is one of your own secrets")

    def file(self, path: str) -> Path:
        """The place of a file, with no symbolic link in it.

        Raises:
            UnresolvedError: it may not be referred to.
        """
        place = (self.folder / Path(path).expanduser()).resolve()
        if not place.is_relative_to(self.folder.resolve()):
            raise _refused(f"$file:{path}", f"it is outside {self.folder}")
        if place in self.files:
            raise _refused(f"$file:{path}", "your own configuration uses it")
        return place


def _refused(reference: str, why: str) -> UnresolvedError:
    return UnresolvedError(
        f"a file in the working directory must not use {reference}: {why}, and a directory could"
        " send it elsewhere; set this in the environment or in your own configuration",
        absent=False,
    )


def resolve(value: object, fence: Fence | None = None) -> object:
    """A value with every reference in it replaced by what it stands for, in lists and tables too.

    Args:
        fence: what may be referred to. None: everything.

    Raises:
        UnresolvedError: a reference that leads nowhere, or beyond the fence.
    """

    def one(text: str) -> str:
        kind, name = _reference(text)
        if kind == "$env":
            return _environment(name, fence)
        return _file(name, fence) if kind == "$file" else text

    return _each(value, one)


def referred(values: Iterable[object]) -> tuple[frozenset[str], frozenset[Path]]:
    """The variables and the files to which values refer."""
    found: dict[str, set[str]] = {"$env": set(), "$file": set(), "": set()}

    def one(text: str) -> str:
        kind, name = _reference(text)
        found[kind].add(name)
        return text

    for value in values:
        _each(value, one)
    files: set[Path] = set()
    for path in found["$file"]:
        with suppress(OSError, ValueError, RuntimeError):  # it leads nowhere
            files.add(Path(path).expanduser().resolve())
    return frozenset(found["$env"]), frozenset(files)


def _each(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, Mapping):
        table = cast("Mapping[object, object]", value)
        return {key: _each(one, change) for key, one in table.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_each(one, change) for one in cast("Sequence[object]", value)]
    return change(value) if isinstance(value, str) else value


def _reference(text: str) -> tuple[str, str]:
    kind, colon, name = text.partition(":")
    return (kind, name) if colon and kind in ("$env", "$file") else ("", text)


def _environment(name: str, fence: Fence | None) -> str:
    if fence is not None:
        fence.variable(name)
    if name not in os.environ:
        raise UnresolvedError(f"{name} is not set in the environment", absent=True)
    return os.environ[name]


def _file(path: str, fence: Fence | None) -> str:
    try:
        place = Path(path).expanduser() if fence is None else fence.file(path)
        return place.read_text("utf-8").strip()
    except (OSError, ValueError, RuntimeError) as error:
        raise UnresolvedError(f"{path!r} cannot be read: {error}", absent=True) from None
