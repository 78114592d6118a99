"""What a report says of the time that plugins took."""

from __future__ import annotations

from elevatekit_plugins.host.implementation import PluginUse
from elevatekit_plugins.host.listing import cost


def use(plugin: str, seconds: float, hook: str = "elevatekit_call_finished") -> PluginUse:
    return PluginUse(plugin=plugin, hook=hook, calls=3, seconds=seconds, failures=0, problem=None)


def test_times_are_summed_and_the_dearest_come_first_without_those_that_took_none() -> None:
    spent = [use("token", 0.004), use("metrics", 0.4), use("log", 0.02)]
    assert cost([*spent, use("metrics", 0.42, "elevatekit_before_attempt")]) == [
        "time in plugins: metrics 0.82 s, log 0.02 s"
    ]
    assert cost([use("token", 0.001)]) == []
