"""The command `elevatekit-codegen`."""

from __future__ import annotations

import errno
import gc
import sys
from importlib import import_module

import click

from elevatekit_plugins.errors import missing_extra


class _Commands(click.Group):
    """Loads a command when it is run: `lint` has no use for what `patch` needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check", "diff", "generate", "lint", "patch"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        try:
            module = import_module(f"elevatekit_codegen.commands.{cmd_name}")
        except ModuleNotFoundError as error:
            # The script is installed with the package, its needs only with the extra.
            sys.exit(str(missing_extra("elevatekit-codegen", error, "codegen")))
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        # What a command makes of a spec is in use until it ends. To look again and again for
        # what is not takes a third of its time where the spec is large.
        gc.disable()
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read our output has gone: click ends in silence
            where = error.filename or "the output"
            click.echo(f"{where} cannot be read or written: {error.strerror}", err=True)
            sys.exit(1)
        finally:
            gc.enable()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Generate the SDK from its OpenAPI spec and review changes of the spec."""
