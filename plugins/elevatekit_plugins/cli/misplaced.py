"""Options that stand before the command that has them, or behind one that has them not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click


def placed(error: click.NoSuchOption, arguments: Sequence[str]) -> click.UsageError:
    """The error itself, or one that says where the option goes.

    Args:
        arguments: of the whole command line.
    """
    here, option = error.ctx, error.option_name
    if here is None:
        return error
    if outer := next((c for c in _outer(here) if _has(c.command, option)), None):
        return _told(f"{option} must come before the command: {outer.command_path} {option}", here)
    root = here.find_root()
    path = _path(root, arguments)
    meant = path[-1] if path else root.command
    # A group that has commands with it, but was not told which.
    if meant is not here.command and _has(meant, option):
        words = " ".join([root.command_path, *(str(command.name) for command in path)])
        return _told(f"{option} must come after the command: {words} ... {option}", here)
    if isinstance(here.command, click.Group) and any(_below(here, here.command, option)):
        return _told(f"{option} must come after a command, and none is given", here)
    return error


def _told(message: str, context: click.Context) -> click.UsageError:
    return click.UsageError(message, context)


def _outer(context: click.Context) -> Iterator[click.Context]:
    while context.parent is not None:
        context = context.parent
        yield context


def _path(root: click.Context, arguments: Sequence[str]) -> list[click.Command]:
    """The commands that the words of a command line name, one below the other."""
    found: list[click.Command] = []
    command = root.command
    for word in arguments:
        if isinstance(command, click.Group) and (inner := command.get_command(root, word)):
            found.append(inner)
            command = inner
    return found


def _below(context: click.Context, group: click.Group, option: str) -> Iterator[bool]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _below(context, command, option)
        elif command is not None:
            yield _has(command, option)


def _has(command: click.Command, option: str) -> bool:
    return any(option in (*p.opts, *p.secondary_opts) for p in command.params)
