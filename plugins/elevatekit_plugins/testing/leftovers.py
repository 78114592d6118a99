"""Fails a test for what it scheduled and never met: it has shown nothing about that."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import pytest

from elevatekit_plugins.testing.scene import scene_of
from elevatekit_plugins.testing.target import target

Problems = Callable[[], list[str]]
_WATCHED: Final[pytest.StashKey[list[Problems]]] = pytest.StashKey()


@contextmanager
def watched(node: pytest.Item, problems: Problems) -> Generator[None]:
    """Look at these problems when the test was called, until the block ends."""
    found = node.stash.setdefault(_WATCHED, [])
    found.append(problems)
    try:
        yield
    finally:
        found.remove(problems)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Fail a test that passed and left something over; add it to the report of one that failed."""
    try:
        result = yield
    except Exception:
        if problems := _problems(item):
            item.add_report_section("call", "elevatekit", "\n".join(problems))
        raise
    if problems := _problems(item):
        pytest.fail("\n".join(problems), pytrace=False)
    return result


def _problems(item: pytest.Item) -> list[str]:
    watched = item.stash.get(_WATCHED, None) or ()
    if not watched and target(item.config) == "sim" and (scene := scene_of(item)):
        return [f"the mark elevatekit does nothing here: no fixture of it is used ({scene})"]
    return [line for problems in watched for line in problems()]
