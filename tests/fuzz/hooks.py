"""Hooks of schemathesis: ids of real interactions, and the one 404 that is no failure."""

from __future__ import annotations

import os
from typing import Any
from uuid import UUID

import schemathesis

IDENTIFIER = os.environ["FUZZ_IDENTIFIER"]
"""The name of the path parameter."""
IDS = os.environ["FUZZ_IDS"].split()


@schemathesis.hook
def map_path_parameters(
    context: schemathesis.HookContext, path_parameters: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Put real ids in the place of most that were made up; but delete none of them.

    A made-up id names nothing: every answer would be a 404. Which half, and which interaction,
    depends on the id alone, so that a seed gives the same run.
    """
    made_up = (path_parameters or {}).get(IDENTIFIER)
    if path_parameters is None or made_up is None or context.operation.method == "delete":
        return path_parameters
    try:
        number = UUID(str(made_up)).int
    except ValueError:
        return path_parameters
    if number % 8 == 0:
        return path_parameters
    return {**path_parameters, IDENTIFIER: IDS[number // 8 % len(IDS)]}


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext, failure: Any, case: Any, response: Any
) -> bool:
    """A result that does not exist yet is a 404, as an interaction that does not exist is."""
    missing = type(failure).__name__ == "EnsureResourceAvailability"
    return not (missing and "has no such result" in response.text)
