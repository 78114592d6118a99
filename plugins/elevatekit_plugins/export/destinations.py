"""Destinations: what `NAME:TARGET` names, and one that is being written to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from pathlib import Path

from msgspec import Struct, structs, to_builtins

from elevatekit_plugins.errors import ConfigError, ElevateKitError
from elevatekit_plugins.hooks.descriptors import Exporter, ExporterSpec, InteractionRecord
from elevatekit_plugins.hooks.events import DestinationReport
from elevatekit_plugins.host.manager import PluginHost


class Destination(Struct, frozen=True):
    """What was named: the exporter and its target."""

    text: str
    """As it was named; the name of its cursor in the journal."""
    spec: ExporterSpec
    target: str


def parse(texts: Sequence[str], host: PluginHost) -> list[Destination]:
    """The destinations of a command line.

    Raises:
        ConfigError: an exporter that does not exist (the nearest are named), no target, or one
            destination twice, in whatever words.
    """
    destinations = [_parse(text, host) for text in texts]
    for one, other in combinations(destinations, 2):
        if one.spec is other.spec and _same_place(one.target, other.target):
            again = "" if one.text == other.text else f", the second time as {other.text}"
            raise ConfigError(f"--to {one.text} is given twice{again}; remove one")
    return destinations


def refuse_to_overwrite(own: Iterable[Path], destinations: Iterable[Destination]) -> None:
    """Keep an export from replacing what it reads.

    Args:
        own: the files of the journal, those among them that are still to be made as well.

    Raises:
        ConfigError: the target of a destination is one of them, or a link to one.
    """
    for destination in destinations:
        for file in own:
            if _same_place(destination.target, file):
                raise ConfigError(
                    f"--to {destination.text} would overwrite {file}, a file of the journal;"
                    " name another target"
                )


def _copied(record: InteractionRecord) -> InteractionRecord:
    """The record with tables and payloads of its own: what is done to them reaches nobody else."""
    payloads = to_builtins(record.payloads)  # copies JSON several times faster than `deepcopy`
    return structs.replace(record, lists=dict(record.lists), payloads=payloads)


def _same_place(one: str | Path, other: str | Path) -> bool:
    """Whether two paths lead to one file or folder, or would if it were there.

    A target that is no path is the same place as itself.
    """
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)


def _parse(text: str, host: PluginHost) -> Destination:
    name, _, target = text.partition(":")
    aliases = {alias: s.name for s in host.registered(ExporterSpec).values() for alias in s.aliases}
    spec = host.select(ExporterSpec, aliases.get(name, name))
    if spec.target and not target:
        raise ConfigError(f"--to {text} has no target; write {spec.name}:{spec.target}")
    return Destination(text, spec, target)


class Writing:
    """A destination that is being written to. What fails in it ends it, and no other.

    Args:
        after: the position of the last interaction that it has taken in an earlier export.
    """

    def __init__(self, destination: Destination, exporter: Exporter, after: int) -> None:
        self.name = destination.text
        self.appends = destination.spec.mode == "append"
        self.taken = 0
        self._exporter = exporter
        self._after = after
        self._open = True
        self._left: tuple[str, ...] = ()
        self._error: str | None = None
        self._attempt(exporter.open)

    def write(self, batch: Sequence[tuple[int, InteractionRecord]], *, last: bool = True) -> int:
        """Hand over the records that it has not taken before; how many it took.

        Args:
            last: whether nobody is handed them afterwards. Else it gets copies.
        """
        records = [record for position, record in batch if position > self._after]
        if self._open and not last:
            records = [_copied(record) for record in records]
        if not records or not self._attempt(lambda: self._exporter.write(records)):
            return 0
        self.taken += len(records)
        return len(records)

    def finish(self) -> bool:
        """Make visible what was written; whether that went well."""

        def finish() -> None:
            self._left = tuple(self._exporter.finish())
            self._open = False

        return self._attempt(finish)

    def abort(self, why: str) -> None:
        """Leave the destination as it was, unless it is finished or has failed already."""
        if self._open:
            self._open, self._error = False, why
            self._exporter.abort()

    def report(self) -> DestinationReport:
        """What became of it."""
        done = self._error is None
        return DestinationReport(
            destination=self.name,
            outcome="done" if done else "failed",
            interactions=self.taken if done or self.appends else 0,
            left=self._left,
            error=self._error,
        )

    def _attempt(self, action: Callable[[], None]) -> bool:
        if not self._open:
            return False
        try:
            action()
        except ElevateKitError as error:
            self.abort(str(error))
        except OSError as error:
            self.abort(f"cannot be written: {error.strerror or error}; fix that and export again")
        except Exception as error:  # an exporter may raise anything, and must not stop the others
            self.abort(f"{type(error).__name__}: {error}")
        return self._error is None
