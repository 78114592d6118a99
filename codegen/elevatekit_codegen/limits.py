"""What limits a value or an operation, a sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from elevatekit_codegen.operations import ReadOperation
from elevatekit_codegen.shapes import (
    Choice,
    Definitions,
    ListOf,
    Scalar,
    Shape,
    strip,
)
from elevatekit_plugins.api import Operation


def of_shape(shape: Scalar | ListOf) -> Iterator[str]:
    """What a schema says of the values that it allows."""
    yield from _sizes(shape)
    given = dict(shape.limits)
    if "pattern" in given:
        yield f"It must match `{given['pattern']}`."


def _sizes(shape: Scalar | ListOf) -> Iterator[str]:
    given = dict(shape.limits)
    unit = "items" if isinstance(shape, ListOf) else "characters"
    yield from _range(given.get("min_length"), given.get("max_length"), f" {unit}")
    yield from _range(given.get("ge"), given.get("le"), "")
    for word, key in (("More than", "gt"), ("Less than", "lt"), ("A multiple of", "multiple_of")):
        if key in given:
            yield f"{word} {given[key]}."


def of_argument(shape: Shape, definitions: Definitions) -> Iterator[str]:
    """What is allowed as an argument; of a list, what is allowed in it too.

    A pattern is left to the error that a value gets which does not match it.
    """
    match strip(shape, definitions):
        case Choice(values=values):
            yield f"One of: {', '.join(values)}."
        case Scalar() as scalar:
            yield from _sizes(scalar)
        case ListOf(items=items) as many:
            yield from _sizes(many)
            yield from of_argument(items, definitions)
        case _:
            return


def of_arguments(operation: ReadOperation, definitions: Definitions) -> Iterator[str]:
    """What an operation may be called with, each with the name of its argument."""
    for name, shape in _arguments(operation, definitions):
        for sentence in of_argument(shape, definitions):
            yield f"`{name}`: {sentence[0].lower()}{sentence[1:]}"


def of_operation(row: Operation[Any]) -> Iterator[str]:
    """How often an operation may be called."""
    if row.concurrency is not None:
        limit = row.concurrency
        yield f"At most {limit.limit} concurrent {limit.group} requests per {limit.scope}."
    if row.quota is not None:
        quota = row.quota
        successes = "1 success" if quota.successes == 1 else f"{quota.successes} successes"
        errors = "1 error" if quota.errors == 1 else f"{quota.errors} errors"
        yield f"{successes} and {errors} per {quota.per}."


def _arguments(operation: ReadOperation, definitions: Definitions) -> Iterator[tuple[str, Shape]]:
    for parameter in operation.parameters:
        yield parameter.rule.python, parameter.shape
    if operation.body is None:
        return
    properties = operation.body.properties(definitions)
    for rule in operation.body.rule.fields:
        yield rule.python, properties[rule.name].shape


def _range(least: object, most: object, unit: str) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least} to {most}{unit}." if unit else f"From {least} to {most}."
    elif most is not None:
        yield f"At most {most}{unit}."
    elif least == 1 and unit:
        yield "Not empty."
    elif least is not None:
        yield f"At least {least}{unit}."
