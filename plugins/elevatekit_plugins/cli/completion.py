"""`elevatekit completion`: the script that makes a shell complete commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from elevatekit_plugins.api import Api

_SHELLS: Final[dict[str, type[ShellComplete]]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}


def command(api: Api) -> click.Command:
    """The command."""
    name = api.name

    @click.command(
        "completion",
        help=f"""Print a shell completion script.

        \b
        bash  echo 'eval "$({name} completion bash)"' >> ~/.bashrc
        zsh   echo 'eval "$({name} completion zsh)"' >> ~/.zshrc
        fish  {name} completion fish > ~/.config/fish/completions/{name}.fish
        """,
    )
    @click.argument("shell", type=click.Choice(list(_SHELLS)))
    @click.pass_context
    def completion(ctx: click.Context, shell: str) -> None:
        root = ctx.find_root().command
        script = _SHELLS[shell](root, {}, name, f"_{name}_COMPLETE".upper()).source()
        # Bytes: a text stream would end its lines as Windows does, and no shell wants that.
        click.echo(script.encode(), nl=False)

    return completion
