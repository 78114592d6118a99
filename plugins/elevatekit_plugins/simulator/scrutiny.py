"""What a body is refused for although it fits the spec, or is let off, as the switches say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from elevatekit_plugins.simulator.shapes import DOUBTFUL, Shape
from elevatekit_plugins.simulator.switches import Switches


def shortened(body: object, shape: Shape) -> object:
    """A body whose question is not longer than its schema allows; any other one as it is."""
    question = next((p for p in shape.properties if p.shape.role == "question"), None)
    if question is None or not isinstance(body, dict):
        return body
    values = cast("dict[str, Any]", body)
    asked: object = values.get(question.name)
    if not isinstance(asked, str):
        return values
    return {**values, question.name: asked.strip()[: question.shape.max_length]}


def objection(body: object, shape: Shape, switches: Switches) -> str | None:
    """What is wrong with a declaration beyond the spec; None: nothing."""
    values = cast("Mapping[str, Any]", body)
    if switches.declare_takes != "anything":
        known = {
            p.name: switches.declare_takes == "listed" or p.evidence not in DOUBTFUL
            for p in shape.properties
        }
        for name in values:
            if not known.get(name, False):
                return f"$: unknown property {name}"
    if not switches.declare_any_language:
        for property in shape.properties:
            language: object = values.get(property.name)
            examples = [str(example).lower() for example in property.shape.examples]
            if property.shape.role == "language" and str(language).lower() not in examples:
                return f"$.{property.name}: the language {language!r} is not supported"
    return _untimed(values, shape) if switches.declare_segments else None


def _untimed(body: object, shape: Shape, place: str = "$") -> str | None:
    """The first part of a transcript that does not say when its phrases were spoken."""
    if not isinstance(body, dict):
        return None
    values = cast("Mapping[str, Any]", body)
    if shape.find("phrases") in values:
        timed = (p.name for p in shape.properties if p.shape.items and p.shape.items.find("start"))
        missing = [name for name in timed if not values.get(name)]
        if missing:
            return f"{place}: {missing[0]} is missing"
    inner = (_untimed(values.get(p.name), p.shape, f"{place}.{p.name}") for p in shape.properties)
    return next((problem for problem in inner if problem), None)
