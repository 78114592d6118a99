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
from typing import Any, Final, Generic, TypeVar, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo

from elevatekit_plugins.api import did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.specs import PROJECT
from elevatekit_plugins.host.references import Fence, MissingSecret, UnresolvedError, resolve
from elevatekit_plugins.secrecy import Secret

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
        found: list[str] = []

        def hide(value: object) -> object:
            if isinstance(value, Secret) and not isinstance(value, MissingSecret):
                found.append(value.reveal())
            return None

        msgspec.to_builtins(self.struct, enc_hook=hide)
        return found

    def fingerprint(self) -> str:
        """Tells these settings from others, and nothing of what they hold."""
        shown = msgspec.to_builtins(self.struct, enc_hook=repr)
        text = msgspec.json.encode([shown, self.secrets()], order="sorted")
        return hashlib.sha256(text).hexdigest()


class _Given(Struct, frozen=True):
    value: object
    source: str
    fence: Fence | None = None
    text: bool = False
    """Whether it could not be anything but text where it was written."""


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
            values[fields[key].name] = _converted(
                f"plugin {plugin}: setting {key}", fields[key], one
            )
        for key, field in fields.items():
            if field.required and key not in given:
                raise ConfigError(
                    f"plugin {plugin}: setting {key} is missing; set it in [plugins.{plugin}] or"
                    f" {_variable(plugin)}{key.upper()}"
                )
        try:
            made = struct(**values)
        except (ValueError, TypeError) as error:  # of its __post_init__
            raise ConfigError(f"plugin {plugin}: settings: {error}") from error
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

    def _given(self, plugin: str, fields: Mapping[str, FieldInfo]) -> Mapping[str, _Given]:
        given: dict[str, _Given] = {}
        for file in self._files:
            if plugin in file.plugins:
                where = f"[plugins.{plugin}] of {file.path}"
                table = file.plugins[plugin]
                given = {key: _Given(v, where, file.fence) for key, v in table.items()}
                break
        given |= _from_environment(plugin, fields)
        for key, value in self._arguments.get(plugin, {}).items():
            given[key] = _Given(value, "settings=")
        return given


def _checked(arguments: object) -> Mapping[str, Mapping[str, object]]:
    if arguments is None:
        return {}
    if not isinstance(arguments, Mapping) or not all(
        isinstance(value, Mapping)
        for value in arguments.values()  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    ):
        # Not shown: there may be a secret in it.
        raise ConfigError("settings= maps names of plugins to mappings of their settings")
    return arguments  # pyright: ignore[reportUnknownVariableType]


def _variable(plugin: str) -> str:
    return f"{PROJECT}_{plugin}__".upper().replace("-", "_")


def _from_environment(plugin: str, fields: Mapping[str, FieldInfo]) -> dict[str, _Given]:
    prefix = _variable(plugin)
    keys = {key.upper(): key for key in fields}
    return {
        keys.get(name[len(prefix) :], name[len(prefix) :].lower()): _Given(text, name, text=True)
        for name, text in os.environ.items()
        if name.startswith(prefix)
    }


def _converted(what: str, field: FieldInfo, given: _Given) -> object:
    try:
        value = resolve(given.value, given.fence)
    except UnresolvedError as error:
        message = f"{what}: {error} (from {given.source})"
        if isinstance(given.value, str) and error.absent and _holds_secret(field.type):
            return MissingSecret(message)
        raise ConfigError(message) from None
    text = given.text or (isinstance(given.value, str) and value is not given.value)
    try:
        return msgspec.convert(value, field.type, strict=not text, dec_hook=as_secret)
    except msgspec.ValidationError as error:
        # msgspec names the place and the types, never the value.
        raise ConfigError(f"{what}{_place(error)} (from {given.source})") from None


def _holds_secret(type_: Any) -> bool:
    return type_ is Secret or any(map(_holds_secret, get_args(type_)))


def as_secret(type_: type[Any], value: object) -> object:
    """A `dec_hook` for msgspec that makes secrets of strings."""
    if type_ is not Secret:
        raise NotImplementedError(f"settings cannot hold a {type_.__name__}")
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        # msgspec adds the place and makes it its own error.
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    return Secret(value)


def _place(error: msgspec.ValidationError) -> str:
    what, _, path = str(error).partition(" - at ")
    return f"{path.strip('`').removeprefix('$')}: {what}" if path else f": {what}"
