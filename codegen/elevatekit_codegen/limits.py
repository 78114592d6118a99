"""What limits a value or an operation, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elevatekit_codegen.shapes import ListOf, Scalar
from elevatekit_plugins.api import Operation


def of_shape(shape: Scalar | ListOf) -> Iterator[str]:
    """What a schema says of the values that it allows."""
    given = dict(shape.limits)
    unit = "items" if isinstance(shape, ListOf) else "characters"
    yield from _range(given.get("min_length"), given.get("max_length"), f" {unit}")
    yield from _range(given.get("ge"), given.get("le"), "")
    for word, key in (("More than", "gt"), ("Less than", "lt"), ("A multiple of", "multiple_of")):
        if key in given:
            yield f"{word} {given[key]}."
    if "pattern" in given:
        yield f"It must match `{given['pattern']}`."


def of_operation(row: Operation[Any]) -> Iterator[str]:
    """What an operation may be called with, and how often."""
    for field in (*row.parameters, *(row.body.fields if row.body else ())):
        for sentence in _range(field.min_length, field.max_length, " characters"):
            yield f"`{field.python}`: {sentence[0].lower()}{sentence[1:]}"
    if row.concurrency is not None:
        limit = row.concurrency
        yield f"At most {limit.limit} requests of {limit.group} at once for each {limit.scope}."
    if row.quota is not None:
        quota = row.quota
        yield f"{quota.successes} successes and {quota.errors} errors for each {quota.per}."


def _range(least: object, most: object, unit: str) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least} to {most}{unit}."
    elif most is not None:
        yield f"At most {most}{unit}."
    elif least == 1 and unit:
        yield "Not empty."
    elif least is not None:
        yield f"At least {least}{unit}."
