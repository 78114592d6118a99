"""Configuration files of the command line. The library reads none.

Two files, of different trust. The project's (`elevatekit.toml`, or `[tool.elevatekit]` in
`pyproject.toml`, in the working directory) sets up plugins. The user's own, in the
configuration folder of the account, may also say where requests go and who signs them: a
working directory that came with somebody's repository must not redirect a token.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from msgspec import Struct

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
    directory = Path.cwd() if directory is None else directory
    project, source = _project(api, directory)
    for key in _TRUSTED:
        if key in project:
            raise ConfigError(
                f"{source} must not set {key!r}: a folder could send your token elsewhere."
                f" Set {api.env(key)} or put it into {_user_file(api)}"
            )
    user = _read(_user_file(api))
    auth = user.get("auth")
    if auth in project.get("plugins", {}):
        raise ConfigError(
            f"{source} must not set [plugins.{auth}]: {_user_file(api)} selects it to sign"
            f" requests, and a folder could send your credentials elsewhere. Set it there"
        )
    merged = {**user, **project}
    merged["plugins"] = {**user.get("plugins", {}), **project.get("plugins", {})}
    known = [field.name for field in msgspec.structs.fields(Config)]
    for key in merged:
        if key not in known:
            where = source if key in project else _user_file(api)
            raise ConfigError(f"{where}: unknown key {key!r}{did_you_mean(key, known)}")
    try:
        return msgspec.convert(merged, Config, dec_hook=as_secret)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {error}") from None


def _user_file(api: Api) -> Path:
    return Path(click.get_app_dir(api.name)) / "config.toml"


def _project(api: Api, directory: Path) -> tuple[dict[str, Any], Path]:
    own = directory / f"{api.name}.toml"
    if own.exists():
        return _read(own), own
    shared = directory / "pyproject.toml"
    table: dict[str, Any] = _read(shared).get("tool", {}).get(api.name, {})
    return table, shared


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from None
