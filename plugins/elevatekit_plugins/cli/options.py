"""The options that every command with a client has, and the client that they make."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.cli.hosting import PluginOptions, plugin_options
from elevatekit_plugins.cli.terminal import stdin
from elevatekit_plugins.client import SyncApiClient
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.transport.protocol import MAX_BYTES

F = TypeVar("F", bound=Callable[..., Any])


class ClientOptions(Struct, frozen=True, kw_only=True):
    """What the user said on the command line about the client."""

    token_file: str | None
    base_url: str | None
    timeout: float | None
    retry: str | None
    plain_http: bool
    max_bytes: int
    plugins: PluginOptions

    def open(self, api: Api, **more: Any) -> SyncApiClient:
        """A client of these options, the environment, and the configuration files, in that order.

        Raises:
            ConfigError: one of them cannot be used.
        """
        config = load_config(api)
        token = None if self.token_file is None else _read_token(self.token_file)
        if token is None and config.token is not None:
            token = env_or(api, "token", config.token.reveal())
        base_url = self.base_url  # an empty one too: it is a variable that is not set, most likely
        if base_url is None:
            base_url = env_or(api, "base_url", config.base_url)
        return SyncApiClient(
            api,
            token,
            base_url=base_url,
            timeout=self.timeout,
            auth=config.auth,
            retry=config.retry if self.retry is None else self.retry,
            plain_http=self.plain_http,
            max_bytes=self.max_bytes,
            plugins=self.plugins.host(config),
            **more,
        )


def client_options(function: F) -> F:
    """Give a command the options of a client, as one argument `options`."""

    def with_options(
        *args: Any,
        token_file: str | None,
        base_url: str | None,
        timeout: float | None,
        retry: str | None,
        plain_http: bool,
        max_bytes: int,
        plugins: PluginOptions,
        **kwargs: Any,
    ) -> Any:
        options = ClientOptions(
            token_file=token_file,
            base_url=base_url,
            timeout=timeout,
            retry=retry,
            plain_http=plain_http,
            max_bytes=max_bytes,
            plugins=plugins,
        )
        return function(*args, options=options, **kwargs)

    with_options.__doc__ = function.__doc__
    with_options.__name__ = function.__name__
    with_options = plugin_options(with_options)
    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return with_options  # type: ignore[return-value]


_OPTIONS = (
    click.option(
        "--token-file", metavar="PATH|-", help="Read the token from a file, or - for stdin."
    ),
    click.option("--base-url", metavar="URL", help="The base URL of the API, with its path (/v1)."),
    click.option(
        "--timeout", type=float, metavar="S", help="Total deadline of a call, in seconds."
    ),
    click.option("--retry", metavar="NAME", help="The retry policy: standard, patient, none."),
    click.option(
        "--plain-http",
        is_flag=True,
        help="Allow http:// beyond loopback, in a network of your own.",
    ),
    click.option(
        "--max-bytes",
        type=int,
        metavar="N",
        default=MAX_BYTES,
        help="Maximum size of a response, decompressed, in bytes (64 MiB).",
    ),
)


def env_or(api: Api, setting: str, fallback: str | None) -> str | None:
    """None where the environment has it, so that the client reads it there; else the fallback."""
    return None if os.environ.get(api.env(setting)) else fallback


def _read_token(path: str) -> str:
    try:
        data = stdin().read() if path == "-" else Path(path).read_bytes()
        text = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the token file {path} cannot be read: {error}") from None
    token = text.strip("\r\n")
    if not token:
        raise ConfigError(f"the token file {path} is empty")
    return token
