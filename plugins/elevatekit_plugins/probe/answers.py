"""One answer against the statuses and bodies that its operation documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from elevatekit_plugins.api import Operation
from elevatekit_plugins.messages import Response
from elevatekit_plugins.probe.schemas import JSON, join
from elevatekit_plugins.probe.shapes import shape_of, told
from elevatekit_plugins.probe.sightings import Sighting, Sightings
from elevatekit_plugins.report import Answered, Change, Fact

PASSING: Final = 500
"""From this status on, an answer that is not documented says nothing about the API."""

_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,63}")
"""Of RFC 6838, what is in use: a header may hold anything."""


def responses(operation: Operation[Any]) -> str:
    """Where the spec lists the statuses of an operation."""
    return join("/paths", operation.path, operation.method.lower(), "responses")


def compare(sightings: Sightings, operation: Operation[Any], response: Response) -> Iterator[Fact]:
    """What differs in the answer as a whole; what is in it is added to the sightings."""
    spec, place = sightings.spec, responses(operation)
    documented = spec.at(place).node
    status = str(response.status)
    kind = _media_type(response.header("content-type") or "")
    value: object = None
    is_json = bool(response.body) and (kind == JSON or kind.endswith("+json") or not kind)
    if is_json:
        try:
            value = response.json()
        except ValueError:
            is_json = False
    came = "no body" if not response.body else JSON if is_json else kind or "no JSON"
    if status not in documented:
        if response.status < PASSING:
            shape = shape_of([value], sightings.vocabulary) if is_json else None
            body = f"{status} with {told(shape)}" if shape else f"{status} with {came}"
            left = bool(response.body) and shape is None
            change = None if left else Answered(status=response.status, shape=shape)
            yield _different(place, operation, f"one of {', '.join(documented)}", body, change)
        return
    answer = spec.at(join(place, status))
    content = answer.node.get("content", {})
    if JSON in content and is_json:
        if kind and kind != JSON:
            yield _different(answer.pointer, operation, JSON, kind, None)
        schema = join(answer.pointer, "content", JSON, "schema")
        sightings.look(schema, Sighting(operation.id, "", value))
    elif content or response.body:
        said = ", ".join(content) or "no body"
        yield _different(answer.pointer, operation, said, came, None)


def _media_type(header: str) -> str:
    kind = header.partition(";")[0].strip().lower()
    return kind if not kind or _MEDIA_TYPE.fullmatch(kind) else "no media type"


def _different(
    pointer: str, operation: Operation[Any], said: str, came: str, change: Change | None
) -> Fact:
    return Fact(
        verdict="different",
        pointer=pointer,
        operation=operation.id,
        answer="",
        said=said,
        came=came,
        change=change,
    )
