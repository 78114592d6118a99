"""Reading a journal one interaction after another, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from elevatekit_plugins.export.records import Records
from elevatekit_plugins.hooks.descriptors import InteractionRecord
from elevatekit_plugins.hooks.events import RecordRejected
from elevatekit_plugins.journal.rows import Interaction, Result
from elevatekit_plugins.journal.tables import Tables
from elevatekit_plugins.messages import decode_answer


def read_records(
    tables: Tables, records: Records, rejected: Callable[[RecordRejected], None]
) -> Iterator[tuple[int, InteractionRecord]]:
    """Every interaction that has an id, with its position, in the order of the input.

    One pass over interactions and results side by side; nothing but a page is in memory.

    Args:
        rejected: told of payloads that are no JSON, and are left out.
    """
    results = tables.results.in_order()
    ahead = next(results, None)
    for interaction in tables.interactions.in_order():
        found: list[Result] = []
        while ahead is not None and ahead[0] <= interaction.position:
            found.append(ahead[1])
            ahead = next(results, None)
        if interaction.id is None:
            continue
        payloads: dict[str, Any] = {}
        for result in found:
            if result.body is None:
                continue
            try:
                payloads[result.operation] = decode_answer(result.body)
            except ValueError as error:
                rejected(_no_json(interaction, result.operation, str(error)))
        record = records.record(
            interaction,
            interaction.id,
            payloads,
            tables.questions.of(interaction.position),
            tables.rejects.of(interaction.position),
        )
        yield interaction.position, record


def _no_json(interaction: Interaction, operation: str, why: str) -> RecordRejected:
    return RecordRejected(
        interaction=interaction.id,
        key=interaction.key,
        stage="export",
        operation=operation,
        error="DecodeError",
        message=f"the payload is {why}",
    )
