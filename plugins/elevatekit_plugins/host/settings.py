"""Settings of a plugin: from what the user wrote, wherever, to the plugin's struct.

Where a key is set more than once, arguments win over the environment, and the environment over
files. Of files that set up the same plugin the first one counts, whole: parts of two would mix
what one file trusts with what another one says.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Generic, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.specs import PROJECT
from elevatekit_plugins.host.converting import Given, converted, secrets_in
from elevatekit_plugins.host.hushed import hush
from elevatekit_plugins.host.references import Fence
from elevatekit_plugins.secrecy import spellings

S = TypeVar("S", bound=Struct)
_VARIABLE: Final = re.compile(rf"{PROJECT.upper()}_([A-Z0-9_]*[A-Z0-9])__[A-Z0-9_]+")
"""`ELEVATEKIT_NAME__KEY`"""


class SettingsFile(Struct, frozen=True, kw_only=True):
    """What a configuration file says about plugins."""

    path: str
    plugins: Mapping[str, Mapping[str, object]]
    fence: Fence | None = None
    """What it may refer to, where it came with somebody's folder."""


class Converted(Struct, Generic[S], frozen=True):
    """The settings of one plugin."""

    struct: S
    sources: Mapping[str, str]
    """Key to where its value comes from. Keys with their default are not in it."""

    def secrets(self) -> Sequence[str]:
        """What must not be shown, wherever it stands in the settings."""
        return secrets_in(self.struct)

    def fingerprint(self) -> str:
        """Tells these settings from others, and nothing of what they hold."""
        shown = msgspec.to_builtins(self.struct, enc_hook=repr)
        text = msgspec.json.encode([shown, self.secrets()], order="sorted")
        return hashlib.sha256(text).hexdigest()


class Settings:
    """All settings that there are.

    Args:
        arguments: name to keys to values, from code.
        files: those of the first file count before those of the next.
    """

    def __init__(
        self,
        arguments: Mapping[str, Mapping[str, object]] | None = None,
        files: Sequence[SettingsFile] = (),
    ) -> None:
        self._arguments = _checked(arguments)
        self._files = files

    def of(self, plugin: str, struct: type[S]) -> Converted[S]:
        """The settings of a plugin.

        A string `$env:NAME` stands for an environment variable, `$file:PATH` for the content of
        a file, so that no secret has to stand in a configuration. A secret that refers to
        something that is not there is an error when it is revealed, and not before: what does
        not need it works without it.

        Raises:
            ConfigError: an unknown key, a wrong type, or a value that is not there. No value of
                the settings is shown.
        """
        fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
        given = self._given(plugin, fields)
        values: dict[str, object] = {}
        for key, one in given.items():
            if key not in fields:
                takes = ", ".join(fields) or "none"
                raise ConfigError(
                    f"plugin {plugin}: no setting {key!r}{did_you_mean(key, [*fields])}"
                    f" (from {one.source}; settings: {takes})"
                )
            what = f"plugin {plugin}: setting {key}"
            values[fields[key].name] = converted(what, fields[key].type, one)
        for key, field in fields.items():
            if field.required and key not in given:
                raise ConfigError(
                    f"plugin {plugin}: setting {key} is missing; set it in [plugins.{plugin}] or"
                    f" {_variable(plugin)}{key.upper()}"
                )
        try:
            made = struct(**values)
        except Exception as error:  # of its __post_init__
            secrets = [text for one in secrets_in(values) for text in spellings(one)]
            told = hush(error, secrets)
            raise ConfigError(f"plugin {plugin}: settings: {told}") from told
        return Converted(made, {key: one.source for key, one in given.items()})

    def names(self) -> Iterator[tuple[str, Iterable[str]]]:
        """Each source, and the names that it sets up."""
        yield "settings=", self._arguments
        for file in self._files:
            yield f"[plugins] of {file.path}", file.plugins
        for variable in sorted(os.environ):
            found = _VARIABLE.fullmatch(variable)
            if found is not None:
                yield variable, [found[1].lower()]

    def _given(self, plugin: str, fields: Mapping[str, FieldInfo]) -> Mapping[str, Given]:
        given: dict[str, Given] = {}
        for file in self._files:
            if plugin in file.plugins:
                where = f"[plugins.{plugin}] of {file.path}"
                table = file.plugins[plugin]
                given = {key: Given(v, where, file.fence) for key, v in table.items()}
                break
        given |= _from_environment(plugin, fields)
        for key, value in self._arguments.get(plugin, {}).items():
            given[key] = Given(value, "settings=")
        return given


def _checked(arguments: object) -> Mapping[str, Mapping[str, object]]:
    if arguments is None:
        return {}
    if not isinstance(arguments, Mapping) or not all(
        isinstance(name, str) and isinstance(value, Mapping)
        for name, value in arguments.items()  # pyright: ignore[reportUnknownVariableType]
    ):
        # Not shown: there may be a secret in it.
        raise ConfigError("settings= must map names of plugins to mappings of settings")
    return arguments  # pyright: ignore[reportUnknownVariableType]


def _variable(plugin: str) -> str:
    return f"{PROJECT}_{plugin}__".upper().replace("-", "_")


def _from_environment(plugin: str, fields: Mapping[str, FieldInfo]) -> dict[str, Given]:
    prefix = _variable(plugin)
    keys = {key.upper(): key for key in fields}
    return {
        keys.get(name[len(prefix) :], name[len(prefix) :].lower()): Given(text, name, text=True)
        for name, text in os.environ.items()
        if name.startswith(prefix)
    }
