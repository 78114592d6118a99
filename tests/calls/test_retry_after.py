"""What a server asks to wait: seconds, milliseconds or a date; nonsense is as absent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elevatekit_plugins.calls.retry_after import LONGEST_GUESS, retry_after
from elevatekit_plugins.messages import Response

NOW = datetime(2030, 1, 1, tzinfo=UTC)
DATE = "Tue, 01 Jan 2030 00:00:00 GMT"


def read(*headers: tuple[str, str], skew: float = 0.0) -> float | None:
    response = Response(operation="things", status=429, headers=headers)
    return retry_after(response, lambda: NOW.timestamp() + skew)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("120", 120.0),
        ("3600", 3600.0),
        ("10000000000", 10_000_000_000.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("+1", None),
        ("²", None),
        ("٣", None),
        ("1e10", None),
        ("0x10", None),
        ("NaN", None),
        ("inf", None),
        ("1,5", None),
        ("7 s", None),
        ("9" * 400, None),
        ("Tue, 01 Jan 2030 00:00:09 GMT", 9.0),
        ("Tue, 01 Jan 2030 01:00:00 GMT", 3600.0),
        ("Tue, 01 Jan 2030 00:00:00 GMT", 0.0),
        ("Mon, 31 Dec 2029 23:59:59 GMT", None),
        ("Tue, 01 Jan 9999999 00:00:00 GMT", None),
        ("Tue, 99 Jan 2030 00:00:00 GMT", None),
        ("Tue, 01 Jan 2030 00:00:09 -0000", 9.0),
        ("Tue, 01 Jan 2030 02:00:09 +0200", 9.0),
    ],
)
def test_retry_after_is_read_as_the_standard_says(said: str, seconds: float | None) -> None:
    assert read(("Retry-After", said), ("Date", DATE)) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([("retry-after-ms", "250")], 0.25),
        ([("Retry-After-Ms", "250"), ("Retry-After", "9")], 0.25),
        ([("retry-after-ms", "soon"), ("Retry-After", "9")], 9.0),
        ([("retry-after-ms", "NaN")], None),
        ([("retry-after", "7"), ("Retry-After", "7")], 7.0),
        ([("retry-after", "7"), ("Retry-After", "9")], None),
        ([], None),
    ],
)
def test_one_header_counts_and_two_that_disagree_do_not(
    headers: list[tuple[str, str]], seconds: float | None
) -> None:
    assert read(*headers) == seconds


@given(st.floats(-86_400, 86_400), st.integers(0, 86_400))
def test_a_clock_that_is_off_does_not_matter_where_the_response_has_a_date(
    skew: float, wait: int
) -> None:
    until = format_datetime(NOW + timedelta(seconds=wait), usegmt=True)

    assert read(("Retry-After", until), ("Date", DATE), skew=skew) == wait


@given(st.floats(-86_400, 86_400), st.integers(-86_400, 86_400))
def test_without_a_date_no_clock_makes_a_wait_of_more_than_two_minutes(
    skew: float, wait: int
) -> None:
    until = format_datetime(NOW + timedelta(seconds=wait), usegmt=True)

    seconds = read(("Retry-After", until), skew=skew)

    assert seconds is None or 0 <= seconds <= LONGEST_GUESS


@settings(max_examples=300)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40))
def test_no_header_whatever_raises(ms: str, after: str, date: str) -> None:
    seconds = read(("retry-after-ms", ms), ("Retry-After", after), ("Date", date))

    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(("asked", "waits"), [("7", 7.0), ("0", 0.25), ("soon", 0.25)])
def test_what_the_server_asks_to_wait_is_obeyed_if_it_makes_sense(
    world: Any, things: SimpleNamespace, asked: str, waits: float
) -> None:
    world.run(things.READ, things.response(429, retry_after=asked), 200)

    assert world.slept == [waits]
