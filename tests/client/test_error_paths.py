"""Every operation, sync and async, meets each documented status and some that are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from elevatekit.operations import API
from elevatekit_plugins.testing.error_paths import ErrorPath, ErrorPaths, error_paths


@pytest.fixture(scope="module")
def stand() -> Iterator[ErrorPaths]:
    with ErrorPaths(API) as stand:
        yield stand


@pytest.mark.parametrize("path", error_paths(API), ids=str)
def test_an_answer_that_is_an_error_ends_a_call_as_the_rules_say(
    stand: ErrorPaths, path: ErrorPath
) -> None:
    stand.check(path)
