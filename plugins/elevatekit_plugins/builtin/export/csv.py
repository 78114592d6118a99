"""The exporter `csv`: a folder with `interactions.csv` and one file for each list.

Every file has a header, and is there even where it has no rows: what files there are is told by
the spec and not by the data. Lines end with a line feed unless `newline = "crlf"` (RFC 4180);
UTF-8, with a byte order mark on wish. Text that a spreadsheet would run as a formula gets an
apostrophe before it; `unguard` takes it away again.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from msgspec import Struct

from elevatekit_plugins.api import Column
from elevatekit_plugins.builtin.export.files import NewFile, sync_folder
from elevatekit_plugins.builtin.export.guard import guard
from elevatekit_plugins.builtin.export.guard import unguard as unguard
from elevatekit_plugins.errors import ConfigError
from elevatekit_plugins.hooks.descriptors import (
    ExportContext,
    Exporter,
    ExporterSpec,
    InteractionRecord,
)
from elevatekit_plugins.hooks.specs import hookimpl

_ROWS: Final = "interactions"
_STDOUT: Final = "-"
_ENDINGS: Final = {"lf": "\n", "crlf": "\r\n"}
_BOM: Final = "\ufeff".encode()


class CsvSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the exporter `csv`."""

    bom: bool = False
    """Whether files begin with a byte order mark: old versions of Excel need it for UTF-8."""
    newline: Literal["lf", "crlf"] = "lf"
    formula_guard: bool = True
    """Whether text that a spreadsheet would run gets an apostrophe before it."""


class CsvExporter:
    """Writes a folder of CSV files."""

    def __init__(self, settings: CsvSettings, context: ExportContext) -> None:
        self._settings = settings
        self._layout = context.layout
        self._folder = Path(context.target)
        self._made: list[Path] = []
        """Folders that did not exist before, the innermost first."""
        self._tables: dict[str, _CsvFile] = {}

    def open(self) -> None:
        self._make_folder()
        tables = {_ROWS: self._layout.row, **{t.name: t.columns for t in self._layout.lists}}
        for name, columns in tables.items():
            self._tables[name] = _CsvFile(self._folder / f"{name}.csv", columns, self._settings)

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        self._tables[_ROWS].write(record.row for record in batch)
        for table in self._layout.lists:
            self._tables[table.name].write(
                row for record in batch for row in record.lists.get(table.name, ())
            )

    def finish(self) -> Sequence[str]:
        for table in self._tables.values():
            table.file.close()
        for table in self._tables.values():
            table.file.appear()
        sync_folder(self._folder)
        return [str(table.file.path) for table in self._tables.values()]

    def abort(self) -> None:
        for table in self._tables.values():
            table.file.discard()
        for folder in self._made:
            with contextlib.suppress(OSError):  # somebody else has put something into it
                folder.rmdir()

    def _make_folder(self) -> None:
        try:
            missing = [f for f in (self._folder, *self._folder.parents) if not f.exists()]
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{self._folder} cannot be created: {error.strerror}") from None
        self._made = missing


class _CsvFile:
    """One table."""

    def __init__(self, path: Path, columns: Sequence[Column], settings: CsvSettings) -> None:
        self.file = NewFile(path)
        self._guard = settings.formula_guard
        self._text = io.StringIO(newline="")
        self._csv = csv.writer(self._text, lineterminator=_ENDINGS[settings.newline])
        if settings.bom:
            self.file.file.write(_BOM)
        self.write([[column.name for column in columns]])

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        self._csv.writerows([self._cell(value) for value in row] for row in rows)
        self.file.file.write(self._text.getvalue().encode())
        self._text.seek(0)
        self._text.truncate()

    def _cell(self, value: Any) -> Any:
        if isinstance(value, bool):
            return "true" if value else "false"
        if self._guard and isinstance(value, str):
            return guard(value)
        return value


def build(settings: CsvSettings, context: ExportContext) -> Exporter:
    """The exporter with these settings.

    Raises:
        ConfigError: the target is standard output, which takes one file and not a folder.
    """
    if context.target == _STDOUT:
        raise ConfigError(
            "csv:- is not supported: csv writes a directory; use csv:DIR/, or jsonl:- for stdout"
        )
    return CsvExporter(settings, context)


@hookimpl
def elevatekit_register_exporters() -> Iterable[ExporterSpec]:
    """Register the exporter."""
    return [
        ExporterSpec(
            name="csv",
            summary="a directory of CSV files: interactions.csv and one per list",
            build=build,
            settings=CsvSettings,
            target="DIR/",
        )
    ]
