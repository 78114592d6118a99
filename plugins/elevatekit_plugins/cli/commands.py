"""Commands that plugins bring: listed without being imported, run unless the user is against it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import click

from elevatekit_plugins.api import Api
from elevatekit_plugins.cli.config import load_config
from elevatekit_plugins.cli.stdout import give_back
from elevatekit_plugins.errors import ElevateKitError
from elevatekit_plugins.host.contract import UnfitPluginError
from elevatekit_plugins.host.discovery import COMMANDS, Candidate, installed
from elevatekit_plugins.host.failures import described
from elevatekit_plugins.host.pinned import admit
from elevatekit_plugins.host.pins import wanted_pins
from elevatekit_plugins.host.switches import switches


def plugin_commands(api: Api) -> Sequence[PluginCommand]:
    """The commands that are installed, one for each name."""
    found = groupby(installed(COMMANDS), key=lambda candidate: candidate.name)
    return [PluginCommand(api, name, tuple(those)) for name, those in found]


class PluginCommand(click.Command):
    """A command of an installed plugin, which is imported when it is run and not before.

    Args:
        candidates: those of this name. If there are several, none is used, as with plugins.
    """

    def __init__(self, api: Api, name: str, candidates: Sequence[Candidate]) -> None:
        origins = " and ".join(candidate.distribution for candidate in candidates)
        super().__init__(name, short_help=f"From {origins}.")
        self.labels = " and ".join(candidate.label for candidate in candidates)
        self._api, self._candidates = api, candidates

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The context of the real command, which takes over from here.

        Raises:
            ElevateKitError: the user has switched it off, it is not what was pinned, it cannot be
                imported, or is none.
        """
        command = self._loaded()
        give_back()
        return command.make_context(info_name, args, parent, **extra)

    def _loaded(self) -> click.Command:
        candidate, *others = self._candidates
        if others:
            raise ElevateKitError(
                f"the commands {self.labels} have the same name, so none of them is used; uninstall"
                " all but one"
            )
        config = load_config(self._api).plugins
        refusal = switches(True, (), config, installed()).refusal(candidate)
        if refusal is not None:
            raise ElevateKitError(f"the command {self.labels} is {refusal}")
        try:
            admit(candidate, wanted_pins({}, config.pins, installed()))
            command = candidate.load()
        except UnfitPluginError as error:
            raise ElevateKitError(f"the command {self.labels} is not used: {error}") from None
        except (Exception, SystemExit) as error:
            raise ElevateKitError(
                f"the command {self.labels} cannot be imported: {described(error)};"
                f" fix it, or uninstall {candidate.distribution}"
            ) from error
        if not isinstance(command, click.Command):
            raise ElevateKitError(f"the command {self.labels} is not a click command")
        return command
