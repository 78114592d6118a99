"""The command line as a whole: which commands there are, and how everything ends.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 done with
rejects, 130 interrupted.
"""

from __future__ import annotations

import errno
import io
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Final

import click

from elevatekit_plugins.api import Api, did_you_mean
from elevatekit_plugins.cli.commands import plugin_commands
from elevatekit_plugins.cli.misplaced import placed
from elevatekit_plugins.cli.operations import operation_groups
from elevatekit_plugins.cli.stdout import give_up, kept_clean, own_stdout, settle
from elevatekit_plugins.cli.terminal import printable, say
from elevatekit_plugins.cli.version import version_option
from elevatekit_plugins.errors import ArgumentError, ConfigError, ElevateKitError

ABOUT_PULLS: Final = ("pull", "export", "probe")
"""What is done with interactions. Only a spec with `x-pull` at its root says what they are."""
ALWAYS: Final = ("plugins", "simulate", "cassettes", "completion")
COMMANDS: Final = (*ABOUT_PULLS, *ALWAYS)
"""Modules of this package that each offer `command(api)`."""


def run(api: Api, arguments: Sequence[str] | None = None) -> None:
    """The entry point of the script: runs a command and exits the process with its code."""
    own_stdout()
    sys.exit(main(api, sys.argv[1:] if arguments is None else arguments))


def main(api: Api, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code. Every expected error becomes one line on stderr."""
    logging.basicConfig(format=f"{api.name}: %(message)s", level=logging.WARNING)
    try:
        with kept_clean():
            result = app(api).main(list(arguments), prog_name=api.name, standalone_mode=False)
            settle()
    except click.exceptions.Exit as exit:
        return exit.exit_code
    except click.NoSuchOption as error:
        return _show(placed(error, arguments))
    except click.ClickException as error:
        return _show(error)
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return 130
    except (ConfigError, ArgumentError) as error:
        return _complain(api, error, 2)
    except ElevateKitError as error:
        return _complain(api, error, 1)
    except OSError as error:
        give_up()
        if error.errno == errno.EPIPE:
            return 1  # whoever read our output has gone: nobody to say it to
        return _complain(api, error, 1)
    return result if isinstance(result, int) else 0


def app(api: Api) -> click.Group:
    """The root command: one group for each group of operations, and the commands around them."""
    root = Group(
        name=api.name,
        help=f"{api.title} on the command line.\n\n"
        f"Set the token in {api.env('token')} or with --token-file; it is never an argument.\n\n"
        f"No account? Run `{api.name} simulate` to serve the same API on this machine.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    version_option(api)(root)
    for group in operation_groups(api, Group):
        root.add_command(group)
    for name in COMMANDS if api.pull is not None else ALWAYS:
        root.add_command(_builtin(name)(api), name)
    others = {str(command.name): command for command in plugin_commands(api)}
    root.eclipsed = {name: it.labels for name, it in others.items() if name in root.commands}
    for name in others.keys() - root.eclipsed.keys():
        root.add_command(others[name])
    return root


class Group(click.Group):
    """A group that names the nearest command."""

    eclipsed: Mapping[str, str] = {}
    """Name of a built-in command to the commands of plugins that have it, too."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        # A shell that completes wants no complaint: what is wrong shows when the command is run.
        wanted = not ctx.resilient_parsing and not name.startswith("-")
        if wanted and self.get_command(ctx, name) is None:
            known = self.list_commands(ctx)
            hint = did_you_mean(name, known) or f"; available: {', '.join(known)}"
            ctx.fail(f"unknown command {name!r}{hint}")
        if wanted and name in self.eclipsed:
            say(f"running the built-in {name}, not the command {self.eclipsed[name]}")
        return super().resolve_command(ctx, args)


def _builtin(name: str) -> Callable[[Api], click.Command]:
    command: Callable[[Api], click.Command] = import_module(
        f"elevatekit_plugins.cli.{name}"
    ).command
    return command


def _show(error: click.ClickException) -> int:
    shown = io.StringIO()
    error.show(shown)
    click.echo(printable(shown.getvalue()), err=True, nl=False)
    return error.exit_code


def _complain(api: Api, error: Exception, code: int) -> int:
    click.echo(f"{click.style(api.name, fg='red')}: {printable(str(error))}", err=True)
    return code
