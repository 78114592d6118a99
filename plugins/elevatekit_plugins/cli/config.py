"""Configuration files of the command line. The library reads none.

Two files, of different trust. The project's (`elevatekit.toml`, or `[tool.elevatekit]` in
`pyproject.toml`, in the working directory) sets up plugins. The user's own, in the
configuration folder of the account, may also say where requests go and who signs them: a
working directory that came with somebody's repository must not redirect a token.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Final, cast

import click
import msgspec
from msgspec import Struct, structs

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.converting import as_secret
from elevatekit_plugins.host.discovery import canonical
from elevatekit_plugins.host.references import Fence, referred
from elevatekit_plugins.host.settings import SettingsFile
from elevatekit_plugins.host.switches import ALL, PluginConfig
from elevatekit_plugins.secrecy import Secret

_TRUSTED: Final = ("base_url", "token", "auth")


class ConfigFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file may say."""

    plugins: dict[str, dict[str, Any]] = {}
    """Settings of plugins: `[plugins.csv]`."""
    only_plugins: tuple[str, ...] | None = None
    """The installed plugins that may be loaded, and no others."""
    disable_plugins: tuple[str, ...] = ()
    pins: dict[str, str] = {}
    """Name of a distribution to its pin, as `plugins pin` prints it."""
    retry: str = ""
    base_url: str | None = None
    token: Secret | None = None
    auth: str = "token"


class Config(Struct, frozen=True, kw_only=True):
    """What the files say together."""

    plugins: PluginConfig
    retry: str
    base_url: str | None
    token: Secret | None
    auth: str


def load_config(api: Api, directory: Path | None = None) -> Config:
    """The configuration for a working directory (the current one by default).

    Raises:
        ConfigError: a file that cannot be read, an unknown key, a wrong type, or a key that the
            working directory must not set.
    """
    table, source = _project(api, _current() if directory is None else directory)
    own_file = _user_file(api)
    for key in _TRUSTED:
        if key in table:
            remedy = "Put" if key == "auth" else f"Set {api.env(key)}, or put"
            raise ConfigError(
                f"{source} must not set {key!r}: a directory could send your token elsewhere."
                f" {remedy} it into {own_file}"
            )
    own, project = _checked(_read(own_file), own_file), _checked(table, source)
    if own.auth in project.plugins:
        raise ConfigError(
            f"{source} must not set [plugins.{own.auth}]: {own_file} selects it to sign requests,"
            " and a directory could send your credentials elsewhere. Set it there"
        )
    return Config(
        plugins=PluginConfig(
            settings=(
                SettingsFile(
                    path=str(source),
                    plugins=project.plugins,
                    fence=_fence(api, source.parent, own, own_file),
                ),
                SettingsFile(path=str(own_file), plugins=own.plugins),
            ),
            only=_both(own.only_plugins, project.only_plugins),
            disable=(*own.disable_plugins, *project.disable_plugins),
            # The user's own come last: a folder must not loosen them.
            pins={canonical(name): pin for name, pin in (*project.pins.items(), *own.pins.items())},
        ),
        retry=project.retry or own.retry or "standard",
        base_url=own.base_url,
        token=own.token,
        auth=own.auth,
    )


def _fence(api: Api, folder: Path, own: ConfigFile, own_file: Path) -> Fence:
    """A folder gets nothing that is the user's own: neither his files, nor what he refers to."""
    prefix = api.env("")
    environment = [value for name, value in os.environ.items() if name.startswith(prefix)]
    variables, files = referred([own.plugins, environment])
    return Fence(
        folder=folder,
        prefix=prefix,
        variables=variables,
        files=files | {own_file.resolve()},
    )


def _both(own: tuple[str, ...] | None, project: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """What both allow, in the order of the project: a folder must not loosen the user's list."""
    if own is None or ALL in own:
        return project
    if project is None or ALL in project:
        return own
    return tuple(name for name in project if name in own)


def _checked(table: dict[str, Any], path: Path) -> ConfigFile:
    known = [field.name for field in structs.fields(ConfigFile)]
    for key in table:
        if key not in known:
            raise ConfigError(f"{path}: unknown key {key!r}{did_you_mean(key, known)}")
    try:
        return msgspec.convert(table, ConfigFile, dec_hook=as_secret)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from None


def _current() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ConfigError("the working directory no longer exists; change to another one") from None


def _user_file(api: Api) -> Path:
    return Path(click.get_app_dir(api.name)) / "config.toml"


def _project(api: Api, directory: Path) -> tuple[dict[str, Any], Path]:
    own = directory / f"{api.name}.toml"
    if own.exists():
        return _read(own), own
    shared = directory / "pyproject.toml"
    section: object = _read(shared).get("tool", {})
    if isinstance(section, dict):
        section = cast("dict[str, object]", section).get(api.name, {})
    if not isinstance(section, dict):
        raise ConfigError(f"{shared}: [tool.{api.name}] is not a table")
    return cast("dict[str, Any]", section), shared


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
