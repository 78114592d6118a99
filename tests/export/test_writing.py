"""One destination of an export: what an exporter raises ends it, says why, and takes it back."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

import pytest

from elevatekit_plugins import ExporterSpec, InteractionRecord
from elevatekit_plugins.export.destinations import Destination, Writing

RECORD = InteractionRecord(id="id-a", key="a", row=(), lists={}, payloads={})


class Failing:
    """An exporter whose `write` raises."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.aborted = 0

    def open(self) -> None:
        pass

    def write(self, batch: Sequence[InteractionRecord]) -> None:
        raise self.error

    def finish(self) -> Sequence[str]:
        raise AssertionError("a destination that failed is not finished")

    def abort(self) -> None:
        self.aborted += 1


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "cannot be written: No space left on"),
        (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
    ],
)
def test_what_an_exporter_raises_is_the_report_of_its_destination(
    error: Exception, says: str
) -> None:
    exporter = Failing(error)
    spec = ExporterSpec(name="lake", summary="a lake", build=lambda settings, context: exporter)
    writing = Writing(Destination("lake:x", spec, "x"), exporter, 0)

    assert writing.write([(1, RECORD)]) == 0
    assert not writing.finish()

    report = writing.report()
    assert (report.outcome, report.interactions, exporter.aborted) == ("failed", 0, 1)
    assert report.error is not None
    assert report.error.startswith(says)
