"""One export from opening its destinations to closing them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from typing import Final

from msgspec import Struct

from elevatekit_plugins.api import Api
from elevatekit_plugins.errors import PluginError
from elevatekit_plugins.export.destinations import Destination, Writing, refuse_to_overwrite
from elevatekit_plugins.export.reading import read_records
from elevatekit_plugins.export.records import Records
from elevatekit_plugins.hooks.descriptors import (
    ExportContext,
    HttpSender,
    InteractionRecord,
    TransformSpec,
    VolatileMemo,
)
from elevatekit_plugins.hooks.events import (
    BatchCommitted,
    DestinationReport,
    ExportFinished,
    ExportStarted,
    RecordRejected,
)
from elevatekit_plugins.host.manager import PluginHost
from elevatekit_plugins.journal.cursors import Deliveries
from elevatekit_plugins.journal.store import deliveries_of, files_of, snapshot

BATCH: Final = 200
"""Interactions that exporters are handed at once."""

Transform = Callable[[InteractionRecord], InteractionRecord | None]


class ExportReport(Struct, frozen=True, kw_only=True):
    """What became of an export."""

    destinations: tuple[DestinationReport, ...]
    dropped: int
    """Interactions that transforms left out."""
    unreadable: tuple[RecordRejected, ...]
    """Payloads that are no JSON. They are in the journal, and in no table."""
    without_row: int
    """Rejects of the journal that belong to no interaction, and so stand in no table."""


def export(
    path: str | os.PathLike[str],
    api: Api,
    host: PluginHost,
    destinations: Sequence[Destination],
    *,
    transforms: Sequence[TransformSpec] = (),
    send: HttpSender,
) -> ExportReport:
    """Render a journal to destinations. One that fails stops no other; the report names it.

    Raises:
        ConfigError: the journal cannot be read or would be overwritten, or settings of a plugin
            do not fit.
        PluginError: a transform failed.
    """
    refuse_to_overwrite(files_of(path), destinations)
    with ExitStack() as stack:
        tables = stack.enter_context(snapshot(path))
        deliveries = None
        if any(d.spec.mode == "append" or d.spec.remembers for d in destinations):
            deliveries = stack.enter_context(deliveries_of(path))
        records = Records(api)
        steps = [(spec.name, host.build(spec, records.layout)) for spec in transforms]
        writings = _open(destinations, api, host, records, send, deliveries)
        host.notify(
            "elevatekit_export_started",
            ExportStarted(
                journal=os.fspath(path),
                destinations=tuple(destination.text for destination in destinations),
                interactions=tables.interactions.count_with_id(),
            ),
        )
        rejects: list[RecordRejected] = []

        def rejected(event: RecordRejected) -> None:
            rejects.append(event)
            host.notify("elevatekit_record_rejected", event)

        kept = _Kept(read_records(tables, records, rejected), steps)
        try:
            _write(kept, writings, host, deliveries)
        finally:
            for writing in writings:
                writing.abort("interrupted")
            reports = tuple(writing.report() for writing in writings)
            host.notify(
                "elevatekit_export_finished",
                ExportFinished(journal=os.fspath(path), destinations=reports),
            )
        return ExportReport(
            destinations=reports,
            dropped=kept.dropped,
            unreadable=tuple(rejects),
            without_row=tables.rejects.count_homeless(),
        )


def _open(
    destinations: Sequence[Destination],
    api: Api,
    host: PluginHost,
    records: Records,
    send: HttpSender,
    deliveries: Deliveries | None,
) -> list[Writing]:
    """Everything is built before anything is opened: settings that do not fit harm nothing."""
    exporters = [
        host.build(
            destination.spec,
            ExportContext(
                target=destination.target,
                api=api,
                layout=records.layout,
                send=send,
                memo=VolatileMemo() if deliveries is None else deliveries.memo(destination.text),
            ),
        )
        for destination in destinations
    ]
    return [
        Writing(destination, exporter, _cursor(destination, deliveries))
        for destination, exporter in zip(destinations, exporters, strict=True)
    ]


def _cursor(destination: Destination, deliveries: Deliveries | None) -> int:
    if deliveries is None or destination.spec.mode == "render":
        return 0
    return deliveries.cursors.get(destination.text)


def _write(
    kept: Iterable[tuple[int, InteractionRecord]],
    writings: Sequence[Writing],
    host: PluginHost,
    deliveries: Deliveries | None,
) -> None:
    records = iter(kept)
    while batch := list(islice(records, BATCH)):
        for writing in writings:
            taken = writing.write(batch, last=writing is writings[-1])
            if taken and writing.appends and deliveries is not None:
                deliveries.cursors.set(writing.name, batch[-1][0])
                _committed(host, writing, taken)
    for writing in writings:
        if writing.finish() and not writing.appends:
            _committed(host, writing, writing.taken)


def _committed(host: PluginHost, writing: Writing, interactions: int) -> None:
    event = BatchCommitted(destination=writing.name, interactions=interactions, total=writing.taken)
    host.notify("elevatekit_batch_committed", event)


class _Kept:
    """The records that every transform keeps."""

    def __init__(
        self,
        records: Iterator[tuple[int, InteractionRecord]],
        transforms: Sequence[tuple[str, Transform]],
    ) -> None:
        self._records = records
        self._transforms = transforms
        self.dropped = 0

    def __iter__(self) -> Iterator[tuple[int, InteractionRecord]]:
        for position, record in self._records:
            kept = self._transformed(record)
            if kept is None:
                self.dropped += 1
            else:
                yield position, kept

    def _transformed(self, record: InteractionRecord) -> InteractionRecord | None:
        for name, transform in self._transforms:
            try:
                changed = transform(record)
            except Exception as error:
                raise PluginError(
                    f"transform {name} failed for interaction {record.id}:"
                    f" {type(error).__name__}: {error}; fix it, or export without it",
                    plugin=name,
                    hook="elevatekit_register_transforms",
                ) from error
            if changed is None:
                return None
            record = changed
        return record
