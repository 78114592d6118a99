"""The paths of the pages, relative to the folder of the reference."""

from __future__ import annotations

from collections.abc import Mapping

from elevatekit_codegen.reading import Spec


def operation(id: str) -> str:
    """The page of an operation."""
    return f"operations/{id}.md"


def model(name: str) -> str:
    """The page of a model."""
    return f"models/{name}.md"


def error(name: str) -> str:
    """The page of an error."""
    return f"errors/{name}.md"


def event(name: str) -> str:
    """The page of an event."""
    return f"events/{name}.md"


def models(spec: Spec) -> Mapping[str, str]:
    """The page of each model, as seen from any other page."""
    return {name: f"../{model(name)}" for name in spec.definitions}
