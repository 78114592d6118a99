"""The options about plugins that commands share, and the host that they and the files make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from elevatekit_plugins.cli.config import Config
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.host.switches import ALL

F = TypeVar("F", bound=Callable[..., Any])


class PluginOptions(Struct, frozen=True, kw_only=True):
    """What the user said on the command line about plugins."""

    no_plugins: bool = False
    disable: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Plugins that are no distribution. Only what is named here is ever loaded."""

    def host(self, config: Config, *, strict: bool | None = None) -> PluginHost:
        """The host of these options and the configuration files.

        Raises:
            ConfigError: a name or a setting cannot be used.
            PluginError: a file that was named is no plugin that works.
        """
        installed = () if self.no_plugins else (ALL,)
        return PluginHost(
            [*installed, *map(Path, self.files)],
            self.disable,
            config=config.plugins,
            strict=strict,
        )


def plugin_options(function: F) -> F:
    """Give a command the options about plugins, as one argument `plugins`."""

    def with_options(
        *args: Any,
        no_plugins: bool,
        disable: tuple[str, ...],
        plugin_files: tuple[str, ...],
        **kwargs: Any,
    ) -> Any:
        options = PluginOptions(no_plugins=no_plugins, disable=disable, files=plugin_files)
        return function(*args, plugins=options, **kwargs)

    with_options.__doc__ = function.__doc__
    with_options.__name__ = function.__name__
    for option in (_FILES, _DISABLE, _NONE):
        with_options = option(with_options)
    # The options of the command itself, which were put on it before.
    ours: list[click.Parameter] = getattr(with_options, "__click_params__", [])
    ours[:0] = getattr(function, "__click_params__", [])
    return with_options  # type: ignore[return-value]


_NONE = click.option("--no-plugins", is_flag=True, help="Load no third-party plugins.")
_DISABLE = click.option("--disable", multiple=True, metavar="NAME", help="Do not load this plugin.")
_FILES = click.option(
    "--plugin",
    "plugin_files",
    multiple=True,
    metavar="FILE.py",
    help="Also load the plugin in this file.",
)
