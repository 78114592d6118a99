"""The exporter `jsonl`: one interaction a line, with every payload as it came.

A line holds what is known of the interaction (`interaction_id`, `key`, `type`, `state` …) and
`results`: operation id to payload. What a question operation was asked is a list in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from elevatekit_plugins.builtin.export.files import NewFile
from elevatekit_plugins.hooks.descriptors import (
    ExportContext,
    Exporter,
    ExporterSpec,
    InteractionRecord,
    NoSettings,
)
from elevatekit_plugins.hooks.output import standard_output
from elevatekit_plugins.hooks.specs import hookimpl

_STDOUT: Final = "-"


class _Lines:
    """What a record is as a line of JSON."""

    def __init__(self, context: ExportContext) -> None:
        # Columns without a path are not from a payload; all others are in one of the payloads.
        self._about = [
            (number, column.name)
            for number, column in enumerate(context.layout.row)
            if not column.path
        ]

    def encode(self, batch: Sequence[InteractionRecord]) -> bytes:
        return b"".join(msgspec.json.encode(self._line(record)) + b"\n" for record in batch)

    def _line(self, record: InteractionRecord) -> dict[str, object]:
        about = {name: record.row[number] for number, name in self._about}
        return {**about, "results": record.payloads}


class JsonlFile:
    """Writes a file that appears when it is complete."""

    def __init__(self, context: ExportContext) -> None:
        self._lines = _Lines(context)
        self._path = Path(context.target)
        self._new: NewFile | None = None

    def open(self) -> None:
        self._new = NewFile(self._path)

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        assert self._new is not None  # it was opened
        self._new.file.write(self._lines.encode(batch))

    def finish(self) -> Sequence[str]:
        assert self._new is not None  # it was opened
        return [self._new.finish()]

    def abort(self) -> None:
        if self._new is not None:
            self._new.discard()


class JsonlStdout:
    """Writes to standard output as it goes."""

    def __init__(self, context: ExportContext) -> None:
        self._lines = _Lines(context)

    def open(self) -> None:
        standard_output()

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        standard_output().write(self._lines.encode(batch))

    def finish(self) -> Sequence[str]:
        standard_output().flush()
        return ["standard output"]

    def abort(self) -> None:
        pass


def build(settings: NoSettings, context: ExportContext) -> Exporter:
    """The exporter for a file, or for standard output where the target is `-`."""
    return JsonlStdout(context) if context.target == _STDOUT else JsonlFile(context)


@hookimpl
def elevatekit_register_exporters() -> Iterable[ExporterSpec]:
    """Register the exporter."""
    return [
        ExporterSpec(
            name="jsonl",
            summary="one interaction per line, with every payload unchanged; - is stdout",
            build=build,
            target="FILE.jsonl",
        )
    ]
