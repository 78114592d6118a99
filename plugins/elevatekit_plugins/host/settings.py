"""Settings of a plugin: from plain values to its struct, with errors that say where to look."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.secrecy import Secret

S = TypeVar("S")


def convert(plugin: str, struct: type[S], values: Mapping[str, object]) -> S:
    """The settings struct of a plugin, made from what the user wrote.

    A string `$env:NAME` stands for an environment variable, `$file:PATH` for the content of a
    file, so that no secret has to stand in a configuration.

    Raises:
        ConfigError: an unknown key, a wrong type, or a secret that is not there. No value of
            the settings is shown.
    """
    known = [field.encode_name for field in msgspec.structs.fields(struct)]  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            takes = ", ".join(known) or "none"
            raise ConfigError(
                f"plugin {plugin}: no setting {key!r}{did_you_mean(key, known)} (settings: {takes})"
            )
    resolved = {key: _resolve(plugin, key, value) for key, value in values.items()}
    try:
        return msgspec.convert(resolved, struct, dec_hook=as_secret)
    except msgspec.ValidationError as error:
        # msgspec names the place and the types, never the value.
        raise ConfigError(f"plugin {plugin}: setting {_place(error)}") from None


def _resolve(plugin: str, key: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.startswith("$env:"):
        name = value.removeprefix("$env:")
        if name not in os.environ:
            raise ConfigError(f"plugin {plugin}: setting {key}: {name} is not in the environment")
        return os.environ[name]
    if value.startswith("$file:"):
        path = value.removeprefix("$file:")
        try:
            return Path(path).expanduser().read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"plugin {plugin}: setting {key}: {path} cannot be read: {error}"
            ) from None
    return value


def as_secret(type_: type[Any], value: object) -> object:
    """A `dec_hook` for msgspec that makes secrets of strings."""
    if type_ is not Secret:
        raise NotImplementedError(f"settings cannot hold a {type_.__name__}")
    if not isinstance(value, str):
        # msgspec adds the place and makes it its own error.
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Secret(value)


def _place(error: msgspec.ValidationError) -> str:
    what, _, path = str(error).partition(" - at ")
    return f"{path.strip('`').removeprefix('$.')}: {what}" if path else what
