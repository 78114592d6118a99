from __future__ import annotations

import pytest

from elevatekit_plugins.api import Api
from elevatekit_plugins.simulator.clock import VirtualClock, http_date, timestamp
from elevatekit_plugins.simulator.server import Simulator


def test_a_clock_runs_at_its_rate() -> None:
    real = 100.0
    clock = VirtualClock(60, monotonic=lambda: real)
    real = 101.5

    assert clock.now() == 90
    clock.advance(10)
    assert clock.now() == 100
    clock.reset()
    assert clock.now() == 0


def test_no_instant_is_later_than_calendars_go() -> None:
    clock = VirtualClock()
    for _ in range(2):
        clock.advance(1.7e308)

    assert timestamp(clock.now()) == "9999-01-01T00:00:00.000000Z"
    assert http_date(clock.now()) == "Fri, 01 Jan 9999 00:00:00 GMT"


@pytest.mark.parametrize("rate", [-1, float("nan"), float("inf")])
def test_a_clock_rate_is_a_number_from_zero_up(rate: float, api: Api) -> None:
    with pytest.raises(ValueError, match="clock rate"):
        Simulator(api, clock_rate=rate)


@pytest.mark.parametrize("latency", [-1, float("nan"), float("inf")])
def test_a_latency_is_a_number_from_zero_up(latency: float, api: Api) -> None:
    with pytest.raises(ValueError, match="latency"):
        Simulator(api, latency=latency)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_is_one_that_there_can_be(port: int, api: Api) -> None:
    with pytest.raises(ValueError, match=f"or 0 for a free one, not {port}"):
        Simulator(api, port=port)
