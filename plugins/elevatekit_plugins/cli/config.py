"""Configuration files of the command line. The library reads none.

Two files, of different trust. The project's (`elevatekit.toml`, or `[tool.elevatekit]` in
`pyproject.toml`, in the working directory) sets up plugins. The user's own, in the
configuration folder of the account, may also say where requests go and who signs them: a
working directory that came with somebody's repository must not redirect a token.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final, cast

import click
import msgspec
from msgspec import Struct, structs

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.host.settings import as_secret
from elevatekit_plugins.secrecy import Secret

_TRUSTED: Final = ("base_url", "token", "auth")


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the files say."""

    plugins: dict[str, dict[str, Any]] = {}
    """Settings of plugins: `[plugins.csv]`."""
    disable_plugins: tuple[str, ...] = ()
    retry: str = "standard"
    base_url: str | None = None
    token: Secret | None = None
    auth: str = "token"


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
            variable = "" if key == "auth" else f" Set {api.env(key)}, or"
            raise ConfigError(
                f"{source} must not set {key!r}: a folder could send your token elsewhere."
                f"{variable} put it into {own_file}"
            )
    own, project = _checked(_read(own_file), own_file), _checked(table, source)
    if own.auth in project.plugins:
        raise ConfigError(
            f"{source} must not set [plugins.{own.auth}]: {own_file} selects it to sign requests,"
            " and a folder could send your credentials elsewhere. Set it there"
        )
    return structs.replace(
        own,
        plugins={**own.plugins, **project.plugins},
        disable_plugins=(*own.disable_plugins, *project.disable_plugins),
        retry=project.retry if "retry" in table else own.retry,
    )


def _checked(table: dict[str, Any], path: Path) -> Config:
    known = [field.name for field in structs.fields(Config)]
    for key in table:
        if key not in known:
            raise ConfigError(f"{path}: unknown key {key!r}{did_you_mean(key, known)}")
    try:
        return msgspec.convert(table, Config, dec_hook=as_secret)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}") from None


def _current() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise ConfigError("the working directory is not there any more; change into one") from None


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
        raise ConfigError(f"{shared}: [tool.{api.name}] is no table")
    return cast("dict[str, Any]", section), shared


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
