"""The command line as a whole: which commands there are, and how everything ends.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 done with
rejects, 130 interrupted.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import click

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.cli.operations import operation_groups
from elevatekit_plugins.cli.version import version_option
from elevatekit_plugins.errors import ArgumentError, ConfigError, ElevateKitError

COMMANDS: Final = ("pull", "export", "plugins", "simulate", "completion")
"""Modules of this package that each offer `command(api)`."""


def run(api: Api, arguments: Sequence[str] | None = None) -> None:
    """The entry point of the script: runs a command and exits the process with its code."""
    sys.exit(main(api, sys.argv[1:] if arguments is None else arguments))


def main(api: Api, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Every expected error becomes one line on stderr."""
    logging.basicConfig(format=f"{api.name}: %(message)s", level=logging.WARNING)
    try:
        result = app(api).main(list(arguments), prog_name=api.name, standalone_mode=False)
    except click.exceptions.Exit as exit:
        return exit.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except (ConfigError, ArgumentError) as error:
        return _complain(api, error, 2)
    except ElevateKitError as error:
        return _complain(api, error, 1)
    except OSError as error:
        if error.errno == errno.EPIPE:
            # Whoever read our output has gone. Nothing to say, and nobody to say it to.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        return _complain(api, error, 1)
    return result if isinstance(result, int) else 0


def app(api: Api) -> click.Group:
    """The root command: one group for each group of operations, and the commands around them."""
    third_party = {point.name: point for point in entry_points(group=f"{api.name}.commands")}
    root = Group(
        name=api.name,
        plugin_commands=third_party,
        help=f"{api.title} from the command line.\n\n"
        f"The token comes from {api.env('token')} or --token-file; it is never an argument.\n\n"
        f"Without an account: `{api.name} simulate` serves the same API on this machine.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    version_option(api)(root)
    for group in operation_groups(api, Group):
        root.add_command(group)
    for name in COMMANDS:
        root.add_command(_builtin(name)(api), name)
    return root


class Group(click.Group):
    """A group that names the nearest command, and imports a plugin's only when it is run."""

    def __init__(
        self, *args: Any, plugin_commands: dict[str, EntryPoint] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._plugin_commands = plugin_commands or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._plugin_commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        point = self._plugin_commands.get(cmd_name)
        if own is not None or point is None:
            return own
        if "--help" in ctx.args or ctx.resilient_parsing:
            return click.Command(cmd_name, help=f"(plugin {point.dist.name if point.dist else ''})")
        command: click.Command = point.load()
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        # A shell that completes wants no complaint: what is wrong shows when the command is run.
        wanted = not ctx.resilient_parsing and not name.startswith("-")
        if wanted and self.get_command(ctx, name) is None:
            known = self.list_commands(ctx)
            hint = did_you_mean(name, known) or f"; there are {', '.join(known)}"
            ctx.fail(f"no command {name!r}{hint}")
        return super().resolve_command(ctx, args)


def _builtin(name: str) -> Callable[[Api], click.Command]:
    command: Callable[[Api], click.Command] = import_module(
        f"elevatekit_plugins.cli.{name}"
    ).command
    return command


def _complain(api: Api, error: Exception, code: int) -> int:
    click.echo(f"{click.style(api.name, fg='red')}: {error}", err=True)
    return code
