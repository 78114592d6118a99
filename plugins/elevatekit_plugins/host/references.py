"""`$env:NAME` and `$file:PATH` in settings: what stands for something that stands elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

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


def resolve(value: object, withheld: frozenset[str] = frozenset()) -> object:
    """A value with every reference in it replaced by what it stands for, in lists and tables too.

    Args:
        withheld: environment variables that may not be referred to.

    Raises:
        UnresolvedError: a reference that leads nowhere, or to something withheld.
    """
    if isinstance(value, Mapping):
        table = cast("Mapping[object, object]", value)
        return {key: resolve(one, withheld) for key, one in table.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [resolve(one, withheld) for one in cast("Sequence[object]", value)]
    if not isinstance(value, str):
        return value
    kind, colon, name = value.partition(":")
    if colon and kind == "$env":
        return _environment(name, withheld)
    if colon and kind == "$file":
        return _file(name)
    return value


def _environment(name: str, withheld: frozenset[str]) -> str:
    if name in withheld:
        raise UnresolvedError(
            f"$env:{name} is not for a file of the working directory: a folder could send your"
            " token elsewhere",
            absent=False,
        )
    if name not in os.environ:
        raise UnresolvedError(f"{name} is not in the environment", absent=True)
    return os.environ[name]


def _file(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError, RuntimeError) as error:
        raise UnresolvedError(f"{path} cannot be read: {error}", absent=True) from None
